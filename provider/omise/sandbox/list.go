package sandbox

import (
	"encoding/json"
	"strconv"
	"time"
)

// page is what a list request asks for.
type page struct {
	from, to      time.Time
	offset, limit int
	order         string
	reverse       bool
}

const (
	defaultLimit = 20
	maxLimit     = 100
)

// list returns a page of a store. The newest items may be missing from it for a
// while, if the dials say so.
func list[T item](a *account, c *call, of *store[T], location string, render func(T) object) (any, error) {
	asked, err := readPage(c.params, c.view.now)
	if err != nil {
		return nil, err
	}
	c.takes = time.Duration(a.dials.ListTakes)
	to := asked.to
	if lag := a.dials.listLag(); lag > 0 && to.After(c.view.now.Add(-lag)) {
		to = c.view.now.Add(-lag)
	}
	span := of.span(asked.from, to)
	data := []any{}
	for i := asked.offset; i < len(span) && len(data) < asked.limit; i++ {
		if asked.reverse {
			data = append(data, render(span[len(span)-1-i]))
		} else {
			data = append(data, render(span[i]))
		}
	}
	return asked.answer(c.view.version, location, len(span), data), nil
}

func (p *page) answer(v version, location string, total int, data []any) object {
	return object{
		{"object", "list"},
		{"from", timestamp(p.from)},
		{"to", timestamp(p.to)},
		{"offset", p.offset},
		{"limit", p.limit},
		{"total", total},
		{"order", p.orderIn(v)},
		{"location", location},
		{"data", data},
	}
}

// orderIn returns null for lists of 2017 if the request names no order.
func (p *page) orderIn(v version) any {
	if p.order == "" && v == version2017 {
		return nil
	}
	if p.reverse {
		return "reverse_chronological"
	}
	return "chronological"
}

// wholePage returns the page of a list inside another object, and the defaults of
// a request.
func wholePage(now time.Time) *page {
	return &page{from: time.Unix(0, 0), to: now, limit: defaultLimit}
}

func readPage(params object, now time.Time) (*page, error) {
	asked := wholePage(now)
	var err error
	if asked.offset, err = readCount(params, "offset", 0); err != nil {
		return nil, err
	}
	if asked.limit, err = readCount(params, "limit", defaultLimit); err != nil {
		return nil, err
	}
	asked.limit = min(asked.limit, maxLimit)
	if asked.from, err = readTime(params, "from", asked.from); err != nil {
		return nil, err
	}
	if asked.to, err = readTime(params, "to", asked.to); err != nil {
		return nil, err
	}
	asked.order, _ = params.text("order")
	switch asked.order {
	case "", "chronological":
	case "reverse_chronological":
		asked.reverse = true
	default:
		return nil, badRequest("order must be chronological or reverse_chronological")
	}
	return asked, nil
}

func readCount(params object, name string, absent int) (int, error) {
	given, _ := params.get(name)
	text := ""
	switch given := given.(type) {
	case nil:
		return absent, nil
	case string:
		text = given
	case json.Number:
		text = given.String()
	}
	if text == "" {
		return absent, nil
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 0 {
		return 0, badRequest(name + " must be a positive number")
	}
	return count, nil
}

func readTime(params object, name string, absent time.Time) (time.Time, error) {
	text, _ := params.text(name)
	if text == "" {
		return absent, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() < 10_000 {
			return at.UTC(), nil
		}
	}
	return time.Time{}, badRequest(name + " must be an ISO 8601 time")
}
