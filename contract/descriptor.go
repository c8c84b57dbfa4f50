package contract

import (
	"slices"
	"time"
)

// Descriptor says what a provider is and can do, for every account that it may
// work for. What it declares must work. An operation that it does not declare
// must fail with [CapabilityUnsupported] and cause no traffic to the gateway.
type Descriptor struct {
	// ProviderID is the provider's stable name: a lower-case letter, then 1 to
	// 62 lower-case letters, digits and hyphens.
	ProviderID string

	// DisplayName is the provider's name for people.
	DisplayName string

	// Version is the version of the provider, and SpecVersion the version of the
	// contract that it was built for. Both are semantic versions (semver.org).
	Version, SpecVersion string

	// Operations are the operations that the provider has in addition to
	// Describe and Configure.
	Operations []Operation

	// PaymentMethods are the ways to pay, in order of preference.
	PaymentMethods []PaymentMethod

	// Refunds says which refunds are possible with every method that has no terms
	// of its own; nil exactly when Refund is not declared. See
	// [Descriptor.RefundTerms].
	Refunds *RefundTerms

	// CreateIdempotency and RefundIdempotency say how the provider keeps the
	// promise of one payment (refund) for one key; nil exactly when
	// CreatePayment (Refund) is not declared.
	CreateIdempotency, RefundIdempotency *Idempotency

	// Webhooks says how webhooks are verified and what they report; nil exactly
	// when ParseWebhook is not declared.
	Webhooks *WebhookTerms

	// Modes are the modes that the provider can be configured for.
	Modes []Mode

	// ConfigFields are all the settings and secrets that Configure takes.
	ConfigFields []ConfigField
}

// Has reports whether the provider has the operation. Every provider has
// Describe and Configure.
func (d *Descriptor) Has(operation Operation) bool {
	return operation == OperationDescribe || operation == OperationConfigure ||
		slices.Contains(d.Operations, operation)
}

// Method returns the payment method with this code, and false if there is none.
func (d *Descriptor) Method(code string) (*PaymentMethod, bool) {
	return findMethod(d.PaymentMethods, code)
}

// RefundTerms returns the terms for refunds of payments with a method, and nil if
// such payments cannot be refunded. They are the terms of the account's method,
// or else those of the descriptor's method, or else those of the descriptor. The
// latter also hold for a code that is empty or unknown, as that of a payment that
// was not made through this contract. account may be nil.
//
// Terms do not make a refund possible: the gateway decides about each.
func (d *Descriptor) RefundTerms(method string, account *Account) *RefundTerms {
	terms := d.Refunds
	if m, ok := d.Method(method); ok && m.Refunds != nil {
		terms = m.Refunds
	}
	if account != nil {
		if m, ok := findMethod(account.PaymentMethods, method); ok && m.Refunds != nil {
			terms = m.Refunds
		}
	}
	if terms == nil || terms.None() {
		return nil
	}
	return terms
}

// NeedsPhone reports whether a payment with the method needs the payer's phone
// number, by the descriptor or by the account. account may be nil.
func (d *Descriptor) NeedsPhone(method string, account *Account) bool {
	if m, ok := d.Method(method); ok && m.NeedsPhone {
		return true
	}
	if account == nil {
		return false
	}
	m, ok := findMethod(account.PaymentMethods, method)
	return ok && m.NeedsPhone
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
	// Code is the contract's name for the method, the same for all gateways that
	// offer it: lower-case letters, digits and "_".
	Code string

	// Flow says how the payer pays.
	Flow Flow

	// Currencies are the currencies that the method accepts, with their limits.
	// If one is there twice, the first counts.
	Currencies []CurrencyLimits

	// PayerAction says whether the payer has to act after CreatePayment before
	// the payment can be paid.
	PayerAction PayerAction

	// PaymentLifetime is how long the payer has to pay; 0 if unknown.
	PaymentLifetime time.Duration

	// PayerCountries are the countries that payers come from, as ISO 3166-1
	// alpha-2 codes; empty if they come from anywhere.
	PayerCountries []string

	// Refunds says which refunds of the method's payments are possible, in place
	// of Descriptor.Refunds; nil if Descriptor.Refunds holds for this method too.
	// The zero RefundTerms means that its payments cannot be refunded. In an
	// [Account], nil means that the descriptor's terms for the method hold. Read
	// it with [Descriptor.RefundTerms].
	Refunds *RefundTerms

	// NeedsPhone says that Payer.Phone must be set. An account may need it for
	// more methods than the descriptor says, and never for fewer; read it with
	// [Descriptor.NeedsPhone].
	NeedsPhone bool
}

// Currency returns the limits of a currency, and false if the method does not
// accept it.
func (m *PaymentMethod) Currency(code string) (*CurrencyLimits, bool) {
	at := slices.IndexFunc(m.Currencies, func(c CurrencyLimits) bool { return c.Currency == code })
	if at < 0 {
		return nil, false
	}
	return &m.Currencies[at], true
}

// CurrencyLimits limits the amounts of one currency, in its minor unit. The
// minimum and the maximum are themselves allowed. 0 means that a limit is
// unknown, and never that there is none.
type CurrencyLimits struct {
	Currency      string // ISO 4217, upper case
	MinMinorUnits int64
	MaxMinorUnits int64
}

// Flow says how the payer pays.
type Flow string

// The flows. The zero value is invalid.
const (
	FlowRedirect Flow = "REDIRECT" // on a page of the gateway, in the browser
	FlowQR       Flow = "QR"       // with a QR code that the host displays
	FlowApp      Flow = "APP"      // in an app on the payer's phone
)

// PayerAction says whether the payer has to act before a payment can be paid.
type PayerAction string

// The values of PayerAction. The zero value is invalid.
const (
	// PayerActionRequired means that the payment cannot be paid unless the host
	// passes its NextAction to the payer.
	PayerActionRequired PayerAction = "REQUIRED"

	// PayerActionNone means that the payment may be paid as soon as it exists.
	PayerActionNone PayerAction = "NONE"
)

// RefundTerms says which refunds are possible. Where a limit is unknown, the
// gateway decides. Only PaymentMethod.Refunds may be the zero RefundTerms, with
// which no refund is possible.
type RefundTerms struct {
	// Full and Partial say which amounts can be refunded. Multiple says that a
	// payment can be refunded more than once; in PaymentMethod.Refunds it needs
	// Partial.
	Full, Partial, Multiple bool

	// Window is how long after the payment a refund is possible; nil if unknown.
	Window *RefundWindow

	// MaxCount is the largest number of refunds of one payment; 0 if unknown. In
	// PaymentMethod.Refunds a known number is more than 1 exactly with Multiple.
	MaxCount int
}

// None reports whether no refund is possible.
func (t *RefundTerms) None() bool { return !t.Full && !t.Partial }

// RefundWindow is a period of calendar time after the day of a payment. To find
// its last day, add Months to that day, and then Days. If a month does not have
// the day, the month's last day is taken. The window ends with the end of its
// last day. All days are those of Zone.
type RefundWindow struct {
	Months, Days int
	Zone         string // IANA name, such as "Asia/Bangkok"
}

// Idempotency says how a provider keeps the promise of one payment or refund
// for one key.
type Idempotency struct {
	// Kind says whether the gateway or the provider finds the earlier payment
	// (refund) of a key.
	Kind IdempotencyKind

	// KeyLife is for IdempotencyNative: how long after Attempt.FirstAt the
	// gateway honours a key. After that, a host does not repeat a call whose
	// result is unknown. It looks the key up if LookupByKey is true, and asks a
	// person if not.
	KeyLife time.Duration

	// SettleTime applies if LookupByKey is true: until it has passed since
	// Attempt.LastUnknownAt, a look-up that finds nothing does not prove that
	// there is nothing, and its error says so: MetaSettled is "true" exactly if
	// Attempt.SettledAt is true. It covers the time in which a lost request may
	// still be executed, and the time by which the gateway's lists may lag
	// behind. 0 means that a look-up is settled at LastUnknownAt. If a setting
	// changes the settle time, this is the one by default.
	SettleTime time.Duration

	// LookupByKey says that GetStatus (GetRefund) is declared and works by key.
	// It is always true for IdempotencyLookup.
	LookupByKey bool
}

// IdempotencyKind says whether the gateway or the provider finds the earlier
// payment (refund) of an idempotency key.
type IdempotencyKind string

// The kinds of idempotency. The zero value is invalid.
const (
	// IdempotencyNative means that the gateway itself honours keys.
	IdempotencyNative IdempotencyKind = "NATIVE"

	// IdempotencyLookup means that the provider stores the key with the payment
	// (refund) at the gateway and, if Attempt.FirstAt is set, searches for it
	// before it creates one.
	IdempotencyLookup IdempotencyKind = "LOOKUP"
)

// WebhookTerms says how webhooks are verified and what they report.
type WebhookTerms struct {
	// Verifications are the kinds of verification that the provider can be
	// configured for.
	Verifications []Verification

	// SecretRotation says that several secrets can be configured at once.
	SecretRotation bool

	// PerPaymentURL says that CreatePaymentRequest.WebhookURL is supported.
	PerPaymentURL bool

	// Kinds are the gateway's names of the events that the provider translates.
	// AttentionKinds are the names of those that it ignores and that a person
	// should hear about, such as disputes.
	Kinds, AttentionKinds []string
}

// ConfigField is one setting or secret of a provider.
type ConfigField struct {
	// Name is the key in Configuration.Settings, or in Configuration.Secrets
	// if Secret is true: lower-case letters, digits and "_".
	Name string

	// Kind says which form the value has.
	Kind ConfigKind

	// Required says that the key must be set: it has no default.
	Required bool

	// Secret says that the value must not be shown.
	Secret bool

	// Default is the value that is used if the key is absent.
	Default string

	// Description is for the person who sets the value: what it is, and where to
	// find it.
	Description string

	// Choices are the values that ConfigChoice allows.
	Choices []string
}

// ConfigKind says which form a configuration value has.
type ConfigKind string

// The kinds of configuration values. The zero value is invalid. No kind allows a
// blank value.
const (
	ConfigString   ConfigKind = "STRING"
	ConfigList     ConfigKind = "LIST"     // items separated by commas, none blank
	ConfigURL      ConfigKind = "URL"      // absolute, http or https
	ConfigDuration ConfigKind = "DURATION" // in the form of time.ParseDuration, not negative
	ConfigInteger  ConfigKind = "INTEGER"  // decimal, not negative
	ConfigBoolean  ConfigKind = "BOOLEAN"  // "true" or "false"
	ConfigChoice   ConfigKind = "CHOICE"   // one of ConfigField.Choices
)
