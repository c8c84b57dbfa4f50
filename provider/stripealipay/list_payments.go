package stripealipay

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// maxPageSize is how many payments are asked for at once, with their charges.
const maxPageSize = 50

// ListPayments reads one page of the payments of a window, the oldest first.
//
// Stripe lists the newest first, from either end of a page that is known. So
// the first page has to find the oldest payment, which costs a few requests in
// a window of many payments; every other page costs one, and goes on upwards
// from the payment that the token names.
func (p *Provider) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	page, e := inSession(ctx, p, request, (*session).listPayments)
	if e != nil {
		return nil, e
	}
	return page, nil
}

func (s *session) listPayments(ctx context.Context, r *contract.ListPaymentsRequest) (*contract.PaymentPage, *contract.Error) {
	c := &cursor{from: wholeSecond(r.CreatedFrom), until: wholeSecond(r.CreatedUntil), before: r.PageToken, limit: maxPageSize, expand: true}
	if r.PageSize > 0 {
		c.limit = min(c.limit, int64(r.PageSize))
	}
	if r.PageToken != "" && !idForm.MatchString(r.PageToken) {
		e := contract.NewError(contract.InvalidRequest, "the request is not legal; nothing was done")
		e.Violations = []contract.Violation{{Field: "page_token", Description: "was not given out by this provider"}}
		return nil, e
	}
	if !c.from.Before(c.until) { // no whole second in it
		return &contract.PaymentPage{Payments: []contract.Payment{}}, nil
	}
	var found *listed
	var e *contract.Error
	if r.PageToken == "" {
		found, e = s.oldestPage(ctx, c)
	} else {
		found, e = s.listIntents(ctx, c)
	}
	if e != nil {
		return nil, e
	}
	return found.page()
}

// wholeSecond is the first whole second that is not before a time. Stripe
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
func (s *session) oldestPage(ctx context.Context, c *cursor) (*listed, *contract.Error) {
	page, e := s.listIntents(ctx, c)
	if e != nil || !page.more {
		return page, e
	}
	from, until := c.from, c.until // there are more than a page in it, and none in the window before it
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

// lastPage walks down to the oldest payments of a second that has more than a
// page of them.
func (s *session) lastPage(ctx context.Context, from, until time.Time, limit int64) (*listed, *contract.Error) {
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
			return nil, malformed(errAgain)
		}
		seen[after] = true
	}
}

// page translates all payments or none.
func (l *listed) page() (*contract.PaymentPage, *contract.Error) {
	page := &contract.PaymentPage{Payments: make([]contract.Payment, 0, len(l.intents))}
	for _, intent := range l.intents {
		payment, e := checkedPayment(intent)
		if e != nil {
			return nil, e
		}
		page.Payments = append(page.Payments, *payment)
	}
	if l.more && len(l.intents) > 0 {
		page.NextPageToken = l.intents[len(l.intents)-1].ID
	}
	if err := page.Validate(); err != nil {
		return nil, malformed(err)
	}
	return page, nil
}
