package sandbox

import (
	"strings"
	"time"
)

// The payment methods.
const (
	methodWallet = "wallet" // on the pay page
	methodQR     = "qr"     // with a code, which the payer scans
	methodPhone  = "phone"  // in an app that rings on the payer's phone
)

const (
	paymentLifetime  = 30 * time.Minute
	refundDelay      = time.Minute // until a refund has succeeded
	refundWindowDays = 90
	maxRefunds       = 15
)

// methods returns the payment methods of every account.
func methods() []string { return []string{methodWallet, methodQR, methodPhone} }

// refundable reports whether a method's payments can be refunded.
func refundable(method string) bool { return method != methodQR }

// limit has the smallest and the largest amount in one currency.
type limit struct {
	Currency  string `json:"currency"`
	MinAmount int64  `json:"min_amount"`
	MaxAmount int64  `json:"max_amount"`
}

// limits returns the limits of a method: of the wallet in currencies with two, no
// and three decimals.
func limits(method string) []limit {
	if method != methodWallet {
		return []limit{{Currency: "THB", MinAmount: 100, MaxAmount: 200_000}}
	}
	return []limit{
		{Currency: "THB", MinAmount: 100, MaxAmount: 5_000_000},
		{Currency: "JPY", MinAmount: 50, MaxAmount: 1_000_000},
		{Currency: "KWD", MinAmount: 100, MaxAmount: 500_000},
	}
}

// checkAmount refuses an amount outside of the account's limits.
func checkAmount(method string, amount int64, currency string) *refusal {
	var currencies []string
	for _, bounds := range limits(method) {
		currencies = append(currencies, bounds.Currency)
		if bounds.Currency != currency {
			continue
		}
		if amount < bounds.MinAmount || amount > bounds.MaxAmount {
			return badRequest(codeAmountOutOfRange, "amount", "amount must be between %d and %d for %s, in its smallest unit",
				bounds.MinAmount, bounds.MaxAmount, currency)
		}
		return nil
	}
	return badRequest(codeCurrencyUnsupported, "currency", "currency must be one of %s for %s", strings.Join(currencies, ", "), method)
}

type accountAnswer struct {
	ID      string         `json:"id"`
	Object  string         `json:"object"`
	Country string         `json:"country"`
	Live    bool           `json:"live"`
	Methods []methodAnswer `json:"methods"`
}

type methodAnswer struct {
	Method                 string  `json:"method"`
	PaymentLifetimeSeconds int     `json:"payment_lifetime_seconds"`
	NeedsPhone             bool    `json:"needs_phone,omitempty"`
	Refundable             bool    `json:"refundable"`
	RefundWindowDays       int     `json:"refund_window_days,omitempty"`
	MaxRefunds             int     `json:"max_refunds,omitempty"`
	Limits                 []limit `json:"limits"`
}

func (a *account) answer() *accountAnswer {
	answer := &accountAnswer{ID: a.id, Object: "account", Country: "TH"}
	for _, method := range methods() {
		row := methodAnswer{
			Method: method, PaymentLifetimeSeconds: int(paymentLifetime / time.Second),
			NeedsPhone: method == methodPhone, Refundable: refundable(method), Limits: limits(method),
		}
		if row.Refundable {
			row.RefundWindowDays, row.MaxRefunds = refundWindowDays, maxRefunds
		}
		answer.Methods = append(answer.Methods, row)
	}
	return answer
}
