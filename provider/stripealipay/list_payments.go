package stripealipay

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
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
	return s.translate(ctx, found)
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
		if after = page.oldestID(); after == "" || seen[after] {
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
	intents []listedIntent
	more    bool
}

// listedIntent is a payment in a list.
type listedIntent struct {
	remnant
	intent *stripe.PaymentIntent // nil if it cannot be read as a whole
	err    error                 // why
}

// oldestID returns the id of the oldest payment, or "" if none has a readable id.
func (p *intentPage) oldestID() string {
	for i := range p.intents {
		if p.intents[i].id != "" {
			return p.intents[i].id
		}
	}
	return ""
}

// newestID is oldestID for the newest payment.
func (p *intentPage) newestID() string {
	for i := range slices.Backward(p.intents) {
		if p.intents[i].id != "" {
			return p.intents[i].id
		}
	}
	return ""
}

// translate translates all payments that the host made, or fails: a page without
// some of them would look complete. What others made with the same account is left
// out if it cannot be translated, so that it does not hide the host's.
func (s *session) translate(ctx context.Context, p *intentPage) (*contract.PaymentPage, *contract.Error) {
	page := &contract.PaymentPage{Payments: make([]contract.Payment, 0, len(p.intents))}
	for i := range p.intents {
		listed := &p.intents[i]
		payment, e := listed.payment()
		isOurs := listed.problem == nil && keyOf(listed.metadata) != ""
		switch {
		case e != nil && isOurs:
			return nil, e
		case e != nil:
			s.gateway.logger.LogAttrs(ctx, slog.LevelWarn, "a payment that the host did not make cannot be read, and is left out of the list",
				slog.String("payment_intent", listed.id), slog.String("error", e.Message))
		default:
			page.Payments = append(page.Payments, *payment)
		}
	}
	if p.more && len(p.intents) > 0 {
		if page.NextPageToken = p.newestID(); page.NextPageToken == "" {
			return nil, kit.Malformed(errNoList)
		}
	}
	if err := page.Validate(); err != nil {
		return nil, kit.Malformed(err)
	}
	return page, nil
}

func (l *listedIntent) payment() (*contract.Payment, *contract.Error) {
	if l.intent == nil {
		return nil, withPaymentID(kit.Malformed(l.err), l.id)
	}
	return paymentOfChecked(l.intent)
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
	x, e := s.gateway.do(ctx, &request{what: "list payments", send: func(ctx context.Context) error {
		return s.gateway.api.V1PaymentIntents.List(ctx, params).Err()
	}})
	if e != nil {
		return nil, e
	}
	page, err := c.check(x.Body)
	if err != nil {
		return nil, kit.Malformed(err)
	}
	return page, nil
}

// check accepts a page only as a whole, but for payments in it that cannot be read.
func (c *cursor) check(content []byte) (*intentPage, error) {
	elements, more, err := elementsOf(content, c.limit)
	if err != nil {
		return nil, err
	}
	page := &intentPage{more: more}
	for _, element := range slices.Backward(elements) {
		listed := listedIntent{remnant: remnantOf(element)}
		listed.intent, listed.err = decodePayment(element)
		if listed.err == nil && (listed.intent.Created < c.from.Unix() || listed.intent.Created >= c.until.Unix()) {
			return nil, errNoList
		}
		page.intents = append(page.intents, listed)
	}
	return page, nil
}

// elementsOf returns the elements of a page of a list, in Stripe's order, and
// whether there is another page. What is in an element is judged with that, so that
// one that cannot be read does not hide the others.
func elementsOf(content []byte, limit int64) (elements []json.RawMessage, more bool, _ error) {
	members, err := strictjson.Members(content, maxBody)
	if err != nil {
		return nil, false, err
	}
	if elements, err = strictjson.Elements(members["data"], maxBody); err != nil {
		return nil, false, errNoList
	}
	hasMore := strictjson.Read[*bool](members["has_more"])
	if strictjson.Read[string](members["object"]) != "list" || hasMore == nil || int64(len(elements)) > limit || *hasMore && len(elements) == 0 {
		return nil, false, errNoList
	}
	return elements, *hasMore, nil
}
