package stripealipay

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

var errAgain = errors.New("its pages repeat each other")

const lookupPage = 100 // the largest page that Stripe has

// GetStatus reads a payment at Stripe, by its id or by its key.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getStatus)
}

func (s *session) getStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	if r.Attempt != nil {
		return s.findPayment(ctx, r.Attempt)
	}
	return s.readPayment(ctx, r.PaymentID)
}

func (s *session) readPayment(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	payment, _, e := s.readIntent(ctx, id)
	return payment, e
}

// intentAnswer is a PaymentIntent and the answer that it came in.
type intentAnswer struct {
	intent   *stripe.PaymentIntent
	exchange *roundtrip.Exchange
}

// readIntent is readPayment for a caller that needs the PaymentIntent as well.
func (s *session) readIntent(ctx context.Context, id string) (*contract.Payment, *intentAnswer, *contract.Error) {
	x, e := s.askForPayment(ctx, id)
	if e != nil {
		return nil, nil, e
	}
	intent, payment, e := paymentOf(x.Body)
	if e != nil {
		return nil, nil, e
	}
	if err := (&contract.GetStatusRequest{PaymentID: id}).CheckAnswer(payment); err != nil {
		return nil, nil, kit.Malformed(err)
	}
	return payment, &intentAnswer{intent, x}, nil
}

func (s *session) askForPayment(ctx context.Context, id string) (*roundtrip.Exchange, *contract.Error) {
	if e := checkPaymentID(id); e != nil {
		return nil, e
	}
	return s.gateway.do(ctx, &request{
		what: "read payment", missing: contract.PaymentNotFound,
		send: func(ctx context.Context) error {
			_, err := s.gateway.api.V1PaymentIntents.Retrieve(ctx, id, &stripe.PaymentIntentRetrieveParams{
				Expand: []*string{new(expandCharge)},
			})
			return err
		},
	})
}

// isOurs reports whether the host made a payment. Of one that it did not make,
// nothing but the metadata has to be readable.
func (s *session) isOurs(ctx context.Context, id string) (bool, *contract.Error) {
	x, e := s.askForPayment(ctx, id)
	if e != nil && e.Reason == contract.PaymentNotFound {
		return false, nil
	}
	if e != nil {
		return false, e
	}
	left := remnantOf(x.Body)
	if left.problem == nil && left.id != id {
		left.problem = errNoPayment
	}
	if left.problem != nil {
		return false, kit.Malformed(left.problem)
	}
	return keyOf(left.metadata) != "", nil
}

// checkPaymentID refuses an id that Stripe cannot have made: it belongs to no
// payment, and must not lead to another path.
func checkPaymentID(id string) *contract.Error {
	if !idForm.MatchString(id) {
		return contract.NewError(contract.PaymentNotFound, "the payment id does not have the form of Stripe's ids")
	}
	return nil
}

// findPayment looks a payment up by its key: in the list of all that was created
// since the first call, by the key in the metadata. Stripe's search would find it
// with one request, but it lags by a minute, at times by an hour, so that finding
// nothing there would prove nothing.
func (s *session) findPayment(ctx context.Context, attempt *contract.Attempt) (*contract.Payment, *contract.Error) {
	asked := s.now()
	from, until := s.lookupWindow(attempt, asked)
	ids, sure, e := s.paymentsOfKey(ctx, attempt.Key, from, until)
	if e != nil {
		return nil, e
	}
	switch len(ids) {
	case 0:
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, sure, attempt.SettledAt(asked, settleTime), from, until)
	case 1:
	default:
		return nil, contract.NewError(contract.DuplicatePayments, "Stripe has several payments for one idempotency key; a person must decide").
			With(contract.MetaPaymentIDs, strings.Join(ids, ","))
	}
	payment, e := s.readPayment(ctx, ids[0])
	switch {
	case e != nil && e.Reason == contract.PaymentNotFound: // the list has it
		return nil, contract.NotFoundByKey(e.Reason, false, attempt.SettledAt(asked, settleTime), from, until)
	case e != nil:
		return nil, e
	}
	if err := (&contract.GetStatusRequest{Attempt: attempt}).CheckAnswer(payment); err != nil {
		return nil, kit.Malformed(err)
	}
	return payment, nil
}

// lookupWindow returns when a payment with the attempt's key can have been
// created: from the first call, or since Stripe can have known a key that it
// still knows, until the latest call of unknown result. Stripe counts in whole
// seconds.
func (s *session) lookupWindow(attempt *contract.Attempt, now time.Time) (from, until time.Time) {
	from, until = attempt.FirstAt, attempt.LastUnknownAt
	if from.IsZero() {
		from = now.Add(-24 * time.Hour)
	}
	if until.IsZero() || until.Before(from) {
		until = now
	}
	skew := s.settings.lookupSkew
	return from.Add(-skew).Truncate(time.Second).UTC(), until.Add(skew + time.Second).Truncate(time.Second).UTC()
}

// paymentsOfKey reads every page of a window, newest first, and returns the ids
// of the payments that were made with the key. It is not sure if there is a payment
// of which nobody can know with which key it was made.
func (s *session) paymentsOfKey(ctx context.Context, key string, from, until time.Time) (ids []string, sure bool, _ *contract.Error) {
	sure = true
	seen := make(map[string]bool)
	for after := ""; ; {
		page, e := s.listIntents(ctx, &cursor{from: from, until: until, after: after, limit: lookupPage})
		if e != nil {
			return nil, false, e
		}
		for i := range page.intents {
			left := &page.intents[i].remnant
			if seen[left.id] && after != "" {
				return nil, false, kit.Malformed(errAgain) // otherwise the pages would be read for ever
			}
			isKey := left.problem == nil && keyOf(left.metadata) == key
			switch {
			case left.problem != nil, isKey && left.id == "":
				sure = false
			case isKey && !seen[left.id]:
				ids = append(ids, left.id)
			}
			seen[left.id] = left.id != ""
		}
		if !page.more {
			return ids, sure, nil
		}
		if after = page.oldestID(); after == "" {
			return nil, false, kit.Malformed(errNoList)
		}
	}
}
