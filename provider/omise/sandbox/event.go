package sandbox

import "time"

// event records what happened, with the charge or refund as it was then. It is
// always rendered in the version that was the account's default at that moment.
type event struct {
	id         string
	key        string
	version    version
	dials      *Dials  // of the account at that moment
	charge     *charge // a snapshot; or
	refund     *refund
	chargeID   string
	createdAt  time.Time
	deliveries []*delivery
}

func (e *event) itemID() string      { return e.id }
func (e *event) itemTime() time.Time { return e.createdAt }

// view returns the view of the moment at which the event was made.
func (e *event) view() *view {
	return &view{version: e.version, now: e.createdAt, dials: e.dials}
}

// data renders the object that the event is about.
func (e *event) data() object {
	shown := e.view()
	if e.refund != nil {
		return shown.refund(e.refund)
	}
	return shown.charge(e.charge)
}

// emit records an event of a charge.
func (a *account) emit(key string, c *charge) {
	a.record(&event{key: key, charge: c.snapshot(), chargeID: c.id}, c.endpoints)
}

func (a *account) emitRefund(c *charge, r *refund) {
	a.record(&event{key: "refund.create", refund: r.snapshot(), chargeID: c.id}, c.endpoints)
}

// record adds an event, and queues its webhooks to the account's URL and to the
// endpoints of its charge.
func (a *account) record(e *event, endpoints []string) {
	e.id, e.createdAt = a.newID("evnt"), a.second()
	e.version, e.dials = a.dials.version(), a.dials
	a.events.add(e)
	a.notify()
	if a.WebhookURL != "" {
		a.queue.add(e, a.WebhookURL)
	}
	for _, uri := range endpoints {
		if uri != a.WebhookURL {
			a.queue.add(e, uri)
		}
	}
}

func getEvent(a *account, c *call) (any, error) {
	found, ok := a.events.get(c.ids[0])
	if !ok {
		return nil, notFound("event", c.ids[0])
	}
	return c.view.event(found), nil
}

func listEvents(a *account, c *call) (any, error) {
	return list(a, c, a.events, "/events", c.view.event)
}

// listChargeEvents answers GET /charges/:id/events, without the events' data.
func listChargeEvents(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	own := newStore[*event](a.events.limit, nil)
	for _, e := range a.events.items {
		if e.chargeID == found.id {
			own.add(e)
		}
	}
	return list(a, c, own, "/charges/"+found.id+"/events", c.view.eventWithoutData)
}

// body returns the event as its webhooks carry it, without deliveries. It is the
// same bytes every time.
func (e *event) body() []byte {
	document := e.view().envelope(e, []any{}, member{"data", e.data()})
	return encode(e.dials.Trouble.apply(document, e.id))
}

// paymentEventKey returns the key of the event that brought a charge to its status.
func paymentEventKey(status chargeStatus) string {
	return map[chargeStatus]string{
		statusPending: "charge.create", statusSuccessful: "charge.complete", statusFailed: "charge.complete",
		statusExpired: "charge.expire", statusReversed: "charge.reverse",
	}[status]
}
