package acmepay

import (
	"cmp"
	"errors"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// bill is the gateway's payment. A mandatory field whose zero value is legal is a
// pointer: an absent amount is not an amount of 0.
type bill struct {
	ID             string    `json:"id"`
	Object         string    `json:"object"`
	Live           *bool     `json:"live"`
	Key            string    `json:"key"`
	Amount         *int64    `json:"amount"`
	Currency       string    `json:"currency"`
	AmountRefunded *int64    `json:"amount_refunded"`
	Method         string    `json:"method"`
	Status         string    `json:"status"`
	DeclineCode    string    `json:"decline_code"`
	Reference      text      `json:"reference"`
	PayURL         string    `json:"pay_url"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	ExpiresAt      time.Time `json:"expires_at"`
	PaidAt         time.Time `json:"paid_at"`
}

// text is a text for people, which the merchant may have edited. It decides about
// nothing.
type text = strictjson.Lenient[string]

// translate returns the contract's payment, or an error if that would not be
// legal.
func (b *bill) translate() (*contract.Payment, error) {
	if b.Object != "bill" || b.Live == nil || b.Amount == nil || b.AmountRefunded == nil || !idForm.MatchString(b.ID) {
		return nil, errors.New("it is not a bill")
	}
	payment := &contract.Payment{
		PaymentID:      b.ID,
		IdempotencyKey: b.Key,
		Status:         b.status(),
		ProviderStatus: kit.Clip(b.Status, 64),
		Amount:         contract.Money{Currency: b.Currency, MinorUnits: *b.Amount},
		AmountRefunded: contract.Money{Currency: b.Currency, MinorUnits: *b.AmountRefunded},
		CreatedAt:      b.CreatedAt.UTC(),
		UpdatedAt:      b.UpdatedAt.UTC(),
		ExpiresAt:      b.ExpiresAt.UTC(),
		Live:           *b.Live,
	}
	if b.Key != "" { // otherwise the dashboard made it, and its reference is not the host's
		payment.Reference = kit.Whole(b.Reference.Value, contract.MaxReferenceLength)
	}
	if b.Method == methodWallet {
		payment.Method = methodWallet
	}
	if payment.Status == contract.PaymentFailed {
		code := cmp.Or(failureCodes[b.DeclineCode], contract.FailureOther)
		payment.Failure = &contract.Failure{Code: code, ProviderCode: kit.Clip(b.DeclineCode, 64)}
	}
	if payment.Status == contract.PaymentPending { // without a link nobody can pay
		action, err := contract.RedirectTo(b.PayURL)
		if err != nil {
			return payment, err
		}
		action.ExpiresAt = payment.ExpiresAt
		payment.NextAction = action
	}
	return payment, payment.Validate()
}

// payment is translate for an answer of the API, which must also pass check. The
// error has the payment's id if there is one: the payment exists, even if the
// answer cannot be used.
func (b *bill) payment(check func(*contract.Payment) error) (*contract.Payment, *contract.Error) {
	payment, err := b.translate()
	if err == nil {
		err = check(payment)
	}
	if err == nil && payment.Live {
		err = errors.New("it is a live object, and the provider is in test mode")
	}
	if err != nil {
		return nil, kit.Malformed(err).With(contract.MetaPaymentID, idForm.FindString(b.ID))
	}
	return payment, nil
}
