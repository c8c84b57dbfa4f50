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

// element is an object in a list.
type element[E any] struct {
	decoded *E             // nil if it cannot be decoded
	raw     jsontext.Value // nil if the list was decoded as a whole
}

// UnmarshalJSONFrom reads the object, and fails if it has a value of another type than documented.
func (e *element[E]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*e = element[E]{decoded: new(E)}
	return json.UnmarshalDecode(d, e.decoded)
}

// errUnreadable says that an element of a list cannot be read, and what can be read of it is not known either: the list was
// decoded as a whole. salvage decodes its elements one by one.
var errUnreadable = errors.New("one of them cannot be read")

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
			if w.Data[i].raw == nil {
				return list, errUnreadable
			}
			list.Unreadable = append(list.Unreadable, RemnantOf(w.Data[i].raw))
			continue
		}
		list.Data = append(list.Data, value)
	}
	return list, nil
}

// salvager is a list, of whatever objects.
type salvager interface{ salvage(body []byte) bool }

// salvage decodes the elements one by one, after the whole list could not be decoded or read because of one of them: a value
// is of another type than documented or missing, it is nested too deeply, or has a name twice. It reports whether it could.
func (w *listJSON[T, E]) salvage(body []byte) bool {
	members, err := strictjson.Members(body, maxBody)
	if err != nil {
		return false
	}
	data, err := strictjson.Elements(members["data"], maxBody)
	if err != nil {
		return false
	}
	*w = listJSON[T, E]{identity: identity{
		Object: strictjson.Read[text](members["object"]), Live: strictjson.Read[*bool](members["livemode"]),
	}, Data: make([]element[E], len(data))}
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
	if err != nil {
		return nil, err
	}
	return &refunds, nil
}
