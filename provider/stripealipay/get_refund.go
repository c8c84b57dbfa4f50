package stripealipay

import (
	"context"
	"strings"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
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
	var found *stripe.Refund
	x, e := s.gateway.do(ctx, &request{
		what: "read refund", missing: contract.RefundNotFound,
		send: func(ctx context.Context) (err error) {
			found, err = s.gateway.api.V1Refunds.Retrieve(ctx, id, &stripe.RefundRetrieveParams{Expand: []*string{new("charge")}})
			return err
		},
	})
	if e != nil {
		return nil, e
	}
	refund, e := refundOf(found, x.Body)
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
	ids, e := s.refundsOfKey(ctx, paymentID, attempt.Key)
	if e != nil {
		return nil, e
	}
	switch len(ids) {
	case 0:
		return nil, contract.NotFoundByKey(contract.RefundNotFound, true, attempt.SettledAt(asked, settleTime), attempt.FirstAt, asked)
	case 1:
	default:
		return nil, contract.NewError(contract.DuplicateRefunds, "Stripe has several refunds for one idempotency key; a person must decide").
			With(contract.MetaRefundIDs, strings.Join(ids, ","))
	}
	refund, e := s.readRefund(ctx, paymentID, ids[0])
	if e != nil {
		return nil, e
	}
	if err := (&contract.GetRefundRequest{PaymentID: paymentID, Attempt: attempt}).CheckAnswer(refund); err != nil {
		return nil, kit.Malformed(err)
	}
	return refund, nil
}

// refundsOfKey reads every page of a payment's refunds, and returns the ids of
// those that were made with the key.
func (s *session) refundsOfKey(ctx context.Context, paymentID, key string) ([]string, *contract.Error) {
	var ids []string
	seen := make(map[string]bool)
	params := &stripe.RefundListParams{PaymentIntent: &paymentID}
	params.Limit = new(int64(lookupPage))
	for {
		var list *stripe.V1List[*stripe.Refund]
		x, e := s.gateway.do(ctx, &request{what: "list refunds", missing: contract.PaymentNotFound, send: func(ctx context.Context) error {
			list = s.gateway.api.V1Refunds.List(ctx, params)
			return list.Err()
		}})
		if e != nil {
			return nil, e
		}
		more, err := checkRefunds(x.Body, paymentID)
		if err != nil {
			return nil, kit.Malformed(err)
		}
		for _, refund := range list.Data() {
			if seen[refund.ID] {
				return nil, kit.Malformed(errAgain)
			}
			seen[refund.ID] = true
			if refund.Metadata[contract.MetadataKey] == key {
				ids = append(ids, refund.ID)
			}
			params.StartingAfter = &refund.ID
		}
		if !more {
			return ids, nil
		}
	}
}

// checkRefunds accepts a page of refunds only as a whole, and returns whether
// there is another.
func checkRefunds(content []byte, paymentID string) (more bool, _ error) {
	var fields struct {
		Object  string          `json:"object"`
		Data    *[]refundFields `json:"data"`
		HasMore *bool           `json:"has_more"`
	}
	if err := strictjson.Decode(content, maxBody, &fields); err != nil {
		return false, err
	}
	if fields.Object != "list" || fields.Data == nil || fields.HasMore == nil || len(*fields.Data) > lookupPage ||
		*fields.HasMore && len(*fields.Data) == 0 {
		return false, errNoList
	}
	for i := range *fields.Data {
		refund := &(*fields.Data)[i]
		if err := refund.check(); err != nil {
			return false, err
		}
		if *refund.PaymentIntent != paymentID {
			return false, errNoList
		}
	}
	return *fields.HasMore, nil
}
