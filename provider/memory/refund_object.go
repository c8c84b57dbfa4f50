package memory

import (
	"errors"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// refundAnswer is the gateway's refund.
type refundAnswer struct {
	ID             string    `json:"id"`
	Object         string    `json:"object"`
	Live           *bool     `json:"live"`
	PaymentID      string    `json:"payment_id"`
	IdempotencyKey string    `json:"idempotency_key"`
	Amount         *int64    `json:"amount"`
	Currency       string    `json:"currency"`
	Status         string    `json:"status"`
	FailureCode    string    `json:"failure_code"`
	CreatedAt      time.Time `json:"created_at"`
}

// translate returns the contract's refund, or an error if that would not be
// legal.
func (r *refundAnswer) translate() (*contract.Refund, error) {
	if r.Object != "refund" || r.Live == nil || r.Amount == nil || !idForm.MatchString(r.ID) || !idForm.MatchString(r.PaymentID) {
		return nil, errors.New("it is not a refund")
	}
	refund := &contract.Refund{
		RefundID:       r.ID,
		IdempotencyKey: r.IdempotencyKey,
		PaymentID:      r.PaymentID,
		Status:         refundStatusOf(r),
		ProviderStatus: kit.Clip(r.Status, 64),
		Amount:         contract.Money{Currency: r.Currency, MinorUnits: *r.Amount},
		CreatedAt:      r.CreatedAt.UTC(),
		Live:           *r.Live,
	}
	return refund, refund.Validate()
}

// refund is translate for an answer of the API; see paymentAnswer.payment.
func (r *refundAnswer) refund() (*contract.Refund, *contract.Error) {
	refund, err := r.translate()
	if err == nil {
		return refund, nil
	}
	e := kit.Malformed(err)
	if idForm.MatchString(r.ID) {
		e = e.With(contract.MetaRefundID, r.ID)
	}
	return nil, e
}
