package sandbox

import (
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// delivery is one attempt to deliver an event to the merchant.
type delivery struct {
	id     string
	uri    string
	status int    // of the merchant's answer; 0: none
	err    string // why there was no answer
	at     time.Time
}

// maxDeliveries is how many attempts an event records.
const maxDeliveries = 20

// deliveryRecords renders the deliveries of an event. As in Omise's events their
// times have another form than all others.
func (e *event) deliveryRecords() []any {
	records := []any{}
	if len(e.deliveries) == 0 {
		return records
	}
	payload := string(e.body())
	for _, d := range e.deliveries {
		var status any
		if d.status != 0 {
			status = d.status
		}
		records = append(records, object{
			{"object", "webhook_delivery"},
			{"id", d.id},
			{"uri", d.uri},
			{"status", status},
			{"key", e.key},
			{"error", orNull(d.err)},
			{"payload", payload},
			{"created_at", d.at.UTC().Format("2006-01-02 15:04:05 UTC")},
		})
	}
	return records
}

// queuedWebhook is an event that is to be sent to one address.
type queuedWebhook struct {
	event *event
	uri   string
	after time.Time // not to be sent before, by the account's clock
}

// webhookQueue holds the webhooks of an account that are not sent yet: planned
// until the request is answered, waiting while they are late or to be overtaken.
// It is guarded by the account's lock.
type webhookQueue struct{ planned, waiting []*queuedWebhook }

// maxQueued bounds a queue. What comes beyond it is dropped.
const maxQueued = 10_000

func (q *webhookQueue) add(e *event, uri string) {
	if len(q.planned)+len(q.waiting) < maxQueued {
		q.planned = append(q.planned, &queuedWebhook{event: e, uri: uri})
	}
}

// Flush implements [gateway.Account]. It sends what is planned, in the way that the
// dials say.
func (a *account) Flush() {
	planned := a.queue.planned
	a.queue.planned = nil
	for _, p := range planned {
		if a.dials.Webhooks.Lose > 0 {
			changed := *a.dials // events keep the dials they were made with
			changed.Webhooks.Lose--
			a.dials = &changed
			continue
		}
		p.after = p.event.createdAt.Add(time.Duration(a.dials.Webhooks.Late))
		a.queue.waiting = append(a.queue.waiting, p)
		if a.dials.Webhooks.Twice {
			a.queue.waiting = append(a.queue.waiting, p)
		}
	}
	for _, p := range a.queue.takeDue(a.Now(), a.dials.Webhooks.OutOfOrder) {
		a.Send(&gateway.Delivery{
			EventID: p.event.id, URL: p.uri, Body: p.event.body(),
			Tried: func(status int, err error) { a.recordDelivery(p, status, err) },
		})
	}
}

// takeDue removes and returns what need not wait any longer. With outOfOrder it
// swaps each pair, and a single one waits for the next.
func (q *webhookQueue) takeDue(now time.Time, outOfOrder bool) []*queuedWebhook {
	due := 0
	for due < len(q.waiting) && !q.waiting[due].after.After(now) {
		due++
	}
	if outOfOrder {
		due -= due % 2
		for i := 0; i+1 < due; i += 2 {
			q.waiting[i], q.waiting[i+1] = q.waiting[i+1], q.waiting[i]
		}
	}
	taken := q.waiting[:due]
	q.waiting = q.waiting[due:]
	return taken
}

// recordDelivery adds an attempt to its event.
func (a *account) recordDelivery(p *queuedWebhook, status int, err error) {
	d := &delivery{id: a.newID("whdl"), uri: p.uri, status: status, at: a.second()}
	if err != nil {
		d.err = deliveryError(err)
	}
	if len(p.event.deliveries) < maxDeliveries {
		p.event.deliveries = append(p.event.deliveries, d)
	}
	a.notify()
}

// deliveryError returns the text that the event shows, without the address, which
// is beside it.
func deliveryError(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, gateway.ErrNotLoopback):
		return gateway.ErrNotLoopback.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "execution expired"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	}
	return "the request failed"
}
