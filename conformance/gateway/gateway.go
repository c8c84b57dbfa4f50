package gateway

import (
	"context"
	"time"
)

// Protocol is the name and version of the control protocol that [Handler]
// serves and [Client] speaks. A sandbox says it in its [Ready] line and in
// its [Hello].
const Protocol = "gwctl/1"

// Feature is one thing that a sandbox can be asked to do. A sandbox
// advertises in its [Hello] what it has; a call of a feature that it does not
// have fails with [ErrUnsupported].
type Feature string

// The features of gwctl/1.
const (
	FeatureLedger              Feature = "ledger"               // Scope.Payments
	FeatureTransitionSucceeded Feature = "transition.succeeded" // the payer pays
	FeatureTransitionFailed    Feature = "transition.failed"    // the payment fails
	FeatureTransitionExpired   Feature = "transition.expired"   // the payer is too late
	FeatureTransitionCanceled  Feature = "transition.canceled"  // the payment is called off
	FeatureRefund              Feature = "refund"               // refunds change state, Scope.TransitionRefund
	FeaturePaymentCreate       Feature = "payment.create"       // Scope.CreatePayment
	FeatureRefundCreate        Feature = "refund.create"        // Scope.CreateRefund
	FeatureWebhookBuild        Feature = "webhook.build"        // Scope.BuildWebhook
	FeatureWebhookDeliver      Feature = "webhook.deliver"      // ScopeSpec.WebhookURL is honoured
	FeatureWebhookRotation     Feature = "webhook.rotation"     // webhooks signed with two secrets at once
	FeatureClock               Feature = "clock"                // Scope.Advance
)

// AllFeatures returns all of them, for a sandbox that lacks none.
func AllFeatures() []Feature {
	return []Feature{
		FeatureLedger, FeatureTransitionSucceeded, FeatureTransitionFailed, FeatureTransitionExpired, FeatureTransitionCanceled,
		FeatureRefund, FeaturePaymentCreate, FeatureRefundCreate, FeatureWebhookBuild, FeatureWebhookDeliver, FeatureWebhookRotation, FeatureClock,
	}
}

// Gateway is a sandbox as a tester sees it.
// It may be called by many goroutines at once.
type Gateway interface {
	// Hello says what the sandbox is and which features it has.
	Hello(ctx context.Context) (*Hello, error)

	// NewScope opens an account at the sandbox with freshly minted
	// credentials. What happens in one scope is never seen in another.
	NewScope(ctx context.Context, spec *ScopeSpec) (Scope, error)
}

// Scope is one account at a sandbox. Requests of a provider belong to it by
// the credentials they bear, never by their path. It may be called by many
// goroutines at once.
type Scope interface {
	// Connection says how a provider reaches this account.
	Connection() *Connection

	// Payments lists every payment of the account that the query matches,
	// oldest first, failed ones too. A nil query matches all.
	Payments(ctx context.Context, query *Query) ([]Payment, error)

	// CreatePayment makes a payment that no provider asked for, as from the
	// gateway's dashboard. It has no key.
	CreatePayment(ctx context.Context, amount Money) (*Payment, error)

	// CreateRefund gives money of a paid payment back, as from the gateway's
	// dashboard; an empty currency means the payment's own. It fails with
	// ErrIllegal when the payment does not allow it.
	CreateRefund(ctx context.Context, paymentID string, amount Money) (*Refund, error)

	// Transition moves a payment on. The change is visible to the provider
	// when the call returns. A move that the gateway never makes fails with
	// ErrIllegal.
	Transition(ctx context.Context, paymentID string, transition *Transition) error

	// TransitionRefund moves a refund on, in the way of Transition.
	TransitionRefund(ctx context.Context, refundID string, transition *Transition) error

	// BuildWebhook makes the webhook that the gateway would send, and does
	// not send it.
	BuildWebhook(ctx context.Context, spec *WebhookSpec) (*Webhook, error)

	// Advance moves the account's clock forward.
	Advance(ctx context.Context, by time.Duration) error

	// Close ends the account; its credentials stop working.
	Close(ctx context.Context) error
}

// Hello is a sandbox's answer to the first question.
type Hello struct {
	Protocol string    `json:"protocol"` // always Protocol
	Name     string    `json:"name"`     // of the sandbox, such as "memory-sandbox"
	Features []Feature `json:"features"`
}

// ScopeSpec asks for a scope. The zero value asks for an account without
// deliveries.
type ScopeSpec struct {
	// Seed makes what the sandbox draws by chance repeatable.
	Seed string `json:"seed,omitempty"`

	// WebhookURL is where webhooks of the account are delivered; empty, none
	// are. It needs FeatureWebhookDeliver.
	WebhookURL string `json:"webhook_url,omitempty"`
}

// Connection says how a provider reaches a scope.
type Connection struct {
	// Scope is the name of the scope in the control protocol.
	Scope string `json:"scope"`

	// APIBase is the absolute URL at which the gateway's API answers.
	APIBase string `json:"api_base"`

	// Credentials are what the gateway's dashboard would show, by name, such
	// as "secret_key" and "webhook_secret". They open nothing real.
	Credentials map[string]string `json:"credentials"`
}

// Query narrows the payments of a ledger. Empty fields match everything.
type Query struct {
	Key       string // the idempotency key that the provider was given
	Reference string // the merchant's reference that the provider was given
}

// Matches reports whether a payment with this key and reference is asked for.
func (q *Query) Matches(key, reference string) bool {
	return (q.Key == "" || q.Key == key) && (q.Reference == "" || q.Reference == reference)
}

// Money is an amount in the smallest unit of its currency (cents, yen, fils).
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"` // ISO 4217, upper case
}

// State is where a payment or a refund stands, in neutral words.
type State string

// The states of payments; refunds are pending, succeeded or failed.
const (
	StatePending   State = "pending"
	StateSucceeded State = "succeeded"
	StateFailed    State = "failed"
	StateExpired   State = "expired"
	StateCanceled  State = "canceled"
)

// Payment is one payment in a sandbox's ledger. The ledger is the oracle of
// a test: it says what the gateway did, whatever the provider reports.
type Payment struct {
	ID          string    `json:"id"`
	Key         string    `json:"key"`       // empty: not made through a provider
	Reference   string    `json:"reference"` // empty: none was given
	Description string    `json:"description"`
	ReturnURL   string    `json:"return_url"`
	Amount      int64     `json:"amount"` // in the currency's smallest unit
	Currency    string    `json:"currency"`
	Live        bool      `json:"live"`
	State       State     `json:"state"`
	RawState    string    `json:"raw_state"`    // the gateway's own word
	RedirectURL string    `json:"redirect_url"` // empty: nothing for the payer to open
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"`
	Refunds     []Refund  `json:"refunds"`
}

// Refund is one refund in a sandbox's ledger.
type Refund struct {
	ID       string `json:"id"`
	Key      string `json:"key"` // empty: not made through a provider
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	State    State  `json:"state"`
}

// Transition says where a payment or a refund is to go.
type Transition struct {
	To          State  `json:"to"`
	FailureCode string `json:"failure_code,omitempty"` // the gateway's own word, with StateFailed
}

// Signing chooses the secret that a built webhook is signed with.
type Signing string

// The ways to sign a webhook.
const (
	SignCurrent  Signing = "current"
	SignPrevious Signing = "previous" // the secret before the last rotation
	SignBoth     Signing = "both"
	SignWrong    Signing = "wrong" // a secret of nobody's
	SignNone     Signing = "none"
)

// The neutral kinds of webhook.
const (
	EventPaymentUpdated = "payment.updated"
	EventRefundUpdated  = "refund.updated"
	EventUnknown        = "unknown" // a kind that no provider has heard of
)

// WebhookSpec asks for a webhook.
type WebhookSpec struct {
	Payment   string        `json:"payment"`          // id of the payment it is about
	Refund    string        `json:"refund,omitempty"` // id, with EventRefundUpdated
	Event     string        `json:"event"`            // one of the Event constants
	Sign      Signing       `json:"sign,omitempty"`   // empty: SignCurrent
	AtOffset  time.Duration `json:"-"`                // added to the clock for the time in the signature; on the wire "at_offset", such as "-10m"
	BodyPatch []PatchOp     `json:"body_patch,omitempty"`
}

// PatchOp is one operation of a JSON Patch (RFC 6902): "replace", "add" or
// "remove" with a JSON Pointer and, for the first two, a value.
type PatchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// Webhook is a request as the gateway would send it.
type Webhook struct {
	Headers [][2]string `json:"headers"`
	Body    []byte      `json:"body_b64"`
}

// Ready is the line of JSON that a sandbox prints to its standard output when
// it serves. More fields are allowed.
type Ready struct {
	Protocol string `json:"protocol"` // always Protocol
	Manage   string `json:"manage"`   // absolute URL of the control protocol
}
