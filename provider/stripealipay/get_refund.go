package stripealipay

import (
	"context"
	"strings"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// GetRefund reads a refund of a payment at Stripe, by its id or by its key.
func (p *Provider) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getRefund)
}

func (s *session) getRefund(ctx context.Context, r *contract.GetRefundRequest) (*contract.Refund, *contract.Error) {
	if e := checkPaymentID(r.PaymentID); e != nil {
		return nil, e
	}
	if r.Attempt != nil {
		return s.findRefund(ctx, r.PaymentID, r.Attempt)
	}
	return s.readRefund(ctx, r.PaymentID, r.RefundID)
}

func (s *session) readRefund(ctx context.Context, paymentID, id string) (*contract.Refund, *contract.Error) {
	if !idForm.MatchString(id) {
		return nil, contract.NewError(contract.RefundNotFound, "the refund id does not have the form of Stripe's ids")
	}
	x, e := s.gateway.do(ctx, &request{
		what: "read refund", missing: contract.RefundNotFound,
		send: func(ctx context.Context) error {
			_, err := s.gateway.api.V1Refunds.Retrieve(ctx, id, &stripe.RefundRetrieveParams{Expand: []*string{new("charge")}})
			return err
		},
	})
	if e != nil {
		return nil, e
	}
	refund, e := refundOf(x.Body)
	if e != nil {
		return nil, e
	}
	if refund.RefundID == id && refund.PaymentID != paymentID {
		return nil, contract.NewError(contract.RefundNotFound, "the refund is of another payment")
	}
	if err := (&contract.GetRefundRequest{PaymentID: paymentID, RefundID: id}).CheckAnswer(refund); err != nil {
		return nil, kit.Malformed(err)
	}
	return refund, nil
}

// findRefund looks a refund up by its key, among all refunds of its payment.
func (s *session) findRefund(ctx context.Context, paymentID string, attempt *contract.Attempt) (*contract.Refund, *contract.Error) {
	asked := s.now()
	ids, sure, e := s.refundsOfKey(ctx, paymentID, attempt.Key)
	if e != nil {
		return nil, e
	}
	switch len(ids) {
	case 0:
		return nil, contract.NotFoundByKey(contract.RefundNotFound, sure, attempt.SettledAt(asked, settleTime), attempt.FirstAt, asked)
	case 1:
	default:
		return nil, contract.NewError(contract.DuplicateRefunds, "Stripe has several refunds for one idempotency key; a person must decide").
			With(contract.MetaRefundIDs, strings.Join(ids, ","))
	}
	refund, e := s.readRefund(ctx, paymentID, ids[0])
	switch {
	case e != nil && e.Reason == contract.RefundNotFound: // the list has it
		return nil, contract.NotFoundByKey(e.Reason, false, attempt.SettledAt(asked, settleTime), attempt.FirstAt, asked)
	case e != nil:
		return nil, e
	}
	if err := (&contract.GetRefundRequest{PaymentID: paymentID, Attempt: attempt}).CheckAnswer(refund); err != nil {
		return nil, kit.Malformed(err)
	}
	return refund, nil
}

// refundsOfKey is paymentsOfKey for the refunds of a payment.
func (s *session) refundsOfKey(ctx context.Context, paymentID, key string) (ids []string, sure bool, _ *contract.Error) {
	sure = true
	seen := make(map[string]bool)
	params := &stripe.RefundListParams{PaymentIntent: &paymentID}
	params.Limit = new(int64(lookupPage))
	for {
		x, e := s.gateway.do(ctx, &request{what: "list refunds", missing: contract.PaymentNotFound, send: func(ctx context.Context) error {
			return s.gateway.api.V1Refunds.List(ctx, params).Err()
		}})
		if e != nil {
			return nil, false, e
		}
		refunds, more, err := refundsOf(x.Body, paymentID)
		if err != nil {
			return nil, false, kit.Malformed(err)
		}
		last := ""
		for _, left := range refunds {
			if seen[left.id] {
				return nil, false, kit.Malformed(errAgain)
			}
			isKey := left.problem == nil && keyOf(left.metadata) == key
			switch {
			case left.problem != nil, isKey && left.id == "":
				sure = false
			case isKey:
				ids = append(ids, left.id)
			}
			if left.id != "" {
				seen[left.id], last = true, left.id
			}
		}
		if !more {
			return ids, sure, nil
		}
		if last == "" {
			return nil, false, kit.Malformed(errNoList)
		}
		params.StartingAfter = &last
	}
}

// refundsOf returns what is needed of the refunds of a page, and whether there is
// another page. A refund that can be read must be of the payment.
func refundsOf(content []byte, paymentID string) (refunds []remnant, more bool, _ error) {
	elements, more, err := elementsOf(content, lookupPage)
	if err != nil {
		return nil, false, err
	}
	for _, element := range elements {
		if refund, err := decodeRefund(element); err == nil && refund.PaymentIntent.ID != paymentID {
			return nil, false, errNoList
		}
		refunds = append(refunds, remnantOf(element))
	}
	return refunds, more, nil
}
