package omise

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// A List is one page of objects.
type List[T any] struct {
	// Response is that of the answer; zero for a list within a charge.
	Response Response
	// Total is the number of objects on all pages, Offset the number before this page.
	Total, Offset int
	// Data has the objects of this page, except for those that are Unreadable, which lie anywhere between them.
	Data []T
	// Unreadable has what can be read of the others. What they are is for the caller to decide: a look-up that skips one
	// may miss the object that it looks for, and one that fails lets a single object stop it.
	Unreadable []Remnant
}

// Len returns how many objects the page has.
func (l *List[T]) Len() int { return len(l.Data) + len(l.Unreadable) }

// Chronological is the order from the oldest to the newest.
const Chronological = "chronological"

// MaxPageSize is the largest ListOptions.Limit.
const MaxPageSize = 100

// ListOptions choose a page. The zero value is the gateway's default: the oldest 20 objects.
type ListOptions struct {
	// From and To bound the time of creation; zero means open.
	From, To time.Time
	// Limit is the size of the page, at most MaxPageSize.
	Limit int
	// Offset is how many objects to skip.
	Offset int
	// Order is Chronological or reverse_chronological.
	Order string
}

func (o *ListOptions) query() url.Values {
	query := url.Values{}
	if o == nil {
		return query
	}
	for name, at := range map[string]time.Time{"from": o.From, "to": o.To} {
		if !at.IsZero() {
			query.Set(name, at.UTC().Format(time.RFC3339))
		}
	}
	for name, number := range map[string]int{"limit": o.Limit, "offset": o.Offset} {
		if number != 0 {
			query.Set(name, strconv.Itoa(number))
		}
	}
	setIfGiven(query, "order", o.Order)
	return query
}

type listJSON[T any, E object[T]] struct {
	identity
	Total  *int64       `json:"total"`
	Offset *int64       `json:"offset"`
	Data   []element[E] `json:"data"`
}

// element is an object in a list, which may have values of other types than documented.
type element[E any] struct {
	decoded *E // nil if it cannot be decoded
	raw     jsontext.Value
}

// UnmarshalJSONFrom reads any value.
func (e *element[E]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	*e = element[E]{decoded: new(E), raw: raw.Clone()}
	if json.Unmarshal(raw, e.decoded, d.Options()) != nil {
		e.decoded = nil
	}
	return nil
}

func (w listJSON[T, E]) read(want expectation) (List[T], error) {
	list := List[T]{Response: want.response, Data: make([]T, 0, len(w.Data))}
	if err := w.is("list", "", want); err != nil {
		return list, err
	}
	switch {
	case w.Total == nil || *w.Total < 0:
		return list, errors.New("total is missing or negative")
	case w.Data == nil:
		return list, errors.New("data is not an array")
	}
	list.Total = int(*w.Total)
	if w.Offset != nil {
		list.Offset = int(*w.Offset)
	}
	for i := range w.Data {
		if w.Data[i].decoded == nil {
			list.Unreadable = append(list.Unreadable, RemnantOf(w.Data[i].raw))
			continue
		}
		value, err := (*w.Data[i].decoded).read(expectation{charge: want.charge})
		if errors.Is(err, errOtherCharge) {
			return list, err
		}
		if err != nil {
			list.Unreadable = append(list.Unreadable, RemnantOf(w.Data[i].raw))
			continue
		}
		list.Data = append(list.Data, value)
	}
	return list, nil
}

// salvage decodes the elements one by one, after the whole list could not be decoded, because one of them is nested too
// deeply or has a name twice. It reports whether it could.
func (w *listJSON[T, E]) salvage(body []byte) bool {
	members, err := strictjson.Members(body, maxBody)
	if err != nil {
		return false
	}
	data, err := strictjson.Elements(members["data"], maxBody)
	if err != nil {
		return false
	}
	*w = listJSON[T, E]{identity: identity{Object: strictjson.Read[text](members["object"])}, Data: make([]element[E], len(data))}
	for name, number := range map[string]**int64{"total": &w.Total, "offset": &w.Offset} {
		if raw := members[name]; len(raw) > 0 && json.Unmarshal(raw, number) != nil {
			return false
		}
	}
	for i, raw := range data {
		w.Data[i] = element[E]{decoded: new(E), raw: jsontext.Value(raw)}
		if strictjson.Decode(raw, maxBody, w.Data[i].decoded) != nil {
			w.Data[i].decoded = nil
		}
	}
	return true
}

// refundsJSON is the refunds of a charge: a list object, an array, or nothing.
type refundsJSON struct {
	list    *listJSON[Refund, refundJSON]
	problem error
}

// UnmarshalJSONFrom reads what it can.
func (r *refundsJSON) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*r = refundsJSON{}
	raw, err := d.ReadValue()
	if err != nil || raw.Kind() == 'n' {
		return err
	}
	r.list = &listJSON[Refund, refundJSON]{}
	if raw.Kind() == '[' {
		r.list.Object = "list"
		if r.problem = json.Unmarshal(raw, &r.list.Data, d.Options()); r.problem == nil {
			r.list.Total = new(int64(len(r.list.Data)))
		}
	} else {
		r.problem = json.Unmarshal(raw, r.list, d.Options())
	}
	if r.problem != nil {
		r.problem = errors.New("a value has another type than documented")
	}
	return nil
}

// read returns nil without an error if the charge has none, and an error unless all of them can be read.
func (r refundsJSON) read() (*List[Refund], error) {
	if r.list == nil || r.problem != nil {
		return nil, r.problem
	}
	refunds, err := r.list.read(expectation{})
	switch {
	case err != nil:
		return nil, err
	case len(refunds.Unreadable) > 0:
		return nil, errors.New("one of them cannot be read")
	}
	return &refunds, nil
}
