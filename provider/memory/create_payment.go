package memory

import (
	"context"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// paymentOrder is the body of the request that creates a payment.
type paymentOrder struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	PayerPhone  string            `json:"payer_phone,omitempty"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

// CreatePayment creates a payment at the gateway. A repeated call is sent again
// with the same key, which the gateway honours. So it needs neither FirstAt nor
// a lock against concurrent calls.
//
// If the result of an earlier call is unknown, only a payment settles it. A
// refusal does not: the gateway may have refused before it looked at the key,
// and the earlier request may still be under way.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createPayment)
}

func (s *session) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	var made paymentAnswer
	order := paymentOrder{
		Amount: r.Amount.MinorUnits, Currency: r.Amount.Currency, Method: r.Method, ReturnURL: r.ReturnURL,
		Reference: r.Reference, Description: r.Description, Metadata: r.Metadata,
	}
	if r.Method == methodPhone { // the gate has made sure that there is a number
		order.PayerPhone = r.Payer.Phone.Reveal()
	}
	x, e := s.gateway.Do(ctx, &kit.Request{
		Method: http.MethodPost, Path: "/v1/payments", Moves: true, IdempotencyKey: r.Attempt.Key, Body: order,
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

// isReplay reports whether the gateway had already executed the key.
func isReplay(x *roundtrip.Exchange) bool { return x.Header.Get("Idempotent-Replayed") == "true" }

// checkPayment compares the payment that the gateway made with the request.
func checkPayment(r *contract.CreatePaymentRequest, payment *contract.Payment) *contract.Error {
	if err := r.CheckAnswer(payment); err != nil {
		return kit.Malformed(err).With(contract.MetaPaymentID, payment.PaymentID)
	}
	if payment.Live {
		return kit.Malformed(errLive).With(contract.MetaPaymentID, payment.PaymentID)
	}
	return nil
}

// paymentOfKey returns the payment of a key that the gateway has seen with
// another body. For the contract the request is the same if amount, currency and
// method are equal; another description must not hide the payment from the host.
func (s *session) paymentOfKey(ctx context.Context, r *contract.CreatePaymentRequest, refusal *contract.Error) (*contract.Payment, *contract.Error) {
	id := refusal.Metadata[contract.MetaPaymentID]
	if id == "" {
		return nil, kit.Malformed(errNoID)
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
