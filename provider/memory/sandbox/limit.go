package sandbox

import "time"

const (
	methodWallet = "wallet"

	paymentLifetime  = 30 * time.Minute
	refundDelay      = time.Minute // until a refund has succeeded
	refundWindowDays = 90
	maxRefunds       = 15
)

// limit has the smallest and the largest amount in one currency.
type limit struct {
	Currency  string `json:"currency"`
	MinAmount int64  `json:"min_amount"`
	MaxAmount int64  `json:"max_amount"`
}

// limits returns the limits of currencies with two, no and three decimals.
func limits() []limit {
	return []limit{
		{Currency: "THB", MinAmount: 100, MaxAmount: 5_000_000},
		{Currency: "JPY", MinAmount: 50, MaxAmount: 1_000_000},
		{Currency: "KWD", MinAmount: 100, MaxAmount: 500_000},
	}
}

// checkAmount refuses an amount outside of the account's limits.
func checkAmount(amount int64, currency string) *refusal {
	for _, bounds := range limits() {
		if bounds.Currency != currency {
			continue
		}
		if amount < bounds.MinAmount || amount > bounds.MaxAmount {
			return badRequest(codeAmountOutOfRange, "amount", "amount must be between %d and %d for %s, in its smallest unit",
				bounds.MinAmount, bounds.MaxAmount, currency)
		}
		return nil
	}
	return badRequest(codeCurrencyUnsupported, "currency", "currency must be THB, JPY or KWD")
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
	RefundWindowDays       int     `json:"refund_window_days"`
	MaxRefunds             int     `json:"max_refunds"`
	Limits                 []limit `json:"limits"`
}

func (a *account) answer() *accountAnswer {
	return &accountAnswer{ID: a.id, Object: "account", Country: "TH", Methods: []methodAnswer{{
		Method:                 methodWallet,
		PaymentLifetimeSeconds: int(paymentLifetime / time.Second),
		RefundWindowDays:       refundWindowDays,
		MaxRefunds:             maxRefunds,
		Limits:                 limits(),
	}}}
}
