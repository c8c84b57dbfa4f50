package omise

import (
	"bytes"
	"cmp"
	"context"
	stdjson "encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// An Event is something that happened to an object. It comes from a webhook or from RetrieveEvent.
type Event struct {
	// Response is zero for a webhook.
	Response Response
	// ID is evnt_…, the same in every delivery of the event. It is never blank; its form is not checked.
	ID string
	// Live is nil if the event does not have it.
	Live *bool
	// Key is what happened: charge.complete, refund.create, or a newer one.
	Key string
	// CreatedAt is in UTC; zero if the event does not have it.
	CreatedAt time.Time
	// Data is the object as it was at that time, in the account's default version; nil if the event has none.
	Data stdjson.RawMessage

	charge *chargeJSON // Data, if it was decoded together with the event
}

// Charge returns the charge in Data, as DecodeCharge does, without decoding it a second time.
func (e *Event) Charge() (*Charge, error) {
	if e.charge == nil {
		return DecodeCharge(e.Data)
	}
	return readAs(e.charge)
}

// RetrieveEvent reads an event.
func (c *Client) RetrieveEvent(ctx context.Context, id string) (*Event, error) {
	r := request{operation: "retrieve_event", method: http.MethodGet, path: "/events/" + id, expects: expectation{id: id}}
	if err := checkID(r.operation, id, EventPrefix); err != nil {
		return nil, err
	}
	decoded := &eventJSON[jsontext.Value]{}
	event, err := fetch(ctx, c, r, decoded)
	if err == nil {
		event.Data = dataOf(decoded.Data)
	}
	return event, err
}

// maxEventSize is the size of the largest webhook body that is parsed, in bytes.
const maxEventSize = 256 << 10

// ParseEvent reads the body of a webhook, which must be one JSON object of at most 256 KiB without duplicate names and
// with nothing after it. It does not check the sender: see [Verifier]. Its errors do not quote the body, and the event's
// Data usually shares its memory.
//
// What is within Data is not judged: Charge, DecodeCharge and DecodeRefund do that, and RemnantOf says whose object it is
// if they fail.
func ParseEvent(body []byte) (*Event, error) {
	decoded := &eventJSON[payload]{}
	event, err := decode(body, decoded)
	if err == nil {
		event.Data, event.charge = decoded.Data.of(body), &decoded.Data.charge
		return event, nil
	}
	untyped := &eventJSON[jsontext.Value]{}
	if errors.Is(err, strictjson.ErrTooLarge) || !untyped.salvage(body) {
		return nil, err
	}
	if event, err = readAs(untyped); err == nil {
		event.Data = dataOf(untyped.Data)
	}
	return event, err
}

func dataOf(value jsontext.Value) stdjson.RawMessage {
	if len(value) == 0 || value.Kind() == 'n' {
		return nil
	}
	return stdjson.RawMessage(value)
}

// DecodeCharge reads the charge in an event's Data, of any API version. It fails if Data is not a charge.
func DecodeCharge(data []byte) (*Charge, error) { return decode(data, &chargeJSON{}) }

// DecodeRefund reads the refund in an event's Data, of any API version. It fails if Data is not a refund.
func DecodeRefund(data []byte) (*Refund, error) { return decode(data, &refundJSON{}) }

type eventJSON[D any] struct {
	identity
	Key       text      `json:"key"`
	CreatedAt timestamp `json:"created_at"`
	Created   timestamp `json:"created"`
	Data      D         `json:"data"`
}

// read leaves out Data.
func (w eventJSON[D]) read(want expectation) (Event, error) {
	event := Event{
		Response:  want.response,
		ID:        string(w.ID),
		Live:      w.Live,
		Key:       string(w.Key),
		CreatedAt: cmp.Or(w.CreatedAt, w.Created).Time,
	}
	if err := w.is("event", "", want); err != nil {
		return event, err
	}
	switch {
	case event.ID == "":
		return event, errors.New("id is missing")
	case event.Key == "":
		return event, errors.New("key is missing")
	}
	return event, nil
}

// salvage decodes the envelope alone, and reports whether it could. Data stays as it is, if D is a jsontext.Value.
func (w *eventJSON[D]) salvage(body []byte) bool {
	members, err := strictjson.Members(body, maxBody)
	if err != nil {
		return false
	}
	*w = eventJSON[D]{
		identity:  identity{Object: strictjson.Read[text](members["object"]), ID: strictjson.Read[text](members["id"]), Live: strictjson.Read[*bool](members["livemode"])},
		Key:       strictjson.Read[text](members["key"]),
		CreatedAt: strictjson.Read[timestamp](members["created_at"]),
		Created:   strictjson.Read[timestamp](members["created"]),
	}
	if data, ok := any(&w.Data).(*jsontext.Value); ok {
		*data = jsontext.Value(members["data"])
	}
	return true
}

// payload is the object in an event. It is decoded as a charge, which it usually is, in the same pass as the event.
type payload struct {
	charge     chargeJSON
	begin, end int64
}

// UnmarshalJSONFrom reads what can be read as a charge.
func (p *payload) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*p = payload{begin: d.InputOffset()}
	err := json.UnmarshalDecode(d, &p.charge)
	p.end = d.InputOffset()
	return err
}

// of returns the payload's bytes in the event; nil if there is none.
func (p payload) of(event []byte) stdjson.RawMessage {
	raw := bytes.TrimLeft(event[p.begin:p.end:p.end], ": \t\r\n") // the offset is before the separator
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	return raw
}
