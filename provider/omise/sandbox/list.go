package sandbox

import (
	"encoding/json"
	"strconv"
	"time"
)

// A page is what a list request asks for.
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

// list answers with a part of a shelf. The newest things may be missing from
// it for a while, if the dial says so.
func list[T kept](a *account, c *call, of *shelf[T], location string, render func(T) object) (any, error) {
	asked, err := readPage(c.params, c.frame.now)
	if err != nil {
		return nil, err
	}
	to := asked.to
	if lag := a.dials.listLag(); lag > 0 && to.After(c.frame.now.Add(-lag)) {
		to = c.frame.now.Add(-lag)
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
	return asked.answer(c.frame.version, location, len(span), data), nil
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

// orderIn is null in 2017's lists of which no order was asked.
func (p *page) orderIn(v version) any {
	if p.order == "" && v == version2017 {
		return nil
	}
	if p.reverse {
		return "reverse_chronological"
	}
	return "chronological"
}

// wholePage is the first page of a list inside another object.
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
