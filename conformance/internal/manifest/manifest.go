package manifest

import (
	"regexp"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// APIVersion is what the field apiVersion must say.
const APIVersion = "paymentprovider.conformance/v1"

// Manifest is everything that the suite has to know about a provider.
type Manifest struct {
	// File is the path of the manifest, and Folder the folder that it is in.
	File, Folder string

	Implementation Implementation

	// Profile names the capabilities that must be declared.
	Profile string

	Provider Provider

	// Gateway is the command line of the gateway's sandbox.
	Gateway []string

	// Settings and Secrets are the provider's configuration, as templates over
	// Facts.
	Settings, Secrets map[string]string

	// Probe asks the provider to probe whenever it is configured, for a method that
	// needs it.
	Probe bool

	// Mode is test unless the manifest says live, which no sandbox requires.
	Mode contract.Mode

	// ExpectCapabilities are the capability words that the provider should
	// declare; nil if the manifest does not say.
	ExpectCapabilities []string

	// Operations classify the provider's requests to its gateway. The first one
	// that matches counts.
	Operations []Operation

	Fields   Fields
	Errors   Errors
	Fixtures Fixtures
	Variants []Variant
	Timeouts Timeouts

	// KnownFailing is the path of the file with excused clauses; empty if there is
	// none.
	KnownFailing string
}

// Implementation describes the provider, for the report.
type Implementation struct {
	Organization string `yaml:"organization"`
	Project      string `yaml:"project"`
	URL          string `yaml:"url"`
	Version      string `yaml:"version"`
}

// Provider describes how the provider is started.
type Provider struct {
	// Binary is the program.
	Binary string

	// Env are variables for its process, "NAME=value".
	Env []string

	// StartTimeout bounds the time until it is ready; 0: the default.
	StartTimeout time.Duration

	// DisableAutoMTLS is for a provider that cannot make a certificate.
	DisableAutoMTLS bool

	// DisableHTTPS is for a provider that cannot reach its gateway over https, or
	// does not take its authorities from SSL_CERT_FILE.
	DisableHTTPS bool
}

// Operation is one kind of request from the provider to its gateway.
type Operation struct {
	Name   string // create, prepare, get, list, refund, refunds, cancel, event, account
	Method string
	Path   *regexp.Regexp
	Commit bool // such a request can move money
}

// The operations that the suite knows. Create and get are required.
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

// Fields are JSON Pointers into the gateway's answer with one payment. A clause that
// needs a pointer which the manifest does not have is unverified. Fields that not
// every gateway has can be None.
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

	// Paid are flags, besides Status, that are true for paid payments only; or
	// None.
	Paid Pointers `yaml:"paid"`

	// Decline are the changes, values by pointer, that turn an answer to create
	// into one for a payment that was declined at once.
	Decline Changes `yaml:"decline"`

	// Timeout are the changes that turn a payment into one whose payer did nothing
	// in time; None if the gateway does not call that a failure.
	Timeout Changes `yaml:"timeout"`

	// EmptyList is the body of a list without payments. List points to its items,
	// and Total, which can be None, to their number.
	EmptyList string `yaml:"empty_list"`
	List      string `yaml:"list"`
	Total     string `yaml:"total"`

	// NoRefunds are the changes that turn a payment into one without refunds, and
	// EmptyRefunds is the body of its list of refunds; or None.
	NoRefunds    Changes `yaml:"no_refunds"`
	EmptyRefunds string  `yaml:"empty_refunds"`

	// Refund are pointers into the gateway's answer with one refund.
	Refund RefundFields `yaml:"refund"`

	// Event points to the payment in a webhook, and EventLive to the flag that says
	// whether the webhook is from live mode; or None.
	Event     string `yaml:"event"`
	EventLive string `yaml:"event_live"`
}

// RefundFields are JSON Pointers into the gateway's answer with one refund. All but
// Amount can be None.
type RefundFields struct {
	Amount   string `yaml:"amount"`
	Currency string `yaml:"currency"`
	Payment  string `yaml:"payment"` // the id of its payment
	Key      string `yaml:"key"`     // the idempotency key, where the provider keeps it
	Live     string `yaml:"live"`
}

// Errors are error answers of the gateway, which the suite plays back.
type Errors struct {
	// Refusal is a definite refusal of a payment, with a status of 4xx.
	Refusal *ErrorAnswer `yaml:"refusal"`

	// Backend is an error with a status of 4xx that is about the gateway's own back
	// end; or None.
	Backend *ErrorAnswer `yaml:"backend"`

	// Object is the body of any error. The suite sends it with status 200.
	Object string `yaml:"object"`
}

// ErrorAnswer is one error answer of the gateway.
type ErrorAnswer struct {
	// None says that the gateway has no such error.
	None bool `yaml:"-"`

	Status int    `yaml:"status"`
	Body   string `yaml:"body"`

	// ProviderCode is the provider_code that the provider must report.
	ProviderCode string `yaml:"provider_code"`
}

// Fixtures are values for requests.
type Fixtures struct {
	// Method is the code of the payment method; empty: the first declared.
	Method string `yaml:"method"`

	Currency string  `yaml:"currency"`
	Amounts  Amounts `yaml:"amounts"`

	// Timeout is the provider's setting for how long a call may take, or None; empty:
	// "timeout", if it has that.
	Timeout string `yaml:"timeout"`

	// OtherMode are settings and secrets that show by their form that they are of the
	// other mode than the manifest's: nil if the manifest does not say, empty for None.
	OtherMode Changes `yaml:"other_mode"`
}

// Amounts are amounts in the smallest unit of the currency.
type Amounts struct {
	Min int64 `yaml:"min"` // 0 if not known
	OK  int64 `yaml:"ok"`
}

// Variant runs some clauses again with other settings.
type Variant struct {
	Name     string            `yaml:"name"`
	Settings map[string]string `yaml:"settings"`

	// Secrets replace those of the manifest. An empty one removes a secret.
	Secrets map[string]string `yaml:"secrets"`

	// Run selects the clauses, as --run does.
	Run string `yaml:"run"`
}

// Timeouts are how long the suite waits.
type Timeouts struct {
	RPC   time.Duration // one call of the provider; 5 s by default
	Check time.Duration // one clause; 30 s by default
}

// moves reports whether requests of the operation can move money.
func (m *Manifest) moves(name string) bool {
	return slices.ContainsFunc(m.Operations, func(o Operation) bool { return o.Name == name && o.Commit })
}

// HasOperation reports whether the manifest describes the operation.
func (m *Manifest) HasOperation(name string) bool {
	for _, operation := range m.Operations {
		if operation.Name == name {
			return true
		}
	}
	return false
}
