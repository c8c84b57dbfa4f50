package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// perPage is how many results a page of search has when nobody asks.
const perPage = 30

// A hunt is what a search request asks for.
type hunt struct {
	scope, query  string
	filters       object
	page, perPage int
	reverse       bool
}

// search answers GET /search for charges and refunds. Like lists it lags, if
// the dial says so.
func search(a *account, c *call) (any, error) {
	asked, err := readHunt(c.params)
	if err != nil {
		return nil, err
	}
	c.frame.expand = c.frame.expand || c.frame.version >= version2019 // as recorded, asked or not
	to := c.frame.now.Add(-a.dials.listLag())
	var found []any
	switch asked.scope {
	case "charge":
		err = asked.know(chargeFacts(&charge{source: &source{}}))
		found = matching(asked, a.charges.span(time.Time{}, to), chargeFacts, c.frame.charge)
	case "refund":
		err = asked.know(refundFacts(&refund{}))
		found = matching(asked, a.refunds.span(time.Time{}, to), refundFacts, c.frame.refund)
	default:
		return nil, refuse("invalid_scope", "invalid scope")
	}
	if err != nil {
		return nil, err
	}
	return asked.answer(found), nil
}

func readHunt(params object) (*hunt, error) {
	asked := &hunt{}
	asked.scope, _ = params.text("scope")
	asked.query, _ = params.text("query")
	order, _ := params.text("order")
	asked.reverse = order == "reverse_chronological"
	if order != "" && order != "chronological" && !asked.reverse {
		return nil, badRequest("order must be chronological or reverse_chronological")
	}
	filters, present := params.get("filters")
	given, ok := filters.(object)
	if present && !ok && filters != nil && filters != "" {
		return nil, refuse("invalid_filters", "invalid filters")
	}
	asked.filters = given
	var err error
	if asked.page, err = readCount(params, "page", 1); err != nil || asked.page < 1 {
		return nil, refuse("invalid_page", "invalid page")
	}
	if asked.perPage, err = readCount(params, "per_page", perPage); err != nil || asked.perPage < 1 {
		return nil, refuse("invalid_page", "invalid page")
	}
	asked.perPage = min(asked.perPage, maxLimit)
	return asked, nil
}

func (h *hunt) answer(found []any) object {
	order := "chronological"
	if h.reverse {
		order = "reverse_chronological"
	}
	pages := (len(found) + h.perPage - 1) / h.perPage
	first := len(found)
	if h.page <= pages {
		first = (h.page - 1) * h.perPage
	}
	filters := h.filters
	if filters == nil {
		filters = object{}
	}
	data := []any{}
	for _, show := range found[first:min(first+h.perPage, len(found))] {
		if render, ok := show.(func() object); ok {
			data = append(data, render())
		}
	}
	return object{
		{"object", "search"},
		{"order", order},
		{"scope", h.scope},
		{"query", h.query},
		{"filters", filters},
		{"page", h.page},
		{"per_page", h.perPage},
		{"location", "/search"},
		{"total_pages", pages},
		{"total", len(found)},
		{"data", data},
	}
}

// matching gives what to write of each match, in order; only one page of it
// will be written.
func matching[T kept](h *hunt, all []T, facts func(T) object, render func(T) object) []any {
	var found []any
	for _, item := range all {
		if h.matches(facts(item)) {
			found = append(found, func() object { return render(item) })
		}
	}
	if h.reverse {
		slices.Reverse(found)
	}
	return found
}

// chargeFacts are what a charge is found by: names are filters, and every
// text is searched for the query.
func chargeFacts(c *charge) object {
	return append(object{
		{"id", c.id},
		{"amount", mainUnits(c.amount, c.currency)},
		{"currency", lower(c.currency)},
		{"status", string(c.status)},
		{"paid", c.paid()},
		{"captured", c.paid()},
		{"authorized", c.paid()},
		{"capture", true},
		{"refunded", c.refunded() > 0},
		{"reversed", c.status == statusReversed},
		{"voided", c.voided},
		{"disputed", false},
		{"description", c.description},
		{"return_uri", c.returnURI},
		{"failure_code", c.failureCode},
		{"failure_message", c.failureMessage},
		{"source_type", c.source.kind},
		{"source_id", c.source.id},
		{"created", timestamp(c.createdAt)},
	}, c.metadata...)
}

func refundFacts(r *refund) object {
	return append(object{
		{"id", r.id},
		{"charge_id", r.chargeID},
		{"amount", mainUnits(r.amount, r.currency)},
		{"currency", lower(r.currency)},
		{"voided", r.voided},
		{"created", timestamp(r.createdAt)},
	}, r.metadata...)
}

// mainUnits writes an amount in baht, not satang: search is the one place of
// Omise's API that counts so.
func mainUnits(amount int64, currency string) string {
	if currency == "JPY" {
		return strconv.FormatInt(amount, 10)
	}
	return fmt.Sprintf("%d.%02d", amount/100, amount%100)
}

// know refuses a filter that the scope does not have.
func (h *hunt) know(facts object) error {
	for _, filter := range h.filters {
		if _, known := facts.get(filter.name); !known {
			return refuse("invalid_filters", "invalid filters")
		}
	}
	return nil
}

func (h *hunt) matches(facts object) bool {
	for _, filter := range h.filters {
		if fact, _ := facts.get(filter.name); !fits(fact, filter.value) {
			return false
		}
	}
	if h.query == "" {
		return true
	}
	wanted := strings.ToLower(h.query)
	for _, fact := range facts {
		if text, ok := fact.value.(string); ok && strings.Contains(strings.ToLower(text), wanted) {
			return true
		}
	}
	return false
}

// fits compares a fact with a filter as forms write it: flags as yes or on,
// amounts with or without decimals, times by their beginning.
func fits(fact, filter any) bool {
	wanted := fmt.Sprint(filter)
	switch fact := fact.(type) {
	case bool:
		return fact == isTrue(object{{"it", filter}}, "it")
	case string:
		return strings.EqualFold(fact, wanted) || sameNumber(fact, wanted) ||
			strings.HasPrefix(fact, wanted) && len(wanted) >= len(time.DateOnly)
	case json.Number:
		return fact.String() == wanted
	}
	return fact == nil && wanted == ""
}

func sameNumber(one, other string) bool {
	a, errA := strconv.ParseFloat(one, 64)
	b, errB := strconv.ParseFloat(other, 64)
	return errA == nil && errB == nil && a == b
}
