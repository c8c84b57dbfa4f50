package memory

import (
	"context"

	"github.com/paysocket/paysocket/contract"
)

// paymentOrder is what the gateway creates a payment from.
type paymentOrder struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

// CreatePayment asks the gateway for a payment. A repeated call is sent again
// with the same key, which the gateway honours, so neither FirstAt nor what
// runs at the same time makes a difference to it.
//
// Only a payment ends an attempt whose earlier calls are unknown. A refusal of
// this call does not: it may have been made before the gateway looked at the
// key, and the earlier request may still be under way.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	payment, e := inSession(ctx, p, request, (*session).createPayment)
	if e != nil {
		return nil, e.ForAttempt(&request.Attempt)
	}
	return payment, nil
}

func (s *session) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	var made paymentAnswer
	replayed, e := s.gateway.do(ctx, &request{
		method: methodPost, path: "/v1/payments", moves: true, idempotencyKey: r.Attempt.Key,
		body: paymentOrder{
			Amount: r.Amount.MinorUnits, Currency: r.Amount.Currency, Method: r.Method, ReturnURL: r.ReturnURL,
			Reference: r.Reference, Description: r.Description, Metadata: r.Metadata,
		},
	}, &made)
	if e != nil && e.Reason == contract.IdempotencyKeyReused {
		return s.paymentOfKey(ctx, r, e)
	}
	if e != nil {
		return nil, e
	}
	payment, e := made.payment()
	if e != nil {
		return nil, e
	}
	if e := checkPayment(r, payment); e != nil {
		return nil, e
	}
	payment.Replayed = replayed
	return payment, nil
}

// checkPayment compares what the gateway says it made with what it was asked
// to make.
func checkPayment(r *contract.CreatePaymentRequest, payment *contract.Payment) *contract.Error {
	if err := r.CheckAnswer(payment); err != nil {
		return malformed(err).With(contract.MetaPaymentID, payment.PaymentID)
	}
	if payment.Live {
		return malformed(errLive).With(contract.MetaPaymentID, payment.PaymentID)
	}
	return nil
}

// paymentOfKey decides about a key that the gateway has seen with another
// body. For the contract a request is the same if amount, currency and method
// are; a description that was reworded in between is no reason to lose sight
// of a payment.
func (s *session) paymentOfKey(ctx context.Context, r *contract.CreatePaymentRequest, refusal *contract.Error) (*contract.Payment, *contract.Error) {
	id := refusal.Metadata[contract.MetaPaymentID]
	if id == "" {
		return nil, malformed(errUnnamed)
	}
	payment, e := s.readPayment(ctx, id)
	if e != nil { // a payment exists, so it cannot be NotAttempted nor Rejected
		return nil, e.WithOutcome(contract.Indeterminate).With(contract.MetaPaymentID, id)
	}
	if payment.IdempotencyKey != r.Attempt.Key || payment.Live {
		return nil, checkPayment(r, payment)
	}
	if payment.Amount != r.Amount || payment.Method != r.Method {
		return nil, refusal
	}
	payment.Replayed = true
	return payment, nil
}
