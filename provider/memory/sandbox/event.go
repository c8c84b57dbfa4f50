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
	Data      any       `json:"data"` // a copy: the event says how it was
}

// An event keeps its id until the next change, so that asking for it twice is
// a redelivery. These are called with the account's lock held.

func (a *account) paymentEvent(p *payment) *event {
	return &event{ID: p.eventID, Object: "event", Type: "payment.updated", CreatedAt: p.UpdatedAt, Data: *p}
}

func (a *account) refundEvent(r *refund) *event {
	return &event{ID: r.eventID, Object: "event", Type: "refund.updated", CreatedAt: r.UpdatedAt, Data: *r}
}

// unheardEvent is of a kind that the documentation does not have yet.
func (a *account) unheardEvent() *event {
	return &event{
		ID: a.IDs.ID("evt_"), Object: "event", Type: "settlement.calculated", CreatedAt: a.now(),
		Data: map[string]any{"object": "settlement", "live": false},
	}
}

func (e *event) body() []byte {
	body, _ := json.Marshal(e) // of strings, numbers and times: cannot fail
	return body
}

func (a *account) send(e *event) { a.Send(&gateway.Delivery{EventID: e.ID, Body: e.body()}) }
