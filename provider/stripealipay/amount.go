package stripealipay

import (
	"errors"
	"strings"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

var errFraction = errors.New("it has an amount that is no whole number of its currency's smallest unit")

// factors are the currencies whose smallest unit at Stripe is not that of ISO
// 4217: how many of Stripe's units are one of the standard's, or the reverse if
// negative. None of them can be paid with Alipay, but an account's list has
// payments of every kind.
var factors = map[string]int64{
	"ISK": 100, "UGX": 100, // no decimals in the standard, two at Stripe
	"MGA": -100, // two decimals in the standard, none at Stripe
}

// moneyOf translates an amount. In the currencies that Alipay has, both count
// alike: cents, fen, and whole yen.
func moneyOf(currency stripe.Currency, amount int64) (contract.Money, error) {
	money := contract.Money{Currency: strings.ToUpper(string(currency)), MinorUnits: amount}
	switch factor := factors[money.Currency]; {
	case factor > 0 && amount%factor != 0:
		return contract.Money{}, errFraction
	case factor > 0:
		money.MinorUnits /= factor
	case factor < 0:
		money.MinorUnits *= -factor
	}
	return money, nil
}

// currencyOf returns a currency as Stripe writes it.
func currencyOf(money contract.Money) string { return strings.ToLower(money.Currency) }
