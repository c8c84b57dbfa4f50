package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// event is the body of a webhook.
type event struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind"`
	Live   bool            `json:"live"`
	At     time.Time       `json:"at"`
	Bill   json.RawMessage `json:"bill,omitempty"`
	Refund json.RawMessage `json:"refund,omitempty"`
}

// BuildWebhook makes the webhook that the gateway would send.
func (a *account) BuildWebhook(_ context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	a.lock()
	defer a.mu.Unlock()
	e, err := a.eventOf(spec)
	if err != nil {
		return nil, err
	}
	content, _ := json.Marshal(e) // of strings and times: cannot fail
	body, err := gateway.Patch(content, spec.BodyPatch)
	if err != nil {
		return nil, err
	}
	webhook := &gateway.Webhook{Headers: [][2]string{{"Content-Type", "application/json"}}, Body: body}
	if secrets := a.secretsFor(spec.Sign); len(secrets) > 0 {
		// By the machine's clock, which is the one that receivers compare with.
		value := sign(body, time.Now().Add(spec.AtOffset), secrets)
		webhook.Headers = append(webhook.Headers, [2]string{"Acme-Pay-Signature", value})
	}
	return webhook, nil
}

func (a *account) eventOf(spec *gateway.WebhookSpec) (*event, error) {
	b, no := a.find(spec.Payment)
	if no != nil {
		return nil, no.asTester()
	}
	switch spec.Event {
	case gateway.EventPaymentUpdated:
		return &event{ID: b.event, Kind: "bill.changed", At: b.UpdatedAt, Bill: b.shown()}, nil
	case gateway.EventRefundUpdated:
		at := slices.IndexFunc(b.refunds, func(r *refund) bool { return r.ID == spec.Refund })
		if at < 0 {
			return nil, fmt.Errorf("refund %q: %w", spec.Refund, gateway.ErrNotFound)
		}
		r := b.refunds[at]
		return &event{ID: r.event, Kind: "refund.changed", At: b.UpdatedAt, Bill: b.shown(), Refund: r.shown()}, nil
	default: // a kind that nobody has heard of
		a.events++
		return &event{ID: "ev_" + a.name + "_" + strconv.Itoa(a.events), Kind: "statement.ready", At: a.now()}, nil
	}
}

func (a *account) secretsFor(signing gateway.Signing) []string {
	switch signing {
	case gateway.SignNone:
		return nil
	case gateway.SignWrong:
		return []string{"whsec_" + chance()}
	case gateway.SignPrevious:
		return []string{a.previousSecret}
	case gateway.SignBoth:
		return []string{a.webhookSecret, a.previousSecret}
	case gateway.SignCurrent:
	}
	return []string{a.webhookSecret}
}

// sign gives the value of the signature header.
func sign(body []byte, at time.Time, secrets []string) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	parts := []string{"t=" + seconds}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(seconds + "."))
		mac.Write(body)
		parts = append(parts, "s="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(parts, ",")
}
