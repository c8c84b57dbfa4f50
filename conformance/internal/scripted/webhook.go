package scripted

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// The kinds of events. KindDispute is for a person's attention: it is ignored, and tells of
// what no list has.
const (
	KindPayment = "payment.updated"
	KindRefund  = "refund.updated"
	KindDispute = "dispute.opened"
)

// signatureHeader is the header of the signature: t=SECONDS,v1=HMAC.
const signatureHeader = "Gateway-Signature"

// Webhook is a webhook of the gateway. Its fields may be changed before it is sent.
type Webhook struct {
	ID     string
	Header http.Header
	Body   []byte
}

// WebhookOptions change a webhook; the zero value is a genuine one, of now.
type WebhookOptions struct {
	// ID is the event's; random by default. Two deliveries of one event have the same.
	ID string

	// At is when it was signed; now by default. Long ago makes it stale.
	At time.Time

	// Forged signs with another secret, and Unsigned not at all.
	Forged, Unsigned bool

	// OtherMode makes it an event of the other mode: a live one for a test account.
	OtherMode bool

	// Malformed makes a body of it that is genuine and cannot be read.
	Malformed bool

	// Written writes the body in another way, before it is signed.
	Written func(body []byte) []byte

	// Alter changes the subject, such as to one that the ledger does not have.
	Alter func(payment *contract.Payment, refund *contract.Refund)
}

// webhookBody is the body of a webhook.
type webhookBody struct {
	ID        string            `json:"id"`
	Kind      string            `json:"kind"`
	CreatedAt time.Time         `json:"created_at"`
	Live      bool              `json:"live"`
	Payment   *contract.Payment `json:"payment,omitempty"`
	Refund    *contract.Refund  `json:"refund,omitempty"`
	About     string            `json:"about,omitempty"` // the payment of a dispute
}

// PaymentWebhook returns a webhook about a payment, as it is now at the gateway.
func (a *Account) PaymentWebhook(id string, options *WebhookOptions) *Webhook {
	var p *contract.Payment
	a.change(id, func(l *LedgerPayment) { p = l.answer(a.shape.Methods) })
	return a.webhook(&webhookBody{Kind: KindPayment, Payment: p}, options)
}

// RefundWebhook returns a webhook about a refund, as it is now at the gateway.
func (a *Account) RefundWebhook(payment, refund string, options *WebhookOptions) *Webhook {
	var f contract.Refund
	a.changeRefund(payment, refund, func(l *LedgerRefund) { f = l.Refund })
	return a.webhook(&webhookBody{Kind: KindRefund, Refund: &f}, options)
}

// DisputeWebhook returns a webhook about a dispute of a payment, of the attention kind.
func (a *Account) DisputeWebhook(payment string, options *WebhookOptions) *Webhook {
	return a.webhook(&webhookBody{Kind: KindDispute, About: payment}, options)
}

// OtherWebhook returns a webhook of a kind that the descriptor does not have.
func (a *Account) OtherWebhook(kind string, options *WebhookOptions) *Webhook {
	return a.webhook(&webhookBody{Kind: kind}, options)
}

// StrangerWebhook returns a webhook about a payment made through the contract that the ledger
// does not have.
func (a *Account) StrangerWebhook(p *contract.Payment, options *WebhookOptions) *Webhook {
	return a.webhook(&webhookBody{Kind: KindPayment, Payment: p}, options)
}

func (a *Account) webhook(b *webhookBody, options *WebhookOptions) *Webhook {
	var o WebhookOptions
	if options != nil {
		o = *options
	}
	if o.ID == "" {
		o.ID = "evt_" + random(10)
	}
	if o.At.IsZero() {
		o.At = time.Now()
	}
	b.ID, b.CreatedAt, b.Live = o.ID, o.At.UTC(), a.shape.Live != o.OtherMode
	if o.Alter != nil {
		o.Alter(b.Payment, b.Refund)
	}
	body, _ := json.Marshal(b) // of texts, numbers and times
	if o.Malformed {
		body = body[:len(body)-1]
	}
	if o.Written != nil {
		body = o.Written(body)
	}
	secrets := []string{a.webhookSecret}
	switch {
	case o.Forged:
		secrets = []string{"whsec_" + random(20)}
	case o.Unsigned:
		secrets = nil
	}
	w := &Webhook{ID: o.ID, Body: body, Header: http.Header{"Content-Type": {"application/json"}}}
	for _, line := range gateway.TimedSignature(signatureHeader, "v1")(body, o.At, secrets) {
		w.Header.Add(line[0], line[1])
	}
	return w
}

// Request returns the webhook as a request to a URL of the host's.
func (w *Webhook) Request(ctx context.Context, url string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(w.Body))
	if err != nil {
		return nil, err
	}
	r.Header = w.Header.Clone()
	return r, nil
}
