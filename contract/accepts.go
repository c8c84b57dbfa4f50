package contract

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CheckOperation fails with [CapabilityUnsupported] unless the provider has the
// operation.
func (d *Descriptor) CheckOperation(operation Operation) error {
	if d.Has(operation) {
		return nil
	}
	return Unsupported(operation)
}

// CheckCreatePayment checks the request against the payment methods and limits
// in force: those of the account, or of the descriptor if account is nil. It
// does not repeat the checks of [CreatePaymentRequest.Validate].
func (d *Descriptor) CheckCreatePayment(r *CreatePaymentRequest, account *Account) error {
	c := checking()
	_, declared := d.Method(r.Method)
	requireForf(&c, MethodUnsupported, declared, "method", "must be a payment method that this provider declares, not %q", r.Method)
	if r.WebhookURL != "" {
		c.require(d.Webhooks != nil && d.Webhooks.PerPaymentURL, "webhook_url",
			"must be empty: this provider does not support a webhook URL for each payment")
	}
	if !declared {
		return c.request()
	}
	methods := d.PaymentMethods
	if account != nil {
		methods = account.PaymentMethods
	}
	method, enabled := findMethod(methods, r.Method)
	c.requireFor(MethodNotEnabled, enabled, "method", "must be enabled for this account; configure with a probe, and if it is not enabled then, ask the gateway to enable it")
	if enabled {
		c.withinLimits(method, r.Amount)
	}
	requiref(&c, r.Payer != nil && r.Payer.Phone.Reveal() != "" || !d.NeedsPhone(r.Method, account), "payer.phone",
		"must be set for %s: ask the payer for the number, and send it as +66812345678", r.Method)
	return c.request()
}

func (c *check) withinLimits(method *PaymentMethod, amount Money) {
	limits, ok := method.Currency(amount.Currency)
	requireForf(c, CurrencyUnsupported, ok, "amount.currency", "must be a currency that %s accepts, not %s", method.Code, amount.Currency)
	if !ok {
		return
	}
	low, high := limits.MinMinorUnits, limits.MaxMinorUnits
	requireForf(c, AmountOutOfRange, low == 0 || amount.MinorUnits >= low, "amount.minor_units",
		"must be at least %d, not %d", low, amount.MinorUnits)
	requireForf(c, AmountOutOfRange, high == 0 || amount.MinorUnits <= high, "amount.minor_units",
		"must be at most %d, not %d", high, amount.MinorUnits)
}

// CheckGetStatus fails with [CapabilityUnsupported] if the request names the
// payment by its key and the provider cannot look payments up by key.
func (d *Descriptor) CheckGetStatus(r *GetStatusRequest) error {
	return checkLookup(d.CreateIdempotency, r.Attempt)
}

// CheckGetRefund fails with [CapabilityUnsupported] if the request names the
// refund by its key and the provider cannot look refunds up by key.
func (d *Descriptor) CheckGetRefund(r *GetRefundRequest) error {
	return checkLookup(d.RefundIdempotency, r.Attempt)
}

func checkLookup(idempotency *Idempotency, attempt *Attempt) error {
	if attempt == nil || idempotency != nil && idempotency.LookupByKey {
		return nil
	}
	return NewError(CapabilityUnsupported, "this provider does not support look-up by idempotency key; use the id")
}

// Validate checks that the configuration can be sent to a provider. Whether it
// fits the provider is checked by [Descriptor.CheckConfiguration].
func (c *Configuration) Validate() error {
	if c == nil {
		return NewError(InvalidConfig, "the configuration is missing; the previous one, if any, stays in force")
	}
	k := checking()
	for name, value := range c.Settings {
		k.require(utf8.ValidString(name+value), strings.ToValidUTF8(configPath(false, name), "?"), "must be valid UTF-8")
	}
	for name, value := range c.Secrets {
		k.require(utf8.ValidString(name+value.Reveal()), strings.ToValidUTF8(configPath(true, name), "?"), "must be valid UTF-8")
	}
	return k.configuration()
}

// configuration returns the error of a configuration, or nil if there is no
// violation.
func (c *check) configuration() error {
	if len(c.violations) == 0 {
		return nil
	}
	e := NewError(InvalidConfig, "the configuration is invalid; the previous one, if any, stays in force")
	e.Violations = c.violations
	return e
}

// CheckConfiguration checks the configuration against Modes and ConfigFields: no
// required key is missing, no key is unknown, every value has the form of its
// kind, and every secret is in Secrets. It fails with [InvalidConfig], which
// names keys and never values.
func (d *Descriptor) CheckConfiguration(configuration *Configuration) error {
	c := checking()
	requiref(&c, slices.Contains(d.Modes, configuration.Mode), "mode", "must be one of %s", joinModes(d.Modes))
	fields := make(map[string]*ConfigField, len(d.ConfigFields))
	for i := range d.ConfigFields {
		fields[d.ConfigFields[i].Name] = &d.ConfigFields[i]
	}
	for _, name := range slices.Sorted(maps.Keys(configuration.Settings)) {
		c.configValue("settings", name, configuration.Settings[name], fields[name], false)
	}
	for _, name := range slices.Sorted(maps.Keys(configuration.Secrets)) {
		c.configValue("secrets", name, configuration.Secrets[name].Reveal(), fields[name], true)
	}
	for _, f := range d.ConfigFields {
		_, setting := configuration.Settings[f.Name]
		_, secret := configuration.Secrets[f.Name]
		requiref(&c, !f.Required || setting || secret, configPath(f.Secret, f.Name), "is required: %s", f.Description)
	}
	return c.configuration()
}

func joinModes(modes []Mode) string {
	words := make([]string, len(modes))
	for i, m := range modes {
		words[i] = string(m)
	}
	return strings.Join(words, ", ")
}

func configPath(secret bool, name string) string {
	if secret {
		return "secrets[" + name + "]"
	}
	return "settings[" + name + "]"
}

func (c *check) configValue(place, name, value string, field *ConfigField, secret bool) {
	path := place + "[" + name + "]"
	if field == nil {
		c.require(false, path, "is unknown to this provider; check its spelling")
		return
	}
	if field.Secret != secret {
		requiref(c, false, path, "must be given as %s", configPath(field.Secret, name))
		return
	}
	if problem := field.problem(value); problem != "" {
		requiref(c, false, path, "%s", problem)
	}
}

// problem returns what is wrong with a value, without showing the value, or ""
// if nothing is wrong.
func (f *ConfigField) problem(value string) string {
	if strings.TrimSpace(value) == "" {
		return "must not be blank"
	}
	if strings.ContainsFunc(value, unicode.IsControl) || value != strings.TrimSpace(value) {
		return "must not contain control characters, nor begin or end with spaces"
	}
	switch f.Kind {
	case ConfigList:
		for item := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(item) == "" {
				return "must not have a blank item"
			}
		}
	case ConfigURL:
		if _, err := parseWebURL(value); err != nil {
			if strings.Contains(value, "@") && !f.Secret { // the description says where a password goes
				return "must be a URL without user and password, since settings are shown. " + f.Description
			}
			return err.Error()
		}
	case ConfigDuration:
		if d, err := time.ParseDuration(value); err != nil || d < 0 {
			return "must be a duration, not negative, such as 90s or 2m30s"
		}
	case ConfigInteger:
		if n, err := strconv.ParseInt(value, 10, 64); err != nil || n < 0 {
			return "must be a whole number, not negative"
		}
	case ConfigBoolean:
		if value != "true" && value != "false" {
			return "must be true or false"
		}
	case ConfigChoice:
		if !slices.Contains(f.Choices, value) {
			return "must be one of " + strings.Join(f.Choices, ", ")
		}
	case ConfigString:
	}
	return ""
}
