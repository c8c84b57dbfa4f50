package sandbox

import (
	"encoding/json"
	"fmt"
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

func billEvent(b *bill) *event {
	return &event{ID: b.event, Kind: "bill.changed", At: b.UpdatedAt, Bill: b.json()}
}

func refundEvent(b *bill, r *refund) *event {
	return &event{ID: r.event, Kind: "refund.changed", At: b.UpdatedAt, Bill: b.json(), Refund: r.json()}
}

func (e *event) body() []byte {
	content, _ := json.Marshal(e) // strings and times cannot fail
	return content
}

func (a *account) eventID() string {
	a.events++
	return fmt.Sprintf("ev_%s_%d", a.Name, a.events)
}

// changed sends the event of a changed bill. The event keeps its id if it is built
// again.
func (a *account) changed(b *bill) {
	b.UpdatedAt, b.event = a.now(), a.eventID()
	a.send(billEvent(b))
}

func (a *account) send(e *event) { a.Send(&gateway.Delivery{EventID: e.ID, Body: e.body()}) }
