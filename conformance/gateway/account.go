package gateway

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Account is what a [Server] needs of a sandbox's own type of account. That type
// embeds the [AccountBase] that it was created with, and implements the ledger. The
// Server calls the methods with the account locked, after Tick.
type Account interface {
	// Tick applies what is due by the account's clock, such as expiries. Nothing
	// runs by itself: Lock calls Tick first, and the Server locks each account
	// once a second.
	Tick()

	// Ledger returns the payments that the query matches, oldest first, including
	// failed ones.
	Ledger(query *Query) []Payment

	// MakePayment creates a payment without a provider, as if it was made in the
	// gateway's dashboard. It has no key.
	MakePayment(amount Money) (*Payment, error)

	// MakeRefund refunds a paid payment, as if in the gateway's dashboard. An
	// empty currency means the payment's currency.
	MakeRefund(paymentID string, amount Money) (*Refund, error)

	// MovePayment and MoveRefund implement Transition and TransitionRefund of
	// [Scope]. The failure code of a move to StateFailed is well-formed; if the
	// tester set none, it is that of [ServerConfig].
	MovePayment(paymentID string, transition *Transition) error
	MoveRefund(refundID string, transition *Transition) error

	// WebhookBody returns the event that the gateway would send, as JSON. The
	// Server patches and signs it.
	WebhookBody(spec *WebhookSpec) ([]byte, error)

	// AccountBase implements the methods below. An account may replace them.

	// AdvanceClock moves the clock forward.
	AdvanceClock(by time.Duration) error

	// Flush is called after the tester, or the clock between two requests, may
	// have changed something. It is for accounts that hold webhooks back until a
	// request is answered. That of AccountBase does nothing.
	Flush()

	// DeliveryHeaders returns the headers of a webhook that is sent now, without
	// Content-Type. That of AccountBase signs with the current secret and the
	// time of the real clock, because receivers compare with the real clock.
	DeliveryHeaders(body []byte) [][2]string

	// Release is called once, when the account is closed. That of AccountBase
	// does nothing.
	Release()
}

// AccountBase is the part that all accounts of a sandbox share. The function that
// is passed to [NewServer] may set the exported fields. Afterwards Name, SecretKey
// and PublicKey never change; the others change only while the account is locked.
type AccountBase struct {
	Name string // name of the scope in gwctl/1, and in links for payers; s1 for the first account
	Seed string // as the tester set it; empty: none

	SecretKey      string
	PublicKey      string // empty: the gateway has none
	WebhookSecret  string
	PreviousSecret string // the webhook secret before the last rotation
	WebhookURL     string // empty: no deliveries

	// IDs generates the ids of the account's objects, from the seed if there is one.
	IDs *IDGenerator

	server *serverCore
	own    Account // the account that embeds this

	mu       sync.Mutex
	closed   bool
	opened   time.Time
	ahead    time.Duration // how far the account's clock is ahead of the real one
	last     time.Time
	queue    []*Delivery
	emptying chan struct{} // closed when the queue is empty; nil: it is empty
}

// Lock locks the account and brings it up to date with its clock.
func (a *AccountBase) Lock() {
	a.mu.Lock()
	if !a.closed {
		a.own.Tick()
	}
}

// Unlock unlocks the account.
func (a *AccountBase) Unlock() { a.mu.Unlock() }

// Closed reports whether the account has been closed. A request that arrived
// before that must then be refused. The caller holds the lock.
func (a *AccountBase) Closed() bool { return a.closed }

// connection returns what Connection of [Scope] returns.
func (a *AccountBase) connection() *Connection {
	a.mu.Lock()
	defer a.mu.Unlock()
	credentials := map[string]string{
		"secret_key":              a.SecretKey,
		"webhook_secret":          a.WebhookSecret,
		"previous_webhook_secret": a.PreviousSecret,
	}
	if a.PublicKey != "" {
		credentials["public_key"] = a.PublicKey
	}
	return &Connection{Scope: a.Name, APIBase: a.server.baseURL, Credentials: credentials}
}

// PayURL returns the URL of the payment's page for its payer,
// BASE/pay/ACCOUNT/PAYMENT.
func (a *AccountBase) PayURL(paymentID string) string {
	return a.server.baseURL + "/pay/" + a.Name + "/" + paymentID
}

// Now returns the time of the account's clock. It never runs backwards, even if
// the machine's clock does, so payments are ordered by their times. The caller
// holds the lock.
func (a *AccountBase) Now() time.Time {
	// Round strips the monotonic reading, so that times compare as they print.
	now := a.opened.Round(0).Add(a.server.now().Sub(a.opened) + a.ahead).UTC()
	if now.Before(a.last) {
		return a.last
	}
	a.last = now
	return now
}

// maxAhead keeps an account's clock within the years that JSON can write.
const maxAhead = 10 * 365 * 24 * time.Hour

// AdvanceClock moves the clock forward. The caller holds the lock.
func (a *AccountBase) AdvanceClock(by time.Duration) error {
	if by < 0 || by > maxAhead-a.ahead {
		return badRequest("advance is negative, or more than ten years in total")
	}
	a.ahead += by
	return nil
}

// Flush does nothing; see [Account].
func (a *AccountBase) Flush() {}

// Release does nothing; see [Account].
func (a *AccountBase) Release() {}

// DeliveryHeaders signs with the current secret and the time of the real clock.
func (a *AccountBase) DeliveryHeaders(body []byte) [][2]string {
	return a.server.config.Sign(body, a.server.now(), []string{a.WebhookSecret})
}

// webhook returns the webhook of an event's body, patched and signed as spec says.
func (a *AccountBase) webhook(body []byte, spec *WebhookSpec) (*Webhook, error) {
	body, err := Patch(body, spec.BodyPatch)
	if err != nil {
		return nil, err
	}
	secrets, err := a.secretsFor(spec.Sign)
	if err != nil {
		return nil, err
	}
	signed := a.server.config.Sign(body, a.Now().Add(spec.AtOffset), secrets)
	return &Webhook{Headers: withContentType(signed), Body: body}, nil
}

func withContentType(headers [][2]string) [][2]string {
	return slices.Concat([][2]string{{"Content-Type", "application/json"}}, headers)
}

func (a *AccountBase) secretsFor(signing Signing) ([]string, error) {
	switch signing {
	case "", SignCurrent:
		return []string{a.WebhookSecret}, nil
	case SignPrevious:
		return []string{a.PreviousSecret}, nil
	case SignBoth:
		return []string{a.WebhookSecret, a.PreviousSecret}, nil
	case SignWrong:
		return []string{NewIDGenerator("", "").ID(webhookPrefix)}, nil
	case SignNone:
		return nil, nil
	default:
		return nil, badRequest("sign %q is unknown", signing)
	}
}

// close ends the account and drops the webhooks that wait for delivery.
func (a *AccountBase) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return notFound(a.Name)
	}
	a.closed = true
	a.server.sender.drop(len(a.queue))
	a.queue = nil
	a.own.Release()
	return nil
}

func notFound(scope string) error { return fmt.Errorf("scope %q: %w", scope, ErrNotFound) }
