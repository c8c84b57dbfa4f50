package sandbox

import (
	"encoding/json"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// event is the body of a webhook.
type event struct {
	ID        string    `json:"id"`
	Object    string    `json:"object"`
	Type      string    `json:"type"`
	Live      bool      `json:"live"`
	CreatedAt time.Time `json:"created_at"`
	Data      any       `json:"data"` // a copy: the event shows the object as it was
}

// An event keeps its id until the next change of its object, so that building it
// twice is a redelivery. The functions below are called with the account's lock
// held.

func (a *account) paymentEvent(p *payment) *event {
	return &event{ID: p.eventID, Object: "event", Type: "payment.updated", CreatedAt: p.UpdatedAt, Data: *p}
}

func (a *account) refundEvent(r *refund) *event {
	return &event{ID: r.eventID, Object: "event", Type: "refund.updated", CreatedAt: r.UpdatedAt, Data: *r}
}

// unknownEvent returns an event of a kind that is not documented.
func (a *account) unknownEvent() *event {
	return &event{
		ID: a.IDs.ID("evt_"), Object: "event", Type: "settlement.calculated", CreatedAt: a.now(),
		Data: map[string]any{"object": "settlement", "live": false},
	}
}

func (e *event) body() []byte {
	body, _ := json.Marshal(e) // strings, numbers and times cannot fail
	return body
}

func (a *account) send(e *event) { a.Send(&gateway.Delivery{EventID: e.ID, Body: e.body()}) }
