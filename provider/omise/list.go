package omise

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// A List is one page of objects.
type List[T any] struct {
	// Response belongs to the answer this list came in; zero for a list within a charge.
	Response Response
	// Total is how many objects there are on all pages; Offset how many stand before this page.
	Total, Offset int
	// Data are the objects of this page.
	Data []T
}

// Chronological is the order that begins with the oldest.
const Chronological = "chronological"

// MaxPageSize is the largest ListOptions.Limit.
const MaxPageSize = 100

// ListOptions choose a page. The zero value is the gateway's own choice: everything, 20 a page, oldest first.
type ListOptions struct {
	// From and To bound the time of creation; zero means open.
	From, To time.Time
	// Limit is the size of the page, at most MaxPageSize.
	Limit int
	// Offset is how many objects to leave out.
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
	Total  *int64 `json:"total"`
	Offset *int64 `json:"offset"`
	Data   []E    `json:"data"`
}

// read refuses a page with an element that cannot be read: a look-up that left it out could miss the very object it
// seeks.
func (w listJSON[T, E]) read(q question) (List[T], error) {
	list := List[T]{Response: q.response, Data: make([]T, 0, len(w.Data))}
	if err := w.is("list", "", q); err != nil {
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
	for _, element := range w.Data {
		value, err := element.read(question{charge: q.charge})
		if err != nil {
			return list, fmt.Errorf("an element of the list is unreadable: %w", err)
		}
		list.Data = append(list.Data, value)
	}
	return list, nil
}
