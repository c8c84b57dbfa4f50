package memory

import (
	"context"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// refundOrder is what the gateway creates a refund from.
type refundOrder struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Reason   string `json:"reason,omitempty"`
}

// Refund gives money back. Its key works as that of CreatePayment does, within
// one payment. Whether the payment allows it, and what is left of it, the
// gateway decides, which alone knows of refunds made in its dashboard.
func (p *Provider) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createRefund)
}

func (s *session) createRefund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	path, e := paymentPath(r.PaymentID)
	if e != nil {
		return nil, e
	}
	if len(r.Metadata) > 0 { // better refused than dropped in silence
		e := contract.NewError(contract.InvalidRequest, "the request is not legal; nothing was done")
		e.Violations = []contract.Violation{{Field: "metadata", Description: "this gateway keeps none with a refund; use reason"}}
		return nil, e
	}
	var made refundAnswer
	x, e := s.gateway.Do(ctx, &kit.Request{
		Method: http.MethodPost, Path: path + "/refunds", Moves: true, IdempotencyKey: r.Attempt.Key,
		Body: refundOrder{Amount: r.Amount.MinorUnits, Currency: r.Amount.Currency, Reason: r.Reason},
	}, &made)
	if e != nil && e.Reason == contract.IdempotencyKeyReused {
		return s.refundOfKey(ctx, r, e)
	}
	if e != nil {
		return nil, e
	}
	refund, e := made.refund()
	if e != nil {
		return nil, e
	}
	if e := checkRefund(r, refund); e != nil {
		return nil, e
	}
	refund.Replayed = isReplay(x)
	return s.withTotal(ctx, refund), nil
}

// checkRefund compares what the gateway says it made with what it was asked to
// make.
func checkRefund(r *contract.RefundRequest, refund *contract.Refund) *contract.Error {
	if err := r.CheckAnswer(refund); err != nil {
		return kit.Malformed(err).With(contract.MetaRefundID, refund.RefundID)
	}
	if refund.Live {
		return kit.Malformed(errLive).With(contract.MetaRefundID, refund.RefundID)
	}
	return nil
}

// refundOfKey decides about a key that the gateway has seen with another body.
// The reason of a refund is for people and does not count.
func (s *session) refundOfKey(ctx context.Context, r *contract.RefundRequest, refusal *contract.Error) (*contract.Refund, *contract.Error) {
	id := refusal.Metadata[contract.MetaRefundID]
	if id == "" {
		return nil, kit.Malformed(errUnnamed)
	}
	refund, e := s.readRefund(ctx, r.PaymentID, id)
	if e != nil { // a refund exists, so it cannot be NotAttempted nor Rejected
		return nil, e.WithOutcome(contract.Indeterminate).With(contract.MetaRefundID, id)
	}
	if refund.IdempotencyKey != r.Attempt.Key || refund.Live {
		return nil, checkRefund(r, refund)
	}
	if refund.Amount != r.Amount {
		return nil, refusal
	}
	refund.Replayed = true
	return s.withTotal(ctx, refund), nil
}

// withTotal adds what was refunded of the payment in all, which the gateway
// tells with the payment only. The refund is made by now: that it can be told
// in time is worth more than the sum, so no error and no slow answer of this
// second request may get in its way.
func (s *session) withTotal(ctx context.Context, refund *contract.Refund) *contract.Refund {
	wait := 2 * time.Second
	if until, limited := ctx.Deadline(); limited {
		wait = min(wait, time.Until(until)/2)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	payment, e := s.readPayment(ctx, refund.PaymentID)
	if e == nil && payment.Amount.Currency == refund.Amount.Currency {
		refund.TotalRefunded = payment.AmountRefunded
	}
	return refund
}
