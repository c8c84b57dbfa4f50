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
	// Response is that of the answer; zero for a list within a charge.
	Response Response
	// Total is the number of objects on all pages, Offset the number before this page.
	Total, Offset int
	// Data has the objects of this page.
	Data []T
}

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
	Total  *int64 `json:"total"`
	Offset *int64 `json:"offset"`
	Data   []E    `json:"data"`
}

// read refuses a page with an unreadable element: a look-up that skipped it could miss the object that it looks for.
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
	for _, element := range w.Data {
		value, err := element.read(expectation{charge: want.charge})
		if err != nil {
			return list, fmt.Errorf("an element of the list is unreadable: %w", err)
		}
		list.Data = append(list.Data, value)
	}
	return list, nil
}
