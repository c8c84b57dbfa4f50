package standin

import (
	"cmp"
	"fmt"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Account is what every account of a stand-in has; the stand-in's own account
// embeds it. The exported fields never change once it is open.
type Account struct {
	Name           string // in gwctl/1 and in links for payers; Frame.Open gives it
	SecretKey      string
	WebhookSecret  string
	PreviousSecret string // the webhook secret before the last rotation
	WebhookURL     string // empty: no deliveries
	Signature      Signature
	IDs            *Mint // for the holder of the account's lock

	began  time.Time
	ahead  time.Duration // of the real clock; for the holder of the account's lock
	closed atomic.Bool
	base   string
	outbox *outbox
	forget func()
}

// Signature is how a gateway signs its webhooks.
type Signature struct {
	Header string

	// Sign gives the header's value, for one secret or for several.
	Sign func(body []byte, at time.Time, secrets ...string) string
}

// Kind is what all accounts of a stand-in have in common.
type Kind struct {
	Realm     string // the stand-in's name
	KeyPrefix string // of secret keys, such as sk_test_
	Signature Signature
}

// NewAccount makes an account with credentials of its own, which never follow
// from the seed. The ids of what is in it do.
func (k *Kind) NewAccount(spec *gateway.ScopeSpec) (*Account, error) {
	if err := checkWebhookURL(spec.WebhookURL); err != nil {
		return nil, fmt.Errorf("%w: webhook_url: %w", gateway.ErrBadRequest, err)
	}
	chance := NewMint(k.Realm, "")
	return &Account{
		SecretKey: chance.ID(k.KeyPrefix), WebhookSecret: chance.ID(webhookPrefix), PreviousSecret: chance.ID(webhookPrefix),
		WebhookURL: spec.WebhookURL, Signature: k.Signature, IDs: NewMint(k.Realm, spec.Seed), began: time.Now(),
	}, nil
}

const webhookPrefix = "whsec_"

// Base is for [Holder].
func (a *Account) Base() *Account { return a }

// Connection is for gateway.Scope.
func (a *Account) Connection() *gateway.Connection {
	return &gateway.Connection{
		Scope:   a.Name,
		APIBase: a.base,
		Credentials: map[string]string{
			"secret_key":              a.SecretKey,
			"webhook_secret":          a.WebhookSecret,
			"previous_webhook_secret": a.PreviousSecret,
		},
	}
}

// PayURL is where a payer is sent to pay.
func (a *Account) PayURL(paymentID string) string { return a.base + "/pay/" + a.Name + "/" + paymentID }

// Now is the account's clock. It is built on the monotonic one, so payments
// are in the order of their times whatever happens to the machine's clock.
func (a *Account) Now() time.Time {
	return a.began.Round(0).Add(time.Since(a.began) + a.ahead).UTC()
}

// maxAhead keeps an account's clock within the years that JSON can write.
const maxAhead = 10 * 365 * 24 * time.Hour

// Hasten puts the clock forward.
func (a *Account) Hasten(by time.Duration) error {
	if by < 0 || by > maxAhead-a.ahead {
		return fmt.Errorf("%w: a clock goes forward, and ten years at most", gateway.ErrBadRequest)
	}
	a.ahead += by
	return nil
}

// Send hands an event over for delivery, if the account wants any. It never
// blocks.
func (a *Account) Send(eventID string, body []byte) {
	if a.WebhookURL != "" {
		a.outbox.send(&delivery{account: a, id: eventID, body: body})
	}
}

// Webhook makes the webhook that was asked for of an event's body.
func (a *Account) Webhook(body []byte, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	body, err := gateway.Patch(body, spec.BodyPatch)
	if err != nil {
		return nil, err
	}
	secrets, err := a.secretsFor(spec.Sign)
	if err != nil {
		return nil, err
	}
	webhook := &gateway.Webhook{Headers: [][2]string{{"Content-Type", "application/json"}}, Body: body}
	if len(secrets) > 0 {
		value := a.Signature.Sign(body, a.Now().Add(spec.AtOffset), secrets...)
		webhook.Headers = append(webhook.Headers, [2]string{a.Signature.Header, value})
	}
	return webhook, nil
}

func (a *Account) secretsFor(signing gateway.Signing) ([]string, error) {
	switch signing {
	case "", gateway.SignCurrent:
		return []string{a.WebhookSecret}, nil
	case gateway.SignPrevious:
		return []string{a.PreviousSecret}, nil
	case gateway.SignBoth:
		return []string{a.WebhookSecret, a.PreviousSecret}, nil
	case gateway.SignWrong:
		return []string{NewMint("", "").ID(webhookPrefix)}, nil
	case gateway.SignNone:
		return nil, nil
	default:
		return nil, fmt.Errorf("%w: sign %q", gateway.ErrBadRequest, signing)
	}
}

// End closes the account.
func (a *Account) End() error {
	if !a.closed.CompareAndSwap(false, true) {
		return fmt.Errorf("scope %q: %w", a.Name, gateway.ErrNotFound)
	}
	a.forget()
	return nil
}

var failureCode = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)

// FailureCode is the code of a transition to failed, or else the usual one;
// empty for other transitions.
func FailureCode(transition *gateway.Transition, usual string) (string, error) {
	if transition.To != gateway.StateFailed {
		return "", nil
	}
	code := cmp.Or(transition.FailureCode, usual)
	if !failureCode.MatchString(code) {
		return "", fmt.Errorf("%w: failure_code has 1 to 64 of a-z, 0-9 and _", gateway.ErrBadRequest)
	}
	return code, nil
}
