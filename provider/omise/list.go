package omise

import (
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

// The orders of a list.
const (
	Chronological        = "chronological"
	ReverseChronological = "reverse_chronological"
)

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
	// Order is Chronological or ReverseChronological.
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

// listOf gives the reader of a list. An element that cannot be read makes the whole page unreadable: a look-up that
// left it out could miss the very object it seeks.
func listOf[T any](read func(*fields) T) func(*fields) List[T] {
	return func(f *fields) List[T] {
		f.is("list")
		list := List[T]{Response: f.response, Total: int(f.amount("total"))}
		if offset := f.number("offset"); offset != nil {
			list.Offset = int(*offset)
		}
		elements, ok := elementsOf(f.find("data"))
		if !ok {
			f.fail("data is not an array")
		}
		list.Data = make([]T, 0, len(elements))
		for _, raw := range elements {
			element := within(raw)
			list.Data = append(list.Data, read(element))
			if element.err != nil {
				f.fail("an element of the list is unreadable: " + element.err.Error())
			}
		}
		return list
	}
}
