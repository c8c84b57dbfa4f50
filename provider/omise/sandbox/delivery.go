package sandbox

import (
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// A delivery is one attempt to bring an event to the merchant.
type delivery struct {
	id     string
	uri    string
	status int    // of the merchant's answer; 0: none
	err    string // why there is no answer
	at     time.Time
}

// maxDeliveries is how many attempts one event remembers.
const maxDeliveries = 20

// deliveryRecords is the list in the event, as real ones have it, times in a
// form of their own included.
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

// A parcel is an event on its way to one address.
type parcel struct {
	event *event
	uri   string
	after time.Time // not to be sent before, by the account's clock
}

// An outbox holds an account's parcels back: planned while a request is served,
// waiting while they are late or are to be overtaken. It is guarded by its
// account's lock.
type outbox struct{ planned, waiting []*parcel }

// maxParcels bounds what is held back.
const maxParcels = 10_000

func (o *outbox) plan(e *event, uri string) {
	if len(o.planned)+len(o.waiting) < maxParcels {
		o.planned = append(o.planned, &parcel{event: e, uri: uri})
	}
}

// Flush sends what is planned, in the way of the dials. Called with the account
// locked, when what gave rise to it has been answered.
func (a *account) Flush() {
	planned := a.outbox.planned
	a.outbox.planned = nil
	for _, p := range planned {
		if a.dials.Webhooks.Lose > 0 {
			turned := *a.dials // events keep the dials they were made with
			turned.Webhooks.Lose--
			a.dials = &turned
			continue
		}
		p.after = p.event.createdAt.Add(time.Duration(a.dials.Webhooks.Late))
		a.outbox.waiting = append(a.outbox.waiting, p)
		if a.dials.Webhooks.Twice {
			a.outbox.waiting = append(a.outbox.waiting, p)
		}
	}
	for _, p := range a.outbox.takeDue(a.Now(), a.dials.Webhooks.OutOfOrder) {
		a.Send(&gateway.Delivery{
			EventID: p.event.id, URL: p.uri, Body: p.event.body(),
			Tried: func(status int, err error) { a.recordDelivery(p, status, err) },
		})
	}
}

// takeDue takes out what need not wait any longer. Out of order, it takes pairs
// and turns them round, and one alone waits for its fellow.
func (o *outbox) takeDue(now time.Time, outOfOrder bool) []*parcel {
	due := 0
	for due < len(o.waiting) && !o.waiting[due].after.After(now) {
		due++
	}
	if outOfOrder {
		due -= due % 2
		for i := 0; i+1 < due; i += 2 {
			o.waiting[i], o.waiting[i+1] = o.waiting[i+1], o.waiting[i]
		}
	}
	taken := o.waiting[:due]
	o.waiting = o.waiting[due:]
	return taken
}

// recordDelivery writes an attempt down in its event.
func (a *account) recordDelivery(p *parcel, status int, err error) {
	d := &delivery{id: a.newID("whdl"), uri: p.uri, status: status, at: a.second()}
	if err != nil {
		d.err = deliveryError(err)
	}
	if len(p.event.deliveries) < maxDeliveries {
		p.event.deliveries = append(p.event.deliveries, d)
	}
	a.tell()
}

// deliveryError is told to the merchant without the address, which he knows.
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
