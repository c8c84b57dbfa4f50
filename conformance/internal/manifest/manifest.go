package manifest

import (
	"regexp"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// APIVersion is what the field apiVersion must say.
const APIVersion = "paymentprovider.conformance/v1"

// Manifest is all that the suite has to be told.
type Manifest struct {
	// File is where the manifest was read from, and Folder where it stands.
	File, Folder string

	Implementation Implementation

	// Profile names the capabilities that must be declared.
	Profile string

	Provider Provider

	// Gateway is the command line of the gateway's sandbox.
	Gateway []string

	// Settings and Secrets are what the provider is configured with, as
	// templates over Facts.
	Settings, Secrets map[string]string

	// Mode is test unless the manifest says live, which no sandbox needs.
	Mode contract.Mode

	// ExpectCapabilities are the capability words that the author means to
	// declare; nil: not said.
	ExpectCapabilities []string

	// Operations classify the provider's requests to its gateway, in the order
	// of the file: the first that fits counts.
	Operations []Operation

	Fields   Fields
	Errors   Errors
	Fixtures Fixtures
	Variants []Variant
	Timeouts Timeouts

	// KnownFailing is the file of excused clauses; empty: there is none.
	KnownFailing string
}

// Implementation says whose provider it is, for the report.
type Implementation struct {
	Organization string `yaml:"organization"`
	Project      string `yaml:"project"`
	URL          string `yaml:"url"`
	Version      string `yaml:"version"`
}

// Provider says how the provider is started.
type Provider struct {
	// Binary is the program.
	Binary string

	// Env are variables for its process, "NAME=value".
	Env []string

	// StartTimeout bounds the time until it is ready; 0: the default.
	StartTimeout time.Duration

	// DisableAutoMTLS is for a provider that cannot make a certificate.
	DisableAutoMTLS bool
}

// Operation is one kind of request of the provider's to its gateway.
type Operation struct {
	Name   string // create, prepare, get, list, refund, refunds, cancel, event, account
	Method string
	Path   *regexp.Regexp
	Commit bool // such a request can move money
}

// The operations that the suite knows by name. Of these, create and get are
// required.
const (
	OpCreate  = "create"  // makes the payment
	OpPrepare = "prepare" // comes before create, and moves nothing
	OpGet     = "get"     // reads one payment
	OpList    = "list"    // reads many
	OpRefund  = "refund"  // makes a refund
	OpRefunds = "refunds" // reads refunds
	OpCancel  = "cancel"  // stops a payment
	OpEvent   = "event"   // reads an event
	OpAccount = "account" // reads the account
)

// Fields say where things stand in the gateway's answer with one payment, as
// JSON Pointers. A clause with a part that needs an absent one is unverified.
// Those that gateways need not have may be None.
type Fields struct {
	ID       string `yaml:"id"`
	Key      string `yaml:"key"` // the idempotency key, where the provider keeps it; or None
	Amount   string `yaml:"amount"`
	Refunded string `yaml:"refunded"` // the sum of refunds, or None
	Currency string `yaml:"currency"`
	Method   string `yaml:"method"` // or None
	Live     string `yaml:"live"`   // or None
	Status   string `yaml:"status"`

	// ReturnURL is where the return URL is echoed, or None.
	ReturnURL string `yaml:"return_url"`

	// Paid are flags that are true exactly for paid payments, besides Status,
	// or None.
	Paid Pointers `yaml:"paid"`

	// Decline is what an answer to create is patched with to become that of a
	// payment which was refused at once: values by pointer.
	Decline Changes `yaml:"decline"`

	// Timeout is what a payment is patched with to become one whose payer did
	// nothing in time, or None if the gateway does not call that a failure.
	Timeout Changes `yaml:"timeout"`

	// EmptyList is the body of a list without payments, List where its items
	// stand, and Total where it counts them, or None.
	EmptyList string `yaml:"empty_list"`
	List      string `yaml:"list"`
	Total     string `yaml:"total"`

	// NoRefunds is what a payment is patched with to become one of which
	// nothing was refunded, and EmptyRefunds the body of its list of refunds;
	// or None.
	NoRefunds    Changes `yaml:"no_refunds"`
	EmptyRefunds string  `yaml:"empty_refunds"`

	// Refund says where things stand in the answer with one refund.
	Refund RefundFields `yaml:"refund"`

	// Event is where the payment stands in a webhook, and EventLive where the
	// webhook itself says that it is of live mode; or None.
	Event     string `yaml:"event"`
	EventLive string `yaml:"event_live"`
}

// RefundFields are JSON Pointers into the gateway's answer with one refund. All
// but Amount may be None.
type RefundFields struct {
	Amount   string `yaml:"amount"`
	Currency string `yaml:"currency"`
	Payment  string `yaml:"payment"` // the id of its payment
	Key      string `yaml:"key"`     // the idempotency key, where the provider keeps it
	Live     string `yaml:"live"`
}

// Errors are answers of the gateway's to play back.
type Errors struct {
	// Refusal is a definite refusal of a payment, with a status of 4xx.
	Refusal *ErrorAnswer `yaml:"refusal"`

	// Backend is an error that blames the gateway's own back end although its
	// status is 4xx, or None.
	Backend *ErrorAnswer `yaml:"backend"`

	// Object is the body of any error, to be sent with a status of 200.
	Object string `yaml:"object"`
}

// ErrorAnswer is one error of the gateway's.
type ErrorAnswer struct {
	// None says that the gateway has no such error.
	None bool `yaml:"-"`

	Status int    `yaml:"status"`
	Body   string `yaml:"body"`

	// ProviderCode is what the provider must report as provider_code.
	ProviderCode string `yaml:"provider_code"`
}

// Fixtures are values for requests.
type Fixtures struct {
	// Method is the code of the payment method; empty: the first declared.
	Method string `yaml:"method"`

	Currency string  `yaml:"currency"`
	Amounts  Amounts `yaml:"amounts"`
}

// Amounts are in the currency's smallest unit.
type Amounts struct {
	Min int64 `yaml:"min"` // 0: not known
	OK  int64 `yaml:"ok"`
}

// Variant is another run of some clauses with other settings.
type Variant struct {
	Name     string            `yaml:"name"`
	Settings map[string]string `yaml:"settings"`

	// Secrets replace those of the manifest; one that is empty is left out.
	Secrets map[string]string `yaml:"secrets"`

	// Run are the clauses, as for --run.
	Run string `yaml:"run"`
}

// Timeouts bound what the suite waits for.
type Timeouts struct {
	RPC   time.Duration // one call of the provider; 5 s by default
	Check time.Duration // one clause; 30 s by default
}

// moves reports whether requests of the operation can move money.
func (m *Manifest) moves(name string) bool {
	return slices.ContainsFunc(m.Operations, func(o Operation) bool { return o.Name == name && o.Commit })
}

// HasOperation reports whether the manifest says how the operation looks.
func (m *Manifest) HasOperation(name string) bool {
	for _, operation := range m.Operations {
		if operation.Name == name {
			return true
		}
	}
	return false
}
