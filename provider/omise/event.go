package omise

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// An Event tells that something happened to an object. It comes as a webhook or from RetrieveEvent.
type Event struct {
	// Response is zero for a webhook.
	Response Response
	// ID is evnt_…, the same in every delivery of the event.
	ID string
	// Live is nil where the event does not tell.
	Live *bool
	// Key is what happened: charge.complete, refund.create, or a word that came after this was written.
	Key string
	// CreatedAt is in UTC; zero if the event does not tell.
	CreatedAt time.Time
	// Data is the object as it was at that time, in the account's default version; nil if the event has none.
	Data json.RawMessage
}

// Object is what kind of object Data is, such as charge; blank if it is none.
func (e *Event) Object() string { return within(e.Data).text("object") }

// RetrieveEvent reads an event.
func (c *Client) RetrieveEvent(ctx context.Context, id string) (*Event, error) {
	r := request{operation: "retrieve_event", method: http.MethodGet, path: "/events/" + id, id: id}
	if err := checkID(r.operation, id, EventPrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, readEvent)
}

// MaxEventSize is the size of the largest webhook body that is parsed, in bytes.
const MaxEventSize = 256 << 10

// ParseEvent reads the body of a webhook, which must be one JSON object of at most MaxEventSize, nested at most 32
// deep, without duplicate keys and with nothing behind it. It proves nothing of the sender: see [Verifier]. Its errors
// do not quote the body.
func ParseEvent(body []byte) (*Event, error) { return decode(body, MaxEventSize, readEvent) }

// DecodeCharge reads the charge in an event's Data, of whatever API version. It fails if Data is no charge.
func DecodeCharge(data []byte) (*Charge, error) { return decode(data, MaxEventSize, readCharge) }

// DecodeRefund reads the refund in an event's Data, of whatever API version. It fails if Data is no refund.
func DecodeRefund(data []byte) (*Refund, error) { return decode(data, MaxEventSize, readRefund) }

func readEvent(f *fields) Event {
	f.is("event")
	event := Event{
		Response:  f.response,
		ID:        f.id(EventPrefix),
		Live:      f.flag("livemode"),
		Key:       f.required("key", f.text("key")),
		CreatedAt: f.time("created_at", "created"),
	}
	if data := f.find("data"); data != nil {
		event.Data = data
	}
	return event
}
