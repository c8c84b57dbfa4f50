package sandbox

import "time"

// An event tells what happened, with the charge or refund as it was then. It
// keeps the version that was the account's default at that moment, in which
// it is written for ever.
type event struct {
	id         string
	key        string
	version    version
	dials      *Dials  // of the account, then
	charge     *charge // a snapshot; or
	refund     *refund
	chargeID   string
	createdAt  time.Time
	deliveries []*delivery
}

func (e *event) ident() string   { return e.id }
func (e *event) made() time.Time { return e.createdAt }

// then is the frame of the event's own moment.
func (e *event) then() *frame {
	return &frame{version: e.version, now: e.createdAt, dials: e.dials}
}

// data writes the object that the event is about.
func (e *event) data() object {
	then := e.then()
	if e.refund != nil {
		return then.refund(e.refund)
	}
	return then.charge(e.charge)
}

func (a *account) emit(key string, c *charge) {
	a.record(&event{key: key, charge: c.snapshot(), chargeID: c.id})
	if len(c.endpoints) > 0 {
		a.lastEventTo(c.endpoints)
	}
}

func (a *account) emitRefund(r *refund) {
	a.record(&event{key: "refund.create", refund: r.snapshot(), chargeID: r.chargeID})
	if c, ok := a.charges.get(r.chargeID); ok && len(c.endpoints) > 0 {
		a.lastEventTo(c.endpoints)
	}
}

func (a *account) record(e *event) {
	e.id = a.newID("evnt")
	e.version = a.dials.version()
	e.dials = a.dials
	e.createdAt = a.second()
	a.events.add(e)
	a.tell()
	if a.WebhookURL != "" {
		a.outbox.plan(e, a.WebhookURL)
	}
}

// lastEventTo sends the newest event to a charge's own endpoints too.
func (a *account) lastEventTo(endpoints []string) {
	e := a.events.items[len(a.events.items)-1]
	for _, uri := range endpoints {
		if uri != a.WebhookURL {
			a.outbox.plan(e, uri)
		}
	}
}

func getEvent(a *account, c *call) (any, error) {
	found, ok := a.events.get(c.ids[0])
	if !ok {
		return nil, notFound("event", c.ids[0])
	}
	return c.frame.event(found), nil
}

func listEvents(a *account, c *call) (any, error) {
	return list(a, c, a.events, "/events", c.frame.event)
}

// listChargeEvents gives events without their data.
func listChargeEvents(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	own := newShelf[*event](a.events.limit, nil)
	for _, e := range a.events.items {
		if e.chargeID == found.id {
			own.add(e)
		}
	}
	return list(a, c, own, "/charges/"+found.id+"/events", c.frame.eventWithoutData)
}

// body is the event as a webhook carries it: in its own version, before
// anybody got it, the same bytes every time.
func (e *event) body() []byte {
	document := e.then().envelope(e, []any{}, member{"data", e.data()})
	return encode(e.dials.Trouble.spoil(document, e.id))
}
