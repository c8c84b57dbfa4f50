package acmepay

import (
	"context"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// billOrder is the body of the request that creates a bill.
type billOrder struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

// CreatePayment creates a bill at the gateway. A repeated call is sent again with
// the same key, which the gateway honours.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createPayment)
}

func (s *session) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	var made bill
	x, e := s.Do(ctx, &kit.Request{
		Method: http.MethodPost, Path: "/v1/bills", Moves: true, IdempotencyKey: r.Attempt.Key,
		Body: billOrder{
			Amount: r.Amount.MinorUnits, Currency: r.Amount.Currency, Method: r.Method, ReturnURL: r.ReturnURL,
			Reference: r.Reference, Description: r.Description, Metadata: r.Metadata,
		},
	}, &made)
	if e != nil {
		return nil, e
	}
	payment, e := made.payment(r.CheckAnswer)
	if e != nil {
		return nil, e
	}
	payment.Replayed = x.Status == http.StatusOK
	return payment, nil
}
