package contract

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

var (
	providerIDForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,62}$`)
	wordForm       = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	countryForm    = regexp.MustCompile(`^[A-Z]{2}$`)
	// The form that semver.org recommends.
	versionForm = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
)

// optionalOperations are those that a descriptor declares.
var optionalOperations = []Operation{
	OperationCreatePayment, OperationGetStatus, OperationCancelPayment, OperationRefund,
	OperationGetRefund, OperationListPayments, OperationParseWebhook,
}

// Validate checks that the descriptor is legal and does not contradict itself.
// Its error is a ProviderBug.
func (d *Descriptor) Validate() error {
	if d == nil {
		return NewError(ProviderBug, "the answer is nil where a descriptor should be; report it to the provider's author")
	}
	var c check
	c.require(providerIDForm.MatchString(d.ProviderID), "provider_id", "must be a lower-case letter, then 1 to 62 of a-z, 0-9 and -")
	c.require(versionForm.MatchString(d.Version), "version", "is not a version as semver.org has it")
	c.require(versionForm.MatchString(d.SpecVersion), "spec_version", "is not a version as semver.org has it")
	subset(&c, "operations", d.Operations, optionalOperations)
	c.require(len(d.Modes) > 0, "modes", "are empty")
	subset(&c, "modes", d.Modes, []Mode{ModeTest, ModeLive})
	c.require(!d.Has(OperationCreatePayment) || len(d.PaymentMethods) > 0, "payment_methods", "are empty, and CREATE_PAYMENT is declared")
	c.methods("payment_methods", d.PaymentMethods)

	c.together("create_idempotency", d.CreateIdempotency != nil, OperationCreatePayment, d)
	c.together("refund_idempotency", d.RefundIdempotency != nil, OperationRefund, d)
	c.together("refunds", d.Refunds != nil, OperationRefund, d)
	c.together("webhooks", d.Webhooks != nil, OperationParseWebhook, d)
	c.idempotency("create_idempotency", d.CreateIdempotency, OperationGetStatus, d)
	c.idempotency("refund_idempotency", d.RefundIdempotency, OperationGetRefund, d)
	if d.Refunds != nil {
		c.refundTerms(d.Refunds)
	}
	if d.Webhooks != nil {
		c.require(len(d.Webhooks.Verifications) > 0, "webhooks.verifications", "are empty")
		subset(&c, "webhooks.verifications", d.Webhooks.Verifications, []Verification{VerificationSignature, VerificationFetched})
	}
	c.configFields(d.ConfigFields)
	return c.answer("a descriptor")
}

// subset checks that all items are known and none stands twice.
func subset[T ~string](c *check, field string, items, known []T) {
	for i, item := range items {
		c.require(slices.Contains(known, item), fmt.Sprintf("%s[%d]", field, i), "is not known: %q", item)
		c.require(!slices.Contains(items[:i], item), fmt.Sprintf("%s[%d]", field, i), "stands twice: %s", item)
	}
}

// together checks that terms are there exactly when their operation is.
func (c *check) together(field string, set bool, operation Operation, d *Descriptor) {
	c.require(set == d.Has(operation), field, "must be set exactly when %s is declared", operation)
}

func (c *check) idempotency(field string, i *Idempotency, lookup Operation, d *Descriptor) {
	if i == nil {
		return
	}
	c.require(!i.LookupByKey || d.Has(lookup), field+".lookup_by_key", "is true, and %s is not declared", lookup)
	c.require(i.SettleTime >= 0, field+".settle_time", "is negative")
	switch i.Kind {
	case IdempotencyNative:
		c.require(i.KeyLife > 0, field+".key_life", "must say how long the gateway honours a key")
	case IdempotencyLookup:
		c.require(i.LookupByKey, field+".lookup_by_key", "must be true for LOOKUP")
	default:
		c.require(false, field+".kind", "is not a kind: %q", i.Kind)
	}
}

func (c *check) refundTerms(r *RefundTerms) {
	c.require(r.Full || r.Partial, "refunds", "allow neither full nor partial refunds")
	c.require(r.MaxCount >= 0, "refunds.max_count", "is negative")
	if w := r.Window; w != nil {
		c.require(w.Months >= 0 && w.Days >= 0 && w.Months+w.Days > 0, "refunds.window", "is empty or negative")
		_, err := time.LoadLocation(w.Zone)
		c.require(w.Zone != "" && err == nil, "refunds.window.zone", "is not an IANA time zone: %q", w.Zone)
	}
}

func (c *check) methods(field string, methods []PaymentMethod) {
	for i := range methods {
		m, at := &methods[i], fmt.Sprintf("%s[%d]", field, i)
		c.require(wordForm.MatchString(m.Code), at+".code", "is not a method code: %q", m.Code)
		first, _ := findMethod(methods, m.Code)
		c.require(first == m, at+".code", "stands twice: %s", m.Code)
		c.require(slices.Contains([]Flow{FlowRedirect, FlowQR, FlowApp}, m.Flow), at+".flow", "is not a flow: %q", m.Flow)
		c.require(m.PayerAction == PayerActionRequired || m.PayerAction == PayerActionNone, at+".payer_action",
			"is not known: %q", m.PayerAction)
		c.require(m.PaymentLifetime >= 0, at+".payment_lifetime", "is negative")
		c.require(len(m.Currencies) > 0, at+".currencies", "are empty")
		for _, limits := range m.Currencies {
			c.limits(at+".currencies["+limits.Currency+"]", limits)
		}
		for _, country := range m.PayerCountries {
			c.require(countryForm.MatchString(country), at+".payer_countries", "is not a country: %q", country)
		}
	}
}

func (c *check) limits(field string, l CurrencyLimits) {
	_, known := Exponent(l.Currency)
	c.require(known, field, "is not an ISO 4217 currency code in upper case")
	c.require(l.MinMinorUnits >= 0 && l.MaxMinorUnits >= 0, field, "has a negative bound")
	c.require(l.MaxMinorUnits == 0 || l.MinMinorUnits <= l.MaxMinorUnits, field, "has its maximum below its minimum")
}

func (c *check) configFields(fields []ConfigField) {
	for i, f := range fields {
		at := fmt.Sprintf("config_fields[%d]", i)
		c.require(wordForm.MatchString(f.Name), at+".name", "is not a name: %q", f.Name)
		c.require(slices.IndexFunc(fields, func(o ConfigField) bool { return o.Name == f.Name }) == i, at+".name", "stands twice: %s", f.Name)
		c.require(f.Description != "", at+".description", "is empty")
		c.require(!f.Required || f.Default == "", at+".default", "is set although the field is required")
		c.require(!f.Secret || f.Default == "", at+".default", "is set although the field is a secret")
		c.require((f.Kind == ConfigChoice) == (len(f.Choices) > 0), at+".choices", "must be there exactly for the kind CHOICE")
		c.require(slices.Contains(configKinds, f.Kind), at+".kind", "is not a kind: %q", f.Kind)
	}
}

var configKinds = []ConfigKind{
	ConfigString, ConfigList, ConfigURL, ConfigDuration, ConfigInteger, ConfigBoolean, ConfigChoice,
}
