package memory

import (
	"errors"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// paymentAnswer is the gateway's payment. A mandatory field whose zero value is
// legal is a pointer: an absent amount is not an amount of 0.
type paymentAnswer struct {
	ID             string    `json:"id"`
	Object         string    `json:"object"`
	Live           *bool     `json:"live"`
	IdempotencyKey string    `json:"idempotency_key"`
	Amount         *int64    `json:"amount"`
	Currency       string    `json:"currency"`
	AmountRefunded *int64    `json:"amount_refunded"`
	Method         string    `json:"method"`
	Status         string    `json:"status"`
	FailureCode    string    `json:"failure_code"`
	FailureMessage text      `json:"failure_message"`
	Reference      text      `json:"reference"`
	PayURL         string    `json:"pay_url"`
	QRPayload      string    `json:"qr_payload"`
	QRImageURL     string    `json:"qr_image_url"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	ExpiresAt      time.Time `json:"expires_at"`
	PaidAt         time.Time `json:"paid_at"`
}

// text is a text for people, which decides about nothing.
type text = strictjson.Lenient[string]

// translate returns the contract's payment, or an error if that would not be
// legal.
func (p *paymentAnswer) translate() (*contract.Payment, error) {
	if p.Object != "payment" || p.Live == nil || p.Amount == nil || p.AmountRefunded == nil || !idForm.MatchString(p.ID) {
		return nil, errors.New("it is not a payment")
	}
	payment := &contract.Payment{
		PaymentID:      p.ID,
		IdempotencyKey: p.IdempotencyKey,
		Status:         statusOf(p),
		ProviderStatus: kit.Clip(p.Status, 64),
		Amount:         contract.Money{Currency: p.Currency, MinorUnits: *p.Amount},
		AmountRefunded: contract.Money{Currency: p.Currency, MinorUnits: *p.AmountRefunded},
		CreatedAt:      p.CreatedAt.UTC(),
		UpdatedAt:      p.UpdatedAt.UTC(),
		ExpiresAt:      p.ExpiresAt.UTC(),
		Live:           *p.Live,
	}
	if p.IdempotencyKey != "" { // otherwise the dashboard made it, and its reference is not the host's
		payment.Reference = kit.Whole(p.Reference.Value, contract.MaxReferenceLength)
	}
	if _, ok := descriptor().Method(p.Method); ok {
		payment.Method = p.Method
	}
	switch payment.Status {
	case contract.PaymentFailed:
		payment.Failure = failureOf(p)
	case contract.PaymentPending: // without an action nobody can pay
		action, err := p.nextAction()
		if err != nil {
			return payment, err
		}
		if action != nil {
			action.ExpiresAt = payment.ExpiresAt
		}
		payment.NextAction = action
	case contract.PaymentSucceeded, contract.PaymentExpired, contract.PaymentCanceled, contract.PaymentUnknown:
	}
	return payment, payment.Validate()
}

// nextAction returns what the payer of a pending payment has to do; nil if that is
// nothing that the host could help with.
func (p *paymentAnswer) nextAction() (*contract.NextAction, error) {
	switch p.Method {
	case methodQR:
		code := &contract.DisplayQR{Payload: p.QRPayload}
		if p.QRImageURL != "" {
			code.Image = &contract.QRImage{URL: p.QRImageURL}
		}
		return &contract.NextAction{DisplayQR: code}, nil
	case methodPhone:
		return nil, nil //nolint:nilnil // the gateway has rung already
	default:
		return contract.RedirectTo(p.PayURL)
	}
}

// payment is translate for an answer of the API. The error has the payment's id
// if there is one: the payment exists, even if the answer cannot be used.
func (p *paymentAnswer) payment() (*contract.Payment, *contract.Error) {
	payment, err := p.translate()
	if err == nil {
		return payment, nil
	}
	e := kit.Malformed(err)
	if idForm.MatchString(p.ID) {
		e = e.With(contract.MetaPaymentID, p.ID)
	}
	return nil, e
}
