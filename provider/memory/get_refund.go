package memory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// GetRefund reads a refund of a payment from the gateway, by its id or by its
// key.
func (p *Provider) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getRefund)
}

func (s *session) getRefund(ctx context.Context, r *contract.GetRefundRequest) (*contract.Refund, *contract.Error) {
	var refund *contract.Refund
	var e *contract.Error
	if r.Attempt != nil {
		refund, e = s.findRefund(ctx, r.PaymentID, r.Attempt)
	} else {
		refund, e = s.readRefund(ctx, r.PaymentID, r.RefundID)
	}
	if e != nil {
		return nil, e
	}
	return s.withTotal(ctx, refund), nil
}

func (s *session) readRefund(ctx context.Context, paymentID, id string) (*contract.Refund, *contract.Error) {
	path, e := paymentPath(paymentID)
	if e != nil {
		return nil, e
	}
	if !idForm.MatchString(id) {
		return nil, contract.NewError(contract.RefundNotFound, "the refund id does not have the form of this gateway's ids")
	}
	var found refundAnswer
	if _, e := s.gateway.Do(ctx, &kit.Request{Method: http.MethodGet, Path: path + "/refunds/" + id}, &found); e != nil {
		return nil, e
	}
	refund, e := found.refund()
	if e != nil {
		return nil, e
	}
	if err := (&contract.GetRefundRequest{PaymentID: paymentID, RefundID: id}).CheckAnswer(refund); err != nil {
		return nil, kit.Malformed(err)
	}
	return refund, nil
}

// findRefund looks a refund up by its key, as findPayment does for payments.
func (s *session) findRefund(ctx context.Context, paymentID string, attempt *contract.Attempt) (*contract.Refund, *contract.Error) {
	path, e := paymentPath(paymentID)
	if e != nil {
		return nil, e
	}
	asked := s.now()
	var content json.RawMessage
	if _, e := s.gateway.Do(ctx, &kit.Request{
		Method: http.MethodGet, Path: path + "/refunds", Query: url.Values{"idempotency_key": {attempt.Key}},
	}, &content); e != nil {
		return nil, e
	}
	_, elements, err := elementsOf(content, "refunds")
	if err != nil {
		return nil, kit.Malformed(err)
	}
	if elements == nil {
		return nil, kit.Malformed(errIncomplete)
	}
	complete := true
	refunds := make(map[string]*contract.Refund, 1)
	var ids []string
	for _, element := range elements {
		left := remnantOf(element)
		if left.showsNoKey() {
			complete = false
			continue
		}
		refund, e := refundOf(element, &left)
		if e != nil {
			return nil, e
		}
		if err := (&contract.GetRefundRequest{PaymentID: paymentID, Attempt: attempt}).CheckAnswer(refund); err != nil {
			return nil, kit.Malformed(err)
		}
		if refunds[refund.RefundID] == nil {
			ids = append(ids, refund.RefundID)
		}
		refunds[refund.RefundID] = refund
	}
	if len(ids) == 0 {
		settled := attempt.SettledAt(asked, settleTime)
		return nil, contract.NotFoundByKey(contract.RefundNotFound, complete, settled, attempt.FirstAt, asked)
	}
	if len(ids) > 1 {
		return nil, contract.NewError(contract.DuplicateRefunds, "the gateway has several refunds for one idempotency key; a person must decide").
			With(contract.MetaRefundIDs, strings.Join(ids, ","))
	}
	return refunds[ids[0]], nil
}

// refundOf decodes a refund of a list. left is what was read of it before.
func refundOf(element json.RawMessage, left *remnant) (*contract.Refund, *contract.Error) {
	var answer refundAnswer
	if err := strictjson.Decode(element, roundtrip.DefaultMaxBody, &answer); err != nil {
		return nil, kit.Malformed(err).With(contract.MetaRefundID, left.id)
	}
	return answer.refund()
}
