package omise

import (
	"bytes"
	"context"
	stdjson "encoding/json"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An EventRecord is an event as the account keeps it, with what became of its webhooks.
type EventRecord struct {
	Event

	// Body is the whole event as it was answered; nil if it could be read only in part. ParseEvent reads it.
	Body stdjson.RawMessage
	// Deliveries are the gateway's attempts to deliver the event; none if it had no address to send it to.
	Deliveries []Delivery
}

// A Delivery is one attempt to deliver an event. Its texts are for people.
type Delivery struct {
	// URI is the address, without control characters.
	URI string
	// Status is the HTTP status of the endpoint's answer; 0 if there was none.
	Status int
	// Error is why there was no answer; blank if it is not known.
	Error string
	// At is in UTC; zero if the record does not have it.
	At time.Time
}

// ListEvents reads one page of the account's events. options may be nil.
func (c *Client) ListEvents(ctx context.Context, options *ListOptions) (*List[EventRecord], error) {
	r := request{operation: "list_events", method: http.MethodGet, path: "/events", values: options.query()}
	return fetch(ctx, c, r, &listJSON[EventRecord, recordJSON]{})
}

// RetrieveEventRecord reads an event with its deliveries, which a list need not have.
func (c *Client) RetrieveEventRecord(ctx context.Context, id string) (*EventRecord, error) {
	r := request{operation: "retrieve_event", method: http.MethodGet, path: "/events/" + id, expects: expectation{id: id}}
	if err := checkID(r.operation, id, EventPrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &recordJSON{})
}

// recordJSON keeps the bytes of the event beside its fields.
type recordJSON struct {
	event      eventJSON[jsontext.Value]
	deliveries []lenient[deliveryJSON]
	raw        jsontext.Value
}

type deliveryJSON struct {
	URI       text        `json:"uri"`
	Status    wholeNumber `json:"status"`
	Error     text        `json:"error"`
	CreatedAt timestamp   `json:"created_at"`
}

// UnmarshalJSONFrom reads an event. What is no list of deliveries counts as none.
func (w *recordJSON) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	*w = recordJSON{raw: bytes.Clone(raw)}
	if err := json.Unmarshal(w.raw, &w.event, d.Options()); err != nil {
		return err
	}
	var beside struct {
		Deliveries jsontext.Value `json:"webhook_deliveries"`
	}
	if json.Unmarshal(w.raw, &beside, d.Options()) != nil || json.Unmarshal(beside.Deliveries, &w.deliveries, d.Options()) != nil {
		w.deliveries = nil
	}
	return nil
}

func (w recordJSON) identify() identity { return w.event.identity }

func (w recordJSON) read(want expectation) (EventRecord, error) {
	event, err := w.event.read(want)
	event.Data = dataOf(w.event.Data)
	record := EventRecord{Event: event, Body: stdjson.RawMessage(w.raw)}
	for _, d := range w.deliveries {
		made := Delivery{URI: clean(string(d.value.URI), maxMessage), Error: clean(string(d.value.Error), maxMessage), At: d.value.CreatedAt.Time}
		if status := d.value.Status.number; status != nil && *status < 1000 {
			made.Status = int(*status)
		}
		record.Deliveries = append(record.Deliveries, made)
	}
	return record, err
}
