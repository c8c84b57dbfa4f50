package contract

import (
	"regexp"
	"slices"
	"strconv"
	"time"
)

var (
	providerIDForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,62}$`)
	wordForm       = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	countryForm    = regexp.MustCompile(`^[A-Z]{2}$`)
	// versionForm follows the expression that semver.org recommends.
	versionForm = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
)

// optionalOperations are the operations that a descriptor may declare.
var optionalOperations = []Operation{
	OperationCreatePayment, OperationGetStatus, OperationCancelPayment, OperationRefund,
	OperationGetRefund, OperationListPayments, OperationParseWebhook,
}

// Validate checks that the descriptor is valid and does not contradict itself. It
// fails with [ProviderBug], whose violations name every invalid field.
func (d *Descriptor) Validate() error {
	if d == nil {
		return NewError(ProviderBug, "the provider returned no descriptor; report this to the provider's author")
	}
	c := checking()
	c.require(providerIDForm.MatchString(d.ProviderID), "provider_id", "must be a lower-case letter, then 1 to 62 of a-z, 0-9 and -")
	c.require(versionForm.MatchString(d.Version), "version", "must be a semantic version (semver.org)")
	c.require(versionForm.MatchString(d.SpecVersion), "spec_version", "must be a semantic version (semver.org)")
	subset(&c, "operations", d.Operations, optionalOperations)
	c.require(len(d.Modes) > 0, "modes", "must not be empty")
	subset(&c, "modes", d.Modes, []Mode{ModeTest, ModeLive})
	c.require(!d.Has(OperationCreatePayment) || len(d.PaymentMethods) > 0, "payment_methods",
		"must not be empty if CREATE_PAYMENT is declared")
	c.methods("payment_methods", d.PaymentMethods)

	c.together("create_idempotency", d.CreateIdempotency != nil, OperationCreatePayment, d)
	c.together("refund_idempotency", d.RefundIdempotency != nil, OperationRefund, d)
	c.together("refunds", d.Refunds != nil, OperationRefund, d)
	c.together("webhooks", d.Webhooks != nil, OperationParseWebhook, d)
	c.idempotency("create_idempotency", d.CreateIdempotency, OperationGetStatus, d)
	c.idempotency("refund_idempotency", d.RefundIdempotency, OperationGetRefund, d)
	if d.Refunds != nil {
		c.require(!d.Refunds.None(), "refunds", "must allow full or partial refunds")
		c.in("refunds").refundLimits(d.Refunds)
	}
	for i := range d.PaymentMethods {
		c.element("payment_methods", strconv.Itoa(i)).require(d.PaymentMethods[i].Refunds == nil || d.Has(OperationRefund), "refunds",
			"must be absent if REFUND is not declared")
	}
	if d.Webhooks != nil {
		c.require(len(d.Webhooks.Verifications) > 0, "webhooks.verifications", "must not be empty")
		subset(&c, "webhooks.verifications", d.Webhooks.Verifications, []Verification{VerificationSignature, VerificationFetched})
	}
	c.configFields(d.ConfigFields)
	return c.answer("an invalid descriptor")
}

// subset checks that all items are known, and that none is listed twice.
func subset[T ~string](c *check, field string, items, known []T) {
	for i, item := range items {
		at := c.element(field, strconv.Itoa(i))
		requiref(at, slices.Contains(known, item), "", "must be a known value, not %q", item)
		requiref(at, !slices.Contains(items[:i], item), "", "must not be listed twice: %s", item)
	}
}

// together checks that a field is set exactly when its operation is declared.
func (c *check) together(field string, set bool, operation Operation, d *Descriptor) {
	requiref(c, set == d.Has(operation), field, "must be set exactly when %s is declared", operation)
}

func (c *check) idempotency(field string, i *Idempotency, lookup Operation, d *Descriptor) {
	if i == nil {
		return
	}
	at := c.in(field)
	requiref(at, !i.LookupByKey || d.Has(lookup), "lookup_by_key", "must be false if %s is not declared", lookup)
	at.require(i.SettleTime >= 0, "settle_time", "must not be negative")
	switch i.Kind {
	case IdempotencyNative:
		at.require(i.KeyLife > 0, "key_life", "must be more than 0 for NATIVE")
	case IdempotencyLookup:
		at.require(i.LookupByKey, "lookup_by_key", "must be true for LOOKUP")
	default:
		requiref(at, false, "kind", "must be a known kind, not %q", i.Kind)
	}
}

// refundLimits checks the limits of refund terms.
func (c *check) refundLimits(r *RefundTerms) {
	c.require(r.MaxCount >= 0, "max_count", "must not be negative")
	if w := r.Window; w != nil {
		c.require(w.Months >= 0 && w.Days >= 0 && w.Months+w.Days > 0, "window",
			"must be longer than 0; neither months nor days may be negative")
		_, err := time.LoadLocation(w.Zone)
		requiref(c, w.Zone != "" && err == nil, "window.zone", "must be an IANA time zone, not %q", w.Zone)
	}
}

// methodRefunds checks the refund terms of a method. Unlike those of a descriptor,
// which providers declared before methods had terms, they must not contradict
// themselves.
func (c *check) methodRefunds(r *RefundTerms) {
	if r.None() {
		c.require(*r == RefundTerms{}, "", "must have nothing set if no refund is possible, neither full nor partial")
		return
	}
	c.require(!r.Multiple || r.Partial, "multiple", "must be false if partial refunds are not possible")
	requiref(c, r.MaxCount == 0 || r.Multiple == (r.MaxCount != 1), "max_count",
		"must be 0, or more than 1 with multiple refunds and 1 without, not %d", r.MaxCount)
	c.refundLimits(r)
}

func (c *check) methods(field string, methods []PaymentMethod) {
	for i := range methods {
		m, at := &methods[i], c.element(field, strconv.Itoa(i))
		requiref(at, wordForm.MatchString(m.Code), "code", "must be a lower-case letter, then at most 62 of a-z, 0-9 and _, not %q", m.Code)
		first, _ := findMethod(methods, m.Code)
		requiref(at, first == m, "code", "must not be used twice: %s", m.Code)
		requiref(at, slices.Contains([]Flow{FlowRedirect, FlowQR, FlowApp}, m.Flow), "flow", "must be a known flow, not %q", m.Flow)
		requiref(at, m.PayerAction == PayerActionRequired || m.PayerAction == PayerActionNone, "payer_action",
			"must be a known payer action, not %q", m.PayerAction)
		at.require(m.PaymentLifetime >= 0, "payment_lifetime", "must not be negative")
		at.require(len(m.Currencies) > 0, "currencies", "must not be empty")
		for _, limits := range m.Currencies {
			at.element("currencies", limits.Currency).limits(limits)
		}
		for _, country := range m.PayerCountries {
			requiref(at, countryForm.MatchString(country), "payer_countries", "must be ISO 3166-1 alpha-2 codes, not %q", country)
		}
		if m.Refunds != nil {
			at.in("refunds").methodRefunds(m.Refunds)
		}
	}
}

func (c *check) limits(l CurrencyLimits) {
	_, known := Exponent(l.Currency)
	c.require(known, "", "must be an ISO 4217 currency code in upper case")
	c.require(l.MinMinorUnits >= 0 && l.MaxMinorUnits >= 0, "", "must not have a negative limit")
	c.require(l.MaxMinorUnits == 0 || l.MinMinorUnits <= l.MaxMinorUnits, "", "must not have a maximum below its minimum")
}

func (c *check) configFields(fields []ConfigField) {
	for i, f := range fields {
		at := c.element("config_fields", strconv.Itoa(i))
		requiref(at, wordForm.MatchString(f.Name), "name", "must be a lower-case letter, then at most 62 of a-z, 0-9 and _, not %q", f.Name)
		requiref(at, slices.IndexFunc(fields, func(o ConfigField) bool { return o.Name == f.Name }) == i, "name",
			"must not be used twice: %s", f.Name)
		at.require(f.Description != "", "description", "must not be empty")
		at.require(!f.Required || f.Default == "", "default", "must be empty, because the field is required")
		at.require(!f.Secret || f.Default == "", "default", "must be empty, because the field is a secret")
		at.require((f.Kind == ConfigChoice) == (len(f.Choices) > 0), "choices", "must be set exactly when kind is CHOICE")
		requiref(at, slices.Contains(configKinds, f.Kind), "kind", "must be a known kind, not %q", f.Kind)
	}
}

var configKinds = []ConfigKind{
	ConfigString, ConfigList, ConfigURL, ConfigDuration, ConfigInteger, ConfigBoolean, ConfigChoice,
}
