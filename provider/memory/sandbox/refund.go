package sandbox

import (
	"net/http"
	"time"
)

// refundOrder is the body of a request that creates a refund.
type refundOrder struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Reason   string `json:"reason"`
}

// refund is a refund as the API shows it.
type refund struct {
	ID             string `json:"id"`
	Object         string `json:"object"`
	Live           bool   `json:"live"`
	PaymentID      string `json:"payment_id"`
	IdempotencyKey string `json:"idempotency_key,omitempty"`
	refundOrder
	Status      string    `json:"status"`
	FailureCode string    `json:"failure_code,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`

	payment *payment
	eventID string
}

// The functions below are called with the account's lock held.

// refund makes a refund, or returns the one that has the key.
func (a *account) refund(p *payment, key string, order *refundOrder) (made *refund, replayed bool, _ *refusal) {
	for _, earlier := range p.refunds {
		if key == "" || earlier.IdempotencyKey != key {
			continue
		}
		if earlier.refundOrder != *order {
			refused := conflict(codeKeyReused, "this Idempotency-Key was used with another body; use a new key for a new refund")
			refused.RefundID = earlier.ID
			return nil, false, refused
		}
		return earlier, true, nil
	}
	if refused := a.checkRefund(p, order); refused != nil {
		return nil, false, refused
	}
	now := a.now()
	r := &refund{
		ID: a.IDs.ID("rfd_"), Object: "refund", PaymentID: p.ID, IdempotencyKey: key, refundOrder: *order,
		Status: statusPending, CreatedAt: now, payment: p,
	}
	p.refunds = append(p.refunds, r)
	a.pendingRefunds = append(a.pendingRefunds, r)
	a.updateRefund(r, now)
	return r, false, nil
}

func (a *account) checkRefund(p *payment, order *refundOrder) *refusal {
	if order.Currency != p.Currency {
		return badRequest(codeCurrencyUnsupported, "currency", "currency must be the payment's, %s", p.Currency)
	}
	if order.Amount <= 0 {
		return badRequest(codeAmountOutOfRange, "amount", "amount must be more than 0, in the currency's smallest unit")
	}
	if p.Status != statusSucceeded {
		return conflict(codePaymentNotRefundable, "only a succeeded payment can be refunded; this one is %s", p.Status)
	}
	if !refundable(p.Method) {
		return conflict(codePaymentNotRefundable, "a payment with %s cannot be refunded", p.Method)
	}
	if order.Amount > p.Amount-p.AmountRefunded {
		return conflict(codeRefundExceedsPayment, "at most %d is left to refund", p.Amount-p.AmountRefunded)
	}
	if len(p.refunds) >= maxRefunds {
		return conflict(codeTooManyRefunds, "a payment can be refunded %d times", maxRefunds)
	}
	if paid := p.PaidAt.Truncate(24 * time.Hour); !a.now().Before(paid.AddDate(0, 0, refundWindowDays+1)) {
		return conflict(codeRefundWindowExpired, "a payment can be refunded until the end of the %dth day after it was paid", refundWindowDays)
	}
	return nil
}

// moveRefund changes the status of a pending refund.
func (a *account) moveRefund(r *refund, status, failureCode string, at time.Time) {
	r.Status, r.FailureCode = status, failureCode
	a.updateRefund(r, at)
}

// updateRefund updates the payment's amount_refunded, and sends a webhook.
func (a *account) updateRefund(r *refund, at time.Time) {
	p := r.payment
	p.AmountRefunded = 0
	for _, each := range p.refunds {
		if each.Status != statusFailed {
			p.AmountRefunded += each.Amount
		}
	}
	r.UpdatedAt, p.UpdatedAt = at, at
	r.eventID, p.eventID = a.IDs.ID("evt_"), a.IDs.ID("evt_")
	a.send(a.refundEvent(r))
}

func (p *payment) findRefund(id string) (*refund, *refusal) {
	for _, r := range p.refunds {
		if r.ID == id {
			return r, nil
		}
	}
	return nil, refuse(http.StatusNotFound, codeRefundNotFound, "this payment has no refund with this id")
}
