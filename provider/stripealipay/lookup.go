package stripealipay

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

var (
	errNoList = errors.New("it is not a page of a list")
	errAgain  = errors.New("its pages repeat each other")
)

const lookupPage = 100 // the most that Stripe gives

// findPayment looks a payment up by its key: through the list of all that was
// created since the first call, for the key in the metadata. Stripe's search
// would find it in one request, but lags behind by a minute, at times by an
// hour, so that nothing found there would prove nothing.
func (s *session) findPayment(ctx context.Context, attempt *contract.Attempt) (*contract.Payment, *contract.Error) {
	asked := s.now()
	from, until := s.window(attempt, asked)
	ids, e := s.paymentsOfKey(ctx, attempt.Key, from, until)
	if e != nil {
		return nil, e
	}
	switch len(ids) {
	case 0:
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, true, attempt.SettledAt(asked, settleTime), from, until)
	case 1:
	default:
		return nil, contract.NewError(contract.DuplicatePayments, "Stripe has several payments for one idempotency key; a person must decide").
			With(contract.MetaPaymentIDs, strings.Join(ids, ","))
	}
	payment, e := s.readPayment(ctx, ids[0])
	if e != nil {
		return nil, e
	}
	if err := (&contract.GetStatusRequest{Attempt: attempt}).CheckAnswer(payment); err != nil {
		return nil, malformed(err)
	}
	return payment, nil
}

// window is where a payment with the attempt's key can be: from the first call,
// or from when a key that is alive can have been used first, to the last one.
func (s *session) window(attempt *contract.Attempt, now time.Time) (from, until time.Time) {
	from, until = attempt.FirstAt, attempt.LastUnknownAt
	if from.IsZero() {
		from = now.Add(-24 * time.Hour)
	}
	if until.IsZero() || until.Before(from) {
		until = now
	}
	// Stripe counts in whole seconds.
	return from.Add(-s.settings.lookupSkew).Truncate(time.Second).UTC(), until.Add(s.settings.lookupSkew + time.Second).Truncate(time.Second).UTC()
}

// paymentsOfKey reads every page of a window, newest first, and gives the ids
// of the payments that were made with the key.
func (s *session) paymentsOfKey(ctx context.Context, key string, from, until time.Time) ([]string, *contract.Error) {
	var ids []string
	seen := make(map[string]bool)
	for after := ""; ; {
		page, e := s.listIntents(ctx, &cursor{from: from, until: until, after: after, limit: lookupPage})
		if e != nil {
			return nil, e
		}
		for _, intent := range page.intents {
			if seen[intent.ID] && after != "" {
				return nil, malformed(errAgain) // would be read for ever
			}
			if !seen[intent.ID] && intent.Metadata[contract.MetadataKey] == key {
				ids = append(ids, intent.ID)
			}
			seen[intent.ID] = true
		}
		if !page.more {
			return ids, nil
		}
		after = page.intents[0].ID
	}
}

// cursor says which page of the list of payments to read.
type cursor struct {
	from, until time.Time // created at or after, and before; whole seconds
	after       string    // below this id, that is: older
	before      string    // above this id, that is: newer
	limit       int64
	expand      bool // show the charges
}

// listed is a page of payments, the oldest first. Stripe lists the newest
// first, and says whether there are more in the direction of the cursor.
type listed struct {
	intents []*stripe.PaymentIntent
	more    bool
}

func (s *session) listIntents(ctx context.Context, c *cursor) (*listed, *contract.Error) {
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
	page, err := c.check(list, x.body)
	if err != nil {
		return nil, malformed(err)
	}
	return page, nil
}

// check takes a page only as a whole: a shorter one would pass for a whole one.
func (c *cursor) check(list *stripe.V1List[*stripe.PaymentIntent], content []byte) (*listed, error) {
	var present struct {
		Object  string      `json:"object"`
		Data    *[]presence `json:"data"`
		HasMore *bool       `json:"has_more"`
	}
	if err := decode(content, &present); err != nil {
		return nil, err
	}
	if present.Object != "list" || present.Data == nil || present.HasMore == nil || int64(len(*present.Data)) > c.limit ||
		*present.HasMore && len(*present.Data) == 0 {
		return nil, errNoList
	}
	for i := range *present.Data {
		if err := (*present.Data)[i].check(); err != nil {
			return nil, err
		}
	}
	page := &listed{intents: list.Data(), more: *present.HasMore}
	if c.before == "" { // else the SDK has turned it round
		slices.Reverse(page.intents)
	}
	for _, intent := range page.intents {
		if intent.Created < c.from.Unix() || intent.Created >= c.until.Unix() {
			return nil, errNoList
		}
	}
	return page, nil
}
