package hostchecks

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// Refuses delivers a webhook and checks that it is answered with a status and an empty body.
func (t *T) Refuses(w *Wallet, what string, webhook *scripted.Webhook, reason contract.Reason) {
	want := contract.WebhookStatus(contract.NewError(reason, what))
	status, body := t.DeliverTo(w, 0, webhook)
	if status != want {
		t.Errorf("%s was answered with the status %d; it must be %d", what, status, want)
	}
	if want != http.StatusOK && body != "" {
		t.Errorf("%s was answered with %d and the text %.60q; who sent it is to learn nothing", what, status, body)
	}
}

// claims returns an order whose payment is pending, and a webhook that says that it was paid.
func (t *T) claims(options scripted.WebhookOptions) (*Order, *scripted.Webhook) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	options.Alter = func(p *contract.Payment, _ *contract.Refund) {
		p.Status, p.ProviderStatus, p.NextAction = contract.PaymentSucceeded, "paid", nil
	}
	return o, o.Wallets[0].PaymentWebhook(o.Payment().ID, &options)
}

// stayUnpaid watches that orders are not paid whose payments are pending.
func (t *T) stayUnpaid(after string, orders ...*Order) {
	t.Throughout("none of "+named(orders)+" is paid or given up: their payments are pending, whatever "+after+" says", func() bool {
		return !slices.ContainsFunc(orders, func(o *Order) bool { return !o.isNotPaid() })
	})
}

func named(orders []*Order) string {
	var ids []string
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	return strings.Join(ids, ", ")
}

func forgedWebhooks(t *T) {
	o, forged := t.claims(scripted.WebhookOptions{Forged: true})
	t.Refuses(o.Wallets[0], "a forged webhook", forged, contract.WebhookSignatureInvalid)
	other, unsigned := t.claims(scripted.WebhookOptions{Unsigned: true})
	t.Refuses(other.Wallets[0], "a webhook without a signature", unsigned, contract.WebhookSignatureMissing)
	altered := o.Wallets[0].PaymentWebhook(o.Payment().ID, nil)
	altered.Body = bytes.ReplaceAll(altered.Body, []byte(contract.PaymentPending), []byte(contract.PaymentSucceeded))
	t.Refuses(o.Wallets[0], "a webhook that was changed on its way", altered, contract.WebhookSignatureInvalid)
	t.stayUnpaid("a forged webhook", o, other)
}

func staleWebhooks(t *T) {
	var orders []*Order
	for what, at := range map[string]time.Time{"of an hour ago": time.Now().Add(-time.Hour), "of an hour ahead": time.Now().Add(time.Hour)} {
		o, stale := t.claims(scripted.WebhookOptions{At: at})
		t.Refuses(o.Wallets[0], "a webhook "+what, stale, contract.WebhookSignatureStale)
		orders = append(orders, o)
	}
	t.stayUnpaid("a stale webhook", orders...)
}

func webhooksThatCannotBeRead(t *T) {
	o, malformed := t.claims(scripted.WebhookOptions{Malformed: true})
	w := o.Wallets[0]
	t.Refuses(w, "a genuine webhook that cannot be read", malformed, contract.WebhookMalformed)
	empty := w.PaymentWebhook(o.Payment().ID, &scripted.WebhookOptions{Written: func([]byte) []byte { return []byte("{}") }})
	t.Refuses(w, "a genuine webhook with nothing in it", empty, contract.WebhookMalformed)
	long := w.PaymentWebhook(o.Payment().ID, &scripted.WebhookOptions{Written: func(body []byte) []byte {
		return append(body, bytes.Repeat([]byte(" "), contract.MaxWebhookBody)...)
	}})
	if status := t.Deliver(w, long); status/100 == 2 {
		t.Errorf("a webhook of %d bytes was acknowledged with %d; no provider can have verified it: the most is %d", len(long.Body), status, contract.MaxWebhookBody)
	}
	t.stayUnpaid("a webhook that cannot be read", o)
}

func webhooksOfTheOtherMode(t *T) {
	o, other := t.claims(scripted.WebhookOptions{OtherMode: true})
	t.Refuses(o.Wallets[0], "a webhook of the other mode", other, contract.ModeMismatch)
	t.stayUnpaid("a webhook of the other mode", o)
}

// Each provider has secrets of its own.
func webhooksAtAnotherAddress(t *T) {
	o, webhook := t.claims(scripted.WebhookOptions{})
	t.Refuses(t.Wallet(Second), "a genuine webhook of another provider", webhook, contract.WebhookSignatureInvalid)
	t.stayUnpaid("a webhook at another provider's address", o)
}

// One of two payments is never paid, which the end of the run must still show.
func webhooksThatAreAheadOfTheGateway(t *T) {
	o, ahead := t.claims(scripted.WebhookOptions{})
	never, wrong := t.claims(scripted.WebhookOptions{})
	o.ReadAfter(func() { t.Sure(o.Wallets[0], ahead) })
	never.ReadAfter(func() { t.Sure(never.Wallets[0], wrong) })
	t.stayUnpaid("a webhook", o, never)
	payment := o.Pay()
	o.Hint(o.Payment())
	o.Paid(payment)
	o.ActedOn()
}

// forms are ways to write JSON that decode to the same.
var forms = map[string]func([]byte) []byte{
	"with spaces and line ends": func(b []byte) []byte {
		return append(append([]byte("\r\n\t "), bytes.ReplaceAll(b, []byte(`,"`), []byte(" ,\r\n  \""))...), "\n\n"...)
	},
	"with escapes": func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"id":`), []byte(`"note":"\u0061\/\u00e9 é <&> \ud83d\ude00","id":`), 1)
	},
	"with a number and a name twice": func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"id":`), []byte(`"n":1.0e+02,"n":10000000000000000000001,"id":`), 1)
	},
}

// The bodies have a form that is lost when they are decoded and encoded again.
func webhooksByteForByte(t *T) {
	for name, form := range forms {
		o := t.NewOrder()
		o.Place()
		o.Finds()
		w := o.Wallets[0]
		webhook := w.PaymentWebhook(o.Pay(), &scripted.WebhookOptions{Written: form})
		if status := t.Deliver(w, webhook); status/100 != 2 {
			t.Errorf("a genuine webhook %s was answered with %d", name, status)
		}
		if closest, same := passed(w, webhook); !same {
			t.Errorf("a webhook %s did not come to its provider as it was sent.\nsent:   %q\npassed: %q", name, webhook.Body, closest)
		}
	}
}

// passed reports whether ParseWebhook was called with the bytes of a webhook; if it was not,
// it returns what has the event's id.
func passed(w *Wallet, webhook *scripted.Webhook) (closest []byte, same bool) {
	for _, c := range w.Calls() {
		r, ok := c.Request.(*contract.WebhookRequest)
		switch {
		case !ok:
		case bytes.Equal(r.Body, webhook.Body):
			return r.Body, true
		case bytes.Contains(r.Body, []byte(webhook.ID)):
			closest = r.Body
		}
	}
	return closest, false
}
