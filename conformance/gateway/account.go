package gateway

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Account is a sandbox's own type of account, as a [Server] needs it: it embeds
// the [AccountBase] that it is made of, and has the ledger. The methods are called with the account
// locked, after Tick.
type Account interface {
	// Tick lets happen what is due by the account's clock. Nothing runs by
	// itself: whoever locks the account comes through here first, and the Server
	// once in a second.
	Tick()

	// Ledger returns the payments that the query matches, oldest first, failed
	// ones too.
	Ledger(query *Query) []Payment

	// MakePayment makes a payment that no provider asked for, as from the
	// gateway's dashboard. It has no key.
	MakePayment(amount Money) (*Payment, error)

	// MakeRefund gives money of a paid payment back, as from the gateway's
	// dashboard; an empty currency means the payment's own.
	MakeRefund(paymentID string, amount Money) (*Refund, error)

	// MovePayment and MoveRefund do what [Scope] asks for. The failure code of a
	// move to StateFailed is well-formed, and [ServerConfig] fills it in.
	MovePayment(paymentID string, transition *Transition) error
	MoveRefund(refundID string, transition *Transition) error

	// WebhookBody writes the event that the gateway would send. The Server
	// patches and signs it.
	WebhookBody(spec *WebhookSpec) ([]byte, error)

	// An AccountBase has the methods below. An account may have its own instead.

	// AdvanceClock puts the clock forward.
	AdvanceClock(by time.Duration) error

	// Flush is called when the tester, or the clock while nobody asked, may have
	// changed something: for accounts that hold webhooks back until a request is
	// answered. AccountBase's does nothing.
	Flush()

	// DeliveryHeaders returns the headers, beside Content-Type, of a webhook that
	// is sent now. AccountBase's signs with the current secret, by the real
	// clock: that is the one which receivers compare with.
	DeliveryHeaders(body []byte) [][2]string

	// Release is called once, when the account is closed. AccountBase's does
	// nothing.
	Release()
}

// AccountBase is what every account of a sandbox has. The exported fields may be
// set by the function that [NewServer] is given; Name, SecretKey and PublicKey
// never change afterwards, and the others only while the account is locked.
type AccountBase struct {
	Name string // of the scope in gwctl/1, and in links for payers; the first account's is s1
	Seed string // that the tester asked for; empty: none

	SecretKey      string
	PublicKey      string // empty: the gateway has none
	WebhookSecret  string
	PreviousSecret string // the webhook secret before the last rotation
	WebhookURL     string // empty: no deliveries

	// IDs makes the ids of what is in the account, from the seed if there is one.
	IDs *IDGenerator

	server *serverCore
	own    Account // the account that embeds this

	mu       sync.Mutex
	closed   bool
	opened   time.Time
	ahead    time.Duration // of the real clock
	last     time.Time
	queue    []*Delivery
	emptying chan struct{} // closed when the queue is empty; nil: it is
}

// Lock enters the account as it is now by its clock.
func (a *AccountBase) Lock() {
	a.mu.Lock()
	if !a.closed {
		a.own.Tick()
	}
}

// Unlock leaves the account.
func (a *AccountBase) Unlock() { a.mu.Unlock() }

// Closed reports whether the account has been closed, so that a request that was
// on its way is refused. The caller holds the lock.
func (a *AccountBase) Closed() bool { return a.closed }

// Connection is what [Scope] promises.
func (a *AccountBase) Connection() *Connection {
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

// PayURL is where a payer is sent to pay, at /pay/ACCOUNT/PAYMENT.
func (a *AccountBase) PayURL(paymentID string) string {
	return a.server.baseURL + "/pay/" + a.Name + "/" + paymentID
}

// Now is the account's clock. It never runs backwards, whatever the machine's
// does, so payments are in the order of their times. The caller holds the lock.
func (a *AccountBase) Now() time.Time {
	// Without the monotonic part of opened, which Sub has used, times are
	// compared as they are written.
	now := a.opened.Round(0).Add(a.server.now().Sub(a.opened) + a.ahead).UTC()
	if now.Before(a.last) {
		return a.last
	}
	a.last = now
	return now
}

// maxAhead keeps an account's clock within the years that JSON can write.
const maxAhead = 10 * 365 * 24 * time.Hour

// AdvanceClock puts the clock forward. The caller holds the lock.
func (a *AccountBase) AdvanceClock(by time.Duration) error {
	if by < 0 || by > maxAhead-a.ahead {
		return badRequest("a clock goes forward, and ten years at most")
	}
	a.ahead += by
	return nil
}

// Flush does nothing; see [Account].
func (a *AccountBase) Flush() {}

// Release does nothing; see [Account].
func (a *AccountBase) Release() {}

// DeliveryHeaders signs with the current secret, by the real clock.
func (a *AccountBase) DeliveryHeaders(body []byte) [][2]string {
	return a.server.config.Sign(body, a.server.now(), []string{a.WebhookSecret})
}

// webhook makes the webhook that was asked for of an event's body.
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
		return nil, badRequest("sign %q", signing)
	}
}

// close ends the account; what waited for delivery is dropped.
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
