package gateway

import (
	"context"
	"slices"
	"time"
)

// Protocol is the name and version of the control protocol, which [Handler]
// serves and [Client] calls. A sandbox puts it in its [Ready] line and in its
// [Hello].
const Protocol = "gwctl/1"

// Feature is something that a sandbox may be able to do. A sandbox advertises
// its features in its [Hello]; what it does not advertise fails with
// [ErrUnsupported].
type Feature string

// The features of gwctl/1.
const (
	FeatureLedger          Feature = "ledger"           // Scope.Payments
	FeatureLedgerDetails   Feature = "ledger.details"   // metadata, failure codes, and the words and times of refunds
	FeatureRefund          Feature = "refund"           // Scope.TransitionRefund
	FeaturePaymentCreate   Feature = "payment.create"   // Scope.CreatePayment
	FeatureRefundCreate    Feature = "refund.create"    // Scope.CreateRefund
	FeatureWebhookBuild    Feature = "webhook.build"    // Scope.BuildWebhook
	FeatureWebhookDeliver  Feature = "webhook.deliver"  // ScopeSpec.WebhookURL
	FeatureWebhookRotation Feature = "webhook.rotation" // SignPrevious and SignBoth
	FeatureClock           Feature = "clock"            // Scope.Advance
)

// FeatureTransition is the feature of moving payments to a state: the payer pays, the
// payment fails, the payer is too late, or the payment is canceled.
func FeatureTransition(to State) Feature { return Feature("transition." + string(to)) }

// AllFeatures returns all features of gwctl/1.
func AllFeatures() []Feature {
	return []Feature{
		FeatureLedger, FeatureLedgerDetails, FeatureTransition(StateSucceeded), FeatureTransition(StateFailed),
		FeatureTransition(StateExpired), FeatureTransition(StateCanceled),
		FeatureRefund, FeaturePaymentCreate, FeatureRefundCreate, FeatureWebhookBuild, FeatureWebhookDeliver, FeatureWebhookRotation, FeatureClock,
	}
}

// Gateway is a sandbox as a test sees it. [Client] and [Server] implement it. It
// is safe for concurrent use.
type Gateway interface {
	// Hello returns the sandbox's name and features.
	Hello(ctx context.Context) (*Hello, error)

	// NewScope opens an account at the sandbox, with new credentials. Scopes do
	// not see each other. A nil spec means the zero value.
	NewScope(ctx context.Context, spec *ScopeSpec) (Scope, error)
}

// Scope is an account at a sandbox. A provider's request belongs to a scope by its
// credentials, never by its path. A Scope is safe for concurrent use.
type Scope interface {
	// Connection returns what a provider needs to use this account.
	Connection() *Connection

	// Payments returns the payments of the account that the query matches, oldest
	// first, including failed ones. A nil query matches all.
	Payments(ctx context.Context, query *Query) ([]Payment, error)

	// CreatePayment creates a payment without a provider, as if it was made in the
	// gateway's dashboard. It has no key.
	CreatePayment(ctx context.Context, amount Money) (*Payment, error)

	// CreateRefund refunds a paid payment, as if in the gateway's dashboard. An
	// empty currency means the payment's currency. It fails with ErrIllegal if the
	// payment cannot be refunded.
	CreateRefund(ctx context.Context, paymentID string, amount Money) (*Refund, error)

	// Transition moves a payment to another state. The provider sees the change
	// as soon as the call returns. It fails with ErrIllegal, and changes nothing,
	// if the gateway never makes the move.
	Transition(ctx context.Context, paymentID string, transition *Transition) error

	// TransitionRefund moves a refund to another state, like Transition.
	TransitionRefund(ctx context.Context, refundID string, transition *Transition) error

	// BuildWebhook returns the webhook that the gateway would send. It does not
	// send it.
	BuildWebhook(ctx context.Context, spec *WebhookSpec) (*Webhook, error)

	// Advance moves the account's clock forward.
	Advance(ctx context.Context, by time.Duration) error

	// Close closes the account. Its credentials stop working.
	Close(ctx context.Context) error
}

// Hello describes a sandbox.
type Hello struct {
	Protocol string    `json:"protocol"` // always Protocol
	Name     string    `json:"name"`     // such as "memory-sandbox"
	Features []Feature `json:"features"` // each once

	// Never are features that the sandbox lacks because the gateway never does such a
	// thing, so that there is nothing to check. What is in neither list is unverified.
	Never []Feature `json:"never,omitempty"`
}

// Lacks reports whether something that the gateway may do cannot be had at the sandbox.
func (h *Hello) Lacks(feature Feature) bool {
	return !slices.Contains(h.Features, feature) && (!feature.canNever() || !slices.Contains(h.Never, feature))
}

// canNever reports whether there are gateways that never do what the feature is about.
// Others are about the sandbox itself.
func (f Feature) canNever() bool {
	return slices.Contains([]Feature{
		FeatureTransition(StateFailed), FeatureTransition(StateExpired), FeatureTransition(StateCanceled),
		FeatureRefund, FeatureRefundCreate, FeatureWebhookBuild, FeatureWebhookDeliver, FeatureWebhookRotation,
	}, f)
}

// ScopeSpec describes a scope to open. The zero value is an account that delivers
// no webhooks.
type ScopeSpec struct {
	// Seed makes the ids of the account's objects repeatable. Empty: random.
	Seed string `json:"seed,omitempty"`

	// WebhookURL is where webhooks of the account are delivered. It needs
	// FeatureWebhookDeliver. Empty: none are delivered.
	WebhookURL string `json:"webhook_url,omitempty"`
}

// Connection is what a provider needs to use a scope.
type Connection struct {
	// Scope is the name of the scope in the control protocol.
	Scope string `json:"scope"`

	// APIBase is the absolute URL of the gateway's API.
	APIBase string `json:"api_base"`

	// Credentials are the keys and secrets of the account by name, such as
	// "secret_key" and "webhook_secret". They give access to nothing real.
	Credentials map[string]string `json:"credentials"`
}

// Query selects payments of a ledger. An empty field matches everything.
type Query struct {
	Key       string // the idempotency key that the provider was given
	Reference string // the merchant's reference that the provider was given
}

// Matches reports whether the query matches a payment with this key and reference.
func (q *Query) Matches(key, reference string) bool {
	return (q.Key == "" || q.Key == key) && (q.Reference == "" || q.Reference == reference)
}

// Money is an amount in the smallest unit of its currency (cents, yen, fils).
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"` // ISO 4217, upper case
}

// State is the state of a payment or refund, in words that no gateway determines.
type State string

// The states of payments. Refunds are pending, succeeded or failed.
const (
	StatePending   State = "pending"
	StateSucceeded State = "succeeded"
	StateFailed    State = "failed"
	StateExpired   State = "expired"
	StateCanceled  State = "canceled"
)

// Payment is a payment in a sandbox's ledger. The ledger is what a test compares
// with: it has what the gateway did, whatever the provider reports.
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
	RawState    string    `json:"raw_state"`           // the gateway's own word
	RedirectURL string    `json:"redirect_url"`        // where the payer pays, by a link or a QR code; empty: nowhere
	CreatedAt   time.Time `json:"created_at"`          // as exactly as the gateway's API has it
	ExpiresAt   time.Time `json:"expires_at,omitzero"` // zero: never
	Refunds     []Refund  `json:"refunds"`

	// Metadata is all that the provider asked the gateway to store, and FailureCode
	// the gateway's code of a payment that failed. They need FeatureLedgerDetails.
	Metadata    map[string]string `json:"metadata,omitempty"`
	FailureCode string            `json:"failure_code,omitempty"`

	// Settlement is what the gateway's API says that the merchant will receive; nil if
	// it does not say.
	Settlement *Settlement `json:"settlement,omitempty"`
}

// Settlement is what a merchant will receive for a payment, in the smallest unit of the
// currency.
type Settlement struct {
	Currency string `json:"currency"`
	Net      int64  `json:"net"`
	Fee      int64  `json:"fee"` // with the taxes on it
}

// Refund is a refund in a sandbox's ledger.
type Refund struct {
	ID       string `json:"id"`
	Key      string `json:"key"`    // empty: not made through a provider
	Amount   int64  `json:"amount"` // in the currency's smallest unit
	Currency string `json:"currency"`
	State    State  `json:"state"`

	// RawState is the gateway's own word, empty if it has none, and CreatedAt is as
	// exact as its API. They need FeatureLedgerDetails, as Metadata does.
	RawState  string            `json:"raw_state,omitempty"`
	CreatedAt time.Time         `json:"created_at,omitzero"`
	Metadata  map[string]string `json:"metadata,omitempty"`
}

// Transition is a move of a payment or refund to another state.
type Transition struct {
	To          State  `json:"to"`
	FailureCode string `json:"failure_code,omitempty"` // of the gateway; only with StateFailed. Empty: the usual one
}

// Signing selects the secrets that a webhook is signed with.
type Signing string

// The ways to sign a webhook.
const (
	SignCurrent  Signing = "current"
	SignPrevious Signing = "previous" // the secret before the last rotation
	SignBoth     Signing = "both"
	SignWrong    Signing = "wrong" // a secret that no account has
	SignNone     Signing = "none"
)

// The kinds of events.
const (
	EventPaymentUpdated = "payment.updated"
	EventRefundUpdated  = "refund.updated"
	EventUnknown        = "unknown" // a kind that no provider knows
)

// WebhookSpec describes a webhook to build.
type WebhookSpec struct {
	Payment   string        `json:"payment"`              // the id of the payment that it is about
	Refund    string        `json:"refund,omitempty"`     // the id of the refund; only with EventRefundUpdated
	Event     string        `json:"event"`                // one of the Event constants
	Sign      Signing       `json:"sign,omitempty"`       // empty: SignCurrent
	AtOffset  time.Duration `json:"-"`                    // added to the time in the signature; in JSON "at_offset", such as "-10m"
	BodyPatch []PatchOp     `json:"body_patch,omitempty"` // applied before the body is signed
}

// PatchOp is an operation of a JSON Patch (RFC 6902): "replace", "add" or "remove",
// with a JSON Pointer and, for the first two, a value. See [Patch].
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

// Ready is the line of JSON that a sandbox prints to its standard output when both
// listeners are open. More fields are allowed.
type Ready struct {
	Protocol string `json:"protocol"` // always Protocol
	Manage   string `json:"manage"`   // the absolute URL of the control protocol
}
