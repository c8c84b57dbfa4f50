package memory

import (
	"context"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// refundOrder is the body of the request that creates a refund.
type refundOrder struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Reason   string `json:"reason,omitempty"`
}

// Refund returns money to the payer. Its key works as in CreatePayment, within
// one payment. The gateway decides whether the refund is possible: only it knows
// the refunds that were made in its dashboard.
func (p *Provider) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createRefund)
}

func (s *session) createRefund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	path, e := paymentPath(r.PaymentID)
	if e != nil {
		return nil, e
	}
	if len(r.Metadata) > 0 { // the gateway would drop it silently
		return nil, contract.NewError(contract.InvalidRequest, "the request is invalid; nothing was sent").
			WithViolation("metadata", "is not supported for refunds by this gateway; use reason")
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

// checkRefund compares the refund that the gateway made with the request.
func checkRefund(r *contract.RefundRequest, refund *contract.Refund) *contract.Error {
	if err := r.CheckAnswer(refund); err != nil {
		return kit.Malformed(err).With(contract.MetaRefundID, refund.RefundID)
	}
	if refund.Live {
		return kit.Malformed(errLive).With(contract.MetaRefundID, refund.RefundID)
	}
	return nil
}

// refundOfKey returns the refund of a key that the gateway has seen with another
// body. The reason of a refund is for people, and may differ.
func (s *session) refundOfKey(ctx context.Context, r *contract.RefundRequest, refusal *contract.Error) (*contract.Refund, *contract.Error) {
	id := refusal.Metadata[contract.MetaRefundID]
	if id == "" {
		return nil, kit.Malformed(errNoID)
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

// withTotal adds the total refunded of the payment, which only the gateway's
// payment has. The refund exists by now, and to return it in time matters more
// than the total. So a failed or slow second request leaves the total empty.
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
