package omise

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
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

// RetrieveEvent reads an event.
func (c *Client) RetrieveEvent(ctx context.Context, id string) (*Event, error) {
	r := request{operation: "retrieve_event", method: http.MethodGet, path: "/events/" + id, asks: question{id: id}}
	if err := checkID(r.operation, id, EventPrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &eventJSON{})
}

// maxEventSize is the size of the largest webhook body that is parsed, in bytes.
const maxEventSize = 256 << 10

// ParseEvent reads the body of a webhook, which must be one JSON object of at most 256 KiB, nested at most 32 deep,
// without duplicate keys and with nothing behind it. It proves nothing of the sender: see [Verifier]. Its errors do not
// quote the body.
func ParseEvent(body []byte) (*Event, error) { return decode(body, &eventJSON{}) }

// DecodeCharge reads the charge in an event's Data, of whatever API version. It fails if Data is no charge.
func DecodeCharge(data []byte) (*Charge, error) { return decode(data, &chargeJSON{}) }

// DecodeRefund reads the refund in an event's Data, of whatever API version. It fails if Data is no refund.
func DecodeRefund(data []byte) (*Refund, error) { return decode(data, &refundJSON{}) }

type eventJSON struct {
	identity
	Key       text           `json:"key"`
	CreatedAt moment         `json:"created_at"`
	Created   moment         `json:"created"`
	Data      jsontext.Value `json:"data"`
}

func (e eventJSON) read(q question) (Event, error) {
	event := Event{
		Response:  q.response,
		ID:        string(e.ID),
		Live:      e.Live,
		Key:       string(e.Key),
		CreatedAt: cmp.Or(e.CreatedAt, e.Created).Time,
	}
	if e.Data.Kind() != 'n' {
		event.Data = json.RawMessage(e.Data)
	}
	if err := e.is("event", EventPrefix, q); err != nil {
		return event, err
	}
	if event.Key == "" {
		return event, errors.New("key is missing")
	}
	return event, nil
}
