package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// perPage is the default number of results on a page.
const perPage = 30

// searchRequest is what a search asks for.
type searchRequest struct {
	scope, query  string
	filters       object
	page, perPage int
	reverse       bool
}

// search answers GET /search for charges and refunds. The newest may be missing
// for a while, as in lists.
func search(a *account, c *call) (any, error) {
	asked, err := readSearch(c.params)
	if err != nil {
		return nil, err
	}
	if c.view.version >= version2019 && c.view.dials.Trouble.ExpandedSearch {
		c.view.expand = true
	}
	to := c.view.now.Add(-a.dials.listLag())
	var found []any
	switch asked.scope {
	case "charge":
		err = asked.checkFilters(chargeFields(&charge{source: &source{}}))
		found = matching(asked, a.charges.span(time.Time{}, to), chargeFields, c.view.charge)
	case "refund":
		err = asked.checkFilters(refundFields(&refund{}))
		found = matching(asked, a.refunds.span(time.Time{}, to), refundFields, c.view.refund)
	default:
		return nil, refuse("invalid_scope", "invalid scope")
	}
	if err != nil {
		return nil, err
	}
	return asked.answer(found), nil
}

func readSearch(params object) (*searchRequest, error) {
	asked := &searchRequest{}
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

func (q *searchRequest) answer(found []any) object {
	order := "chronological"
	if q.reverse {
		order = "reverse_chronological"
	}
	pages := (len(found) + q.perPage - 1) / q.perPage
	first := len(found)
	if q.page <= pages {
		first = (q.page - 1) * q.perPage
	}
	filters := q.filters
	if filters == nil {
		filters = object{}
	}
	data := []any{}
	for _, show := range found[first:min(first+q.perPage, len(found))] {
		if render, ok := show.(func() object); ok {
			data = append(data, render())
		}
	}
	return object{
		{"object", "search"},
		{"order", order},
		{"scope", q.scope},
		{"query", q.query},
		{"filters", filters},
		{"page", q.page},
		{"per_page", q.perPage},
		{"location", "/search"},
		{"total_pages", pages},
		{"total", len(found)},
		{"data", data},
	}
}

// matching returns a function for each match, in order, that renders it: only one
// page will be rendered.
func matching[T item](q *searchRequest, all []T, fields func(T) object, render func(T) object) []any {
	var found []any
	for _, item := range all {
		if q.matches(fields(item)) {
			found = append(found, func() object { return render(item) })
		}
	}
	if q.reverse {
		slices.Reverse(found)
	}
	return found
}

// chargeFields returns what a charge is found by: the names are filters, and every
// text is searched for the query.
func chargeFields(c *charge) object {
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

func refundFields(r *refund) object {
	return append(object{
		{"id", r.id},
		{"charge_id", r.chargeID},
		{"amount", mainUnits(r.amount, r.currency)},
		{"currency", lower(r.currency)},
		{"voided", r.voided},
		{"created", timestamp(r.createdAt)},
	}, r.metadata...)
}

// mainUnits returns an amount in baht, not satang. Only search uses these units.
func mainUnits(amount int64, currency string) string {
	if currency == "JPY" {
		return strconv.FormatInt(amount, 10)
	}
	return fmt.Sprintf("%d.%02d", amount/100, amount%100)
}

// checkFilters refuses a filter that the scope does not have.
func (q *searchRequest) checkFilters(fields object) error {
	for _, filter := range q.filters {
		if _, known := fields.get(filter.name); !known {
			return refuse("invalid_filters", "invalid filters")
		}
	}
	return nil
}

func (q *searchRequest) matches(fields object) bool {
	for _, filter := range q.filters {
		if field, _ := fields.get(filter.name); !matchesFilter(field, filter.value) {
			return false
		}
	}
	if q.query == "" {
		return true
	}
	wanted := strings.ToLower(q.query)
	for _, field := range fields {
		if text, ok := field.value.(string); ok && strings.Contains(strings.ToLower(text), wanted) {
			return true
		}
	}
	return false
}

// matchesFilter compares a field with a filter as forms write it: flags as yes or
// on, amounts with or without decimals, times by their beginning.
func matchesFilter(field, filter any) bool {
	wanted := fmt.Sprint(filter)
	switch field := field.(type) {
	case bool:
		return field == isTrue(object{{"it", filter}}, "it")
	case string:
		return strings.EqualFold(field, wanted) || sameNumber(field, wanted) ||
			strings.HasPrefix(field, wanted) && len(wanted) >= len(time.DateOnly)
	case json.Number:
		return field.String() == wanted
	}
	return field == nil && wanted == ""
}

func sameNumber(one, other string) bool {
	a, errA := strconv.ParseFloat(one, 64)
	b, errB := strconv.ParseFloat(other, 64)
	return errA == nil && errB == nil && a == b
}
