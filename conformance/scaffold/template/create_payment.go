package acmepay

import (
	"context"
	"errors"
	"net/http"

	"github.com/paysocket/paysocket/contract"
)

// billOrder is what the gateway makes a bill from.
type billOrder struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

// CreatePayment asks the gateway for a bill. A repeated call is sent again with
// the same key, which the gateway honours.
//
// Some gateways compare more of a repeated request than amount, currency and
// method, which are what counts in the contract; provider/memory of Paysocket
// shows what to do then. For a gateway that honours no keys,
// provider/omisealipay looks for the earlier payment before it makes one.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	payment, e := inSession(ctx, p, request, (*session).createPayment)
	if e != nil {
		// While an earlier call is unknown, no error of this one is certain of
		// the attempt.
		return nil, e.ForAttempt(&request.Attempt)
	}
	return payment, nil
}

var errLive = errors.New("it is about real money, and test mode was asked for")

func (s *session) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	var made bill
	status, e := s.gateway.do(ctx, &request{
		method: methodPost, path: "/v1/bills", moves: true, idempotencyKey: r.Attempt.Key,
		body: billOrder{
			Amount: r.Amount.MinorUnits, Currency: r.Amount.Currency, Method: r.Method, ReturnURL: r.ReturnURL,
			Reference: r.Reference, Description: r.Description, Metadata: r.Metadata,
		},
	}, &made)
	if e != nil {
		return nil, e
	}
	payment, e := made.payment()
	if e != nil {
		return nil, e
	}
	// What the gateway says it made is compared with what it was asked to make.
	err := r.CheckAnswer(payment)
	if err == nil && payment.Live {
		err = errLive
	}
	if err != nil {
		return nil, malformed(err).With(contract.MetaPaymentID, payment.PaymentID)
	}
	payment.Replayed = status == http.StatusOK
	return payment, nil
}
