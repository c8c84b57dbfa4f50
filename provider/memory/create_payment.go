package memory

import (
	"context"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
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
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createPayment)
}

func (s *session) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	var made paymentAnswer
	x, e := s.gateway.Do(ctx, &kit.Request{
		Method: http.MethodPost, Path: "/v1/payments", Moves: true, IdempotencyKey: r.Attempt.Key,
		Body: paymentOrder{
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
	payment.Replayed = isReplay(x)
	return payment, nil
}

// isReplay reports whether the gateway had executed the key before.
func isReplay(x *roundtrip.Exchange) bool { return x.Header.Get("Idempotent-Replayed") == "true" }

// checkPayment compares what the gateway says it made with what it was asked
// to make.
func checkPayment(r *contract.CreatePaymentRequest, payment *contract.Payment) *contract.Error {
	if err := r.CheckAnswer(payment); err != nil {
		return kit.Malformed(err).With(contract.MetaPaymentID, payment.PaymentID)
	}
	if payment.Live {
		return kit.Malformed(errLive).With(contract.MetaPaymentID, payment.PaymentID)
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
		return nil, kit.Malformed(errUnnamed)
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
