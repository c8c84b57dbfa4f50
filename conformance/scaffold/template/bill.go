package acmepay

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/paysocket/paysocket/contract"
)

// bill is the gateway's payment. What must be there, and could also be
// nothing, is a pointer: an absent amount is not an amount of 0.
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
	Reference      string    `json:"reference"`
	PayURL         string    `json:"pay_url"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	ExpiresAt      time.Time `json:"expires_at"`
	PaidAt         time.Time `json:"paid_at"`
}

// status says where the bill stands. A word that is not known, and a word that
// other fields deny, are both UNKNOWN: neither must ship an order nor cancel
// one.
func (b *bill) status() contract.PaymentStatus {
	paid, declined := !b.PaidAt.IsZero(), b.DeclineCode != ""
	switch {
	case *b.AmountRefunded > 0 && !paid, *b.AmountRefunded > *b.Amount, paid && declined:
		return contract.PaymentUnknown
	case b.Status == "paid" && paid:
		return contract.PaymentSucceeded
	case paid:
		return contract.PaymentUnknown
	case b.Status == "declined": // also without a code
		return contract.PaymentFailed
	case declined:
		return contract.PaymentUnknown
	case b.Status == "open":
		return contract.PaymentPending
	case b.Status == "lapsed":
		return contract.PaymentExpired
	case b.Status == "void":
		return contract.PaymentCanceled
	default:
		return contract.PaymentUnknown
	}
}

var failureCodes = map[string]contract.FailureCode{
	"refused_by_wallet": contract.FailureDeclined,
	"refused_by_payer":  contract.FailurePayerCanceled,
	"no_balance":        contract.FailureInsufficientFunds,
	"over_limit":        contract.FailureLimitExceeded,
	"payer_too_late":    contract.FailurePayerTimeout,
}

func (b *bill) failure() *contract.Failure {
	code, known := failureCodes[b.DeclineCode]
	if !known { // there will be more codes than there are today
		code = contract.FailureOther
	}
	return &contract.Failure{Code: code, ProviderCode: clip(b.DeclineCode)}
}

// translate makes the contract's payment of it, and fails if that would not be
// a legal one.
func (b *bill) translate() (*contract.Payment, error) {
	if b.Object != "bill" || b.Live == nil || b.Amount == nil || b.AmountRefunded == nil || !idForm.MatchString(b.ID) {
		return nil, errors.New("it is not a bill")
	}
	payment := &contract.Payment{
		PaymentID:      b.ID,
		IdempotencyKey: b.Key,
		Status:         b.status(),
		ProviderStatus: clip(b.Status),
		Amount:         contract.Money{Currency: b.Currency, MinorUnits: *b.Amount},
		AmountRefunded: contract.Money{Currency: b.Currency, MinorUnits: *b.AmountRefunded},
		CreatedAt:      b.CreatedAt.UTC(),
		UpdatedAt:      b.UpdatedAt.UTC(),
		ExpiresAt:      b.ExpiresAt.UTC(),
		Live:           *b.Live,
	}
	if b.Key != "" { // else it was made in the dashboard, and so is its reference
		payment.Reference = b.Reference
	}
	if b.Method == methodWallet {
		payment.Method = methodWallet
	}
	switch payment.Status {
	case contract.PaymentFailed:
		payment.Failure = b.failure()
	case contract.PaymentPending: // nobody can pay without the link
		action, err := contract.RedirectTo(b.PayURL)
		if err != nil {
			return payment, err
		}
		action.ExpiresAt = payment.ExpiresAt
		payment.NextAction = action
	case contract.PaymentSucceeded, contract.PaymentExpired, contract.PaymentCanceled, contract.PaymentUnknown:
	}
	return payment, payment.Validate()
}

// payment is translate for an answer of the API. With an id that can be read,
// the error names it: the payment exists, whatever is wrong with the answer.
func (b *bill) payment() (*contract.Payment, *contract.Error) {
	payment, err := b.translate()
	if err == nil {
		return payment, nil
	}
	e := malformed(err)
	if idForm.MatchString(b.ID) {
		e = e.With(contract.MetaPaymentID, b.ID)
	}
	return nil, e
}

// clip bounds a word of the gateway's that is shown to people.
func clip(word string) string {
	const longest = 64
	word = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, word)
	return strings.ToValidUTF8(word[:min(len(word), longest)], "")
}
