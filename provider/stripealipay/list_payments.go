package stripealipay

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// maxPageSize is how many payments, with their charges, a page has at most.
const maxPageSize = 50

var errNoList = errors.New("it is not a page of a list")

// ListPayments reads one page of the payments of a window, the oldest first.
//
// Stripe lists the newest first, and can continue in either direction. So the
// first page has to find the oldest payment, which costs a few requests if the
// window has many payments. Every other page costs one request, for the payments
// that are newer than the one in the token.
func (p *Provider) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).listPayments)
}

func (s *session) listPayments(ctx context.Context, r *contract.ListPaymentsRequest) (*contract.PaymentPage, *contract.Error) {
	c := &cursor{from: wholeSecond(r.CreatedFrom), until: wholeSecond(r.CreatedUntil), before: r.PageToken, limit: maxPageSize, expand: true}
	if r.PageSize > 0 {
		c.limit = min(c.limit, int64(r.PageSize))
	}
	if r.PageToken != "" && !idForm.MatchString(r.PageToken) {
		return nil, contract.NewError(contract.InvalidRequest, "the request is invalid; nothing was sent").
			WithViolation("page_token", "is not one that this provider returned")
	}
	if !c.from.Before(c.until) { // the window has no whole second
		return &contract.PaymentPage{Payments: []contract.Payment{}}, nil
	}
	var found *intentPage
	var e *contract.Error
	if r.PageToken == "" {
		found, e = s.oldestPage(ctx, c)
	} else {
		found, e = s.listIntents(ctx, c)
	}
	if e != nil {
		return nil, e
	}
	return found.translate()
}

// wholeSecond returns the first whole second that is not before a time. Stripe
// counts creation in whole seconds.
func wholeSecond(at time.Time) time.Time {
	second := at.Truncate(time.Second)
	if second.Before(at) {
		second = second.Add(time.Second)
	}
	return second
}

// oldestPage finds the oldest payments of a window. As long as there are more
// than a page holds, it looks into the older half of the time.
func (s *session) oldestPage(ctx context.Context, c *cursor) (*intentPage, *contract.Error) {
	page, e := s.listIntents(ctx, c)
	if e != nil || !page.more {
		return page, e
	}
	from, until := c.from, c.until // always with more payments than a page holds, and none in the window before from
	for until.Sub(from) > time.Second {
		middle := from.Add(until.Sub(from) / 2).Truncate(time.Second)
		page, e := s.listIntents(ctx, &cursor{from: from, until: middle, limit: c.limit, expand: true})
		switch {
		case e != nil:
			return nil, e
		case page.more:
			until = middle
		case len(page.intents) == 0:
			from = middle
		default:
			page.more = true // of the rest of the window
			return page, nil
		}
	}
	return s.lastPage(ctx, from, until, c.limit)
}

// lastPage reads page after page, down to the oldest payments of a second that
// has more of them than a page holds.
func (s *session) lastPage(ctx context.Context, from, until time.Time, limit int64) (*intentPage, *contract.Error) {
	seen := make(map[string]bool)
	for after := ""; ; {
		page, e := s.listIntents(ctx, &cursor{from: from, until: until, after: after, limit: limit, expand: true})
		if e != nil {
			return nil, e
		}
		if !page.more {
			page.more = true // of the rest of the window
			return page, nil
		}
		if after = page.intents[0].ID; seen[after] {
			return nil, kit.Malformed(errAgain)
		}
		seen[after] = true
	}
}

// cursor says which page of the list of payments to read.
type cursor struct {
	from, until time.Time // created at or after from, and before until; whole seconds
	after       string    // only payments older than the one of this id
	before      string    // only payments newer than the one of this id
	limit       int64
	expand      bool // show the charges
}

// intentPage is a page of payments, the oldest first. Stripe lists the newest
// first, and says whether there are more in the direction of the cursor.
type intentPage struct {
	intents []*stripe.PaymentIntent
	more    bool
}

// translate translates all payments, or fails: a page without some of them would
// look complete.
func (p *intentPage) translate() (*contract.PaymentPage, *contract.Error) {
	page := &contract.PaymentPage{Payments: make([]contract.Payment, 0, len(p.intents))}
	for _, intent := range p.intents {
		payment, e := paymentOfChecked(intent)
		if e != nil {
			return nil, e
		}
		page.Payments = append(page.Payments, *payment)
	}
	if p.more && len(p.intents) > 0 {
		page.NextPageToken = p.intents[len(p.intents)-1].ID
	}
	if err := page.Validate(); err != nil {
		return nil, kit.Malformed(err)
	}
	return page, nil
}

func (s *session) listIntents(ctx context.Context, c *cursor) (*intentPage, *contract.Error) {
	params := &stripe.PaymentIntentListParams{
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: c.from.Unix(), LesserThan: c.until.Unix()},
	}
	params.Limit = &c.limit
	if c.after != "" {
		params.StartingAfter = &c.after
	}
	if c.before != "" {
		params.EndingBefore = &c.before
	}
	if c.expand {
		params.Expand = []*string{new("data." + expandCharge)}
	}
	var list *stripe.V1List[*stripe.PaymentIntent]
	x, e := s.gateway.do(ctx, &request{what: "list payments", send: func(ctx context.Context) error {
		list = s.gateway.api.V1PaymentIntents.List(ctx, params)
		return list.Err()
	}})
	if e != nil {
		return nil, e
	}
	page, err := c.check(list, x.Body)
	if err != nil {
		return nil, kit.Malformed(err)
	}
	return page, nil
}

// check accepts a page only as a whole.
func (c *cursor) check(list *stripe.V1List[*stripe.PaymentIntent], content []byte) (*intentPage, error) {
	var fields struct {
		Object  string           `json:"object"`
		Data    *[]paymentFields `json:"data"`
		HasMore *bool            `json:"has_more"`
	}
	if err := strictjson.Decode(content, maxBody, &fields); err != nil {
		return nil, err
	}
	if fields.Object != "list" || fields.Data == nil || fields.HasMore == nil || int64(len(*fields.Data)) > c.limit ||
		*fields.HasMore && len(*fields.Data) == 0 {
		return nil, errNoList
	}
	for i := range *fields.Data {
		if err := (*fields.Data)[i].check(); err != nil {
			return nil, err
		}
	}
	page := &intentPage{intents: list.Data(), more: *fields.HasMore}
	if c.before == "" { // otherwise the SDK has reversed the page
		slices.Reverse(page.intents)
	}
	for _, intent := range page.intents {
		if intent.Created < c.from.Unix() || intent.Created >= c.until.Unix() {
			return nil, errNoList
		}
	}
	return page, nil
}
