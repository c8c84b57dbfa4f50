package contract

import (
	"slices"
	"time"
)

// Descriptor says what a provider is and can do, for every account that it may
// work for. What it declares must work; an operation that it does not declare
// must fail with [CapabilityUnsupported] and cause no traffic to the gateway.
type Descriptor struct {
	// ProviderID is the provider's stable name: a lower-case letter, then 1 to
	// 62 lower-case letters, digits and hyphens.
	ProviderID string

	// DisplayName is for people.
	DisplayName string

	// Version is the provider's own, and SpecVersion that of the contract it
	// was built for; both as semver.org has it.
	Version, SpecVersion string

	// Operations are those that the provider has besides Describe and
	// Configure.
	Operations []Operation

	// PaymentMethods are the ways to pay, in the order of preference.
	PaymentMethods []PaymentMethod

	// Refunds says what refunds are possible; nil exactly when Refund is not
	// declared.
	Refunds *RefundTerms

	// CreateIdempotency and RefundIdempotency say how the provider keeps the
	// promise of one payment (refund) for one key; nil exactly when the
	// operation is not declared.
	CreateIdempotency, RefundIdempotency *Idempotency

	// Webhooks says how webhooks are verified and what they tell; nil exactly
	// when ParseWebhook is not declared.
	Webhooks *WebhookTerms

	// Modes are the modes that the provider can be configured for.
	Modes []Mode

	// ConfigFields are the settings and secrets that Configure takes, and no
	// others.
	ConfigFields []ConfigField
}

// Has reports whether the provider has the operation.
func (d *Descriptor) Has(operation Operation) bool {
	return operation == OperationDescribe || operation == OperationConfigure ||
		slices.Contains(d.Operations, operation)
}

// Method finds a payment method by its code.
func (d *Descriptor) Method(code string) (*PaymentMethod, bool) {
	return findMethod(d.PaymentMethods, code)
}

func findMethod(methods []PaymentMethod, code string) (*PaymentMethod, bool) {
	at := slices.IndexFunc(methods, func(m PaymentMethod) bool { return m.Code == code })
	if at < 0 {
		return nil, false
	}
	return &methods[at], true
}

// PaymentMethod is one way to pay.
type PaymentMethod struct {
	// Code is the contract's own word for the method, the same for all
	// gateways that offer it: lower-case letters, digits and "_".
	Code string

	// Flow is what the payer goes through.
	Flow Flow

	// Currencies are those that can be asked for, with limits.
	Currencies []CurrencyLimits

	// PayerAction says whether the payer has to do something after
	// CreatePayment before anything can be paid.
	PayerAction PayerAction

	// PaymentLifetime is how long the payer has; 0 if that is not known.
	PaymentLifetime time.Duration

	// PayerCountries are where payers come from, as ISO 3166-1 alpha-2 codes;
	// empty if anywhere.
	PayerCountries []string
}

// Currency finds the limits of a currency.
func (m *PaymentMethod) Currency(code string) (*CurrencyLimits, bool) {
	at := slices.IndexFunc(m.Currencies, func(c CurrencyLimits) bool { return c.Currency == code })
	if at < 0 {
		return nil, false
	}
	return &m.Currencies[at], true
}

// CurrencyLimits bounds the amounts of one currency, in its smallest unit. The
// bounds belong to the range. 0 means that a bound is not known, and never
// that there is none.
type CurrencyLimits struct {
	Currency      string // ISO 4217, upper case
	MinMinorUnits int64
	MaxMinorUnits int64
}

// Flow is what the payer goes through.
type Flow string

// The flows. The zero value is not legal.
const (
	FlowRedirect Flow = "REDIRECT" // a page of the gateway's in the browser
	FlowQR       Flow = "QR"       // a code that the host shows
	FlowApp      Flow = "APP"      // an app on the payer's phone
)

// PayerAction says whether the payer has to act for a payment to be paid.
type PayerAction string

// The answers. The zero value is not legal.
const (
	// PayerActionRequired means that nobody can pay unless the host hands out
	// the payment's NextAction.
	PayerActionRequired PayerAction = "REQUIRED"

	// PayerActionNone means that the payment may be paid as soon as it exists.
	PayerActionNone PayerAction = "NONE"
)

// RefundTerms says what refunds are possible.
type RefundTerms struct {
	// Full and Partial say which amounts can be refunded; Multiple, that a
	// payment can be refunded more than once.
	Full, Partial, Multiple bool

	// Window is how long after the payment a refund is possible; nil if that
	// is not known.
	Window *RefundWindow

	// MaxCount is the most refunds that one payment can have; 0 if that is not
	// known.
	MaxCount int
}

// RefundWindow is a length of calendar time. It ends with the end of the day
// that is Months months and then Days days after the day of the payment, both
// days in Zone; a day that its month does not have becomes the month's last.
type RefundWindow struct {
	Months, Days int
	Zone         string // IANA name, such as "Asia/Bangkok"
}

// Idempotency says how a provider keeps the promise of one payment or refund
// for one key.
type Idempotency struct {
	// Kind says who remembers keys.
	Kind IdempotencyKind

	// KeyLife is, for IdempotencyNative, how long after Attempt.FirstAt the
	// gateway honours a key. A host does not repeat a call of unknown result
	// after that, but asks by key, if LookupByKey, or a person.
	KeyLife time.Duration

	// SettleTime is, where LookupByKey is true, how long after LastUnknownAt a
	// look-up that finds nothing does not yet prove that there is nothing. It
	// covers the time in which a lost request may still be executed and the
	// gateway's lists may lag behind.
	SettleTime time.Duration

	// LookupByKey says that GetStatus (GetRefund) works by key, and so is
	// declared. It is always true for IdempotencyLookup.
	LookupByKey bool
}

// IdempotencyKind says who remembers idempotency keys.
type IdempotencyKind string

// The kinds. The zero value is not legal.
const (
	// IdempotencyNative means that the gateway itself honours keys.
	IdempotencyNative IdempotencyKind = "NATIVE"

	// IdempotencyLookup means that the provider keeps the key with the payment
	// and, given Attempt.FirstAt, searches for it before it creates one.
	IdempotencyLookup IdempotencyKind = "LOOKUP"
)

// WebhookTerms says how webhooks are verified and what they tell.
type WebhookTerms struct {
	// Verifications are the ways that the provider can be configured for.
	Verifications []Verification

	// SecretRotation says that several secrets can be configured at once.
	SecretRotation bool

	// PerPaymentURL says that CreatePaymentRequest.WebhookURL is honoured.
	PerPaymentURL bool

	// Kinds are the gateway's words for the events that the provider
	// translates, and AttentionKinds for those that it ignores and a person
	// should hear of, such as disputes.
	Kinds, AttentionKinds []string
}

// ConfigField is one setting or secret of a provider.
type ConfigField struct {
	// Name is the key in Configuration.Settings, or in Configuration.Secrets
	// if Secret is true: lower-case letters, digits and "_".
	Name string

	// Kind is the form of the value.
	Kind ConfigKind

	// Required says that there is no default.
	Required bool

	// Secret says that the value must not be shown.
	Secret bool

	// Default is the value that is taken when the key is absent.
	Default string

	// Description is for the person who fills it in: what it is, and where to
	// find it.
	Description string

	// Choices are the legal values for ConfigChoice.
	Choices []string
}

// ConfigKind is the form of a configuration value.
type ConfigKind string

// The forms. The zero value is not legal. No form allows a blank value.
const (
	ConfigString   ConfigKind = "STRING"
	ConfigList     ConfigKind = "LIST"     // items separated by commas, none blank
	ConfigURL      ConfigKind = "URL"      // absolute, http or https
	ConfigDuration ConfigKind = "DURATION" // as time.ParseDuration reads it, not negative
	ConfigInteger  ConfigKind = "INTEGER"  // decimal, not negative
	ConfigBoolean  ConfigKind = "BOOLEAN"  // "true" or "false"
	ConfigChoice   ConfigKind = "CHOICE"   // one of ConfigField.Choices
)
