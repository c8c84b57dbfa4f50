package omisealipay

import (
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// payerTime is how long a payer has to pay. Omise's expires_at does not say so: it
// was seen seven days ahead on charges that end after one.
const payerTime = 24 * time.Hour

// leastSatang is the smallest charge of every Thai account. The largest differs
// between accounts, so only Configure with a probe knows it.
const leastSatang = 2000

// A method is a payment method, in the contract's words and in Omise's.
type method struct {
	terms contract.PaymentMethod
	// sourceType is Omise's word for it.
	sourceType string
	// platform says that a source must name the payer's device.
	platform bool
}

// methods returns the payment methods that this provider has. Another of Omise's
// redirecting sources is another row.
func methods() []method {
	return []method{
		{sourceType: "alipay", terms: payByRedirect("alipay", contract.FlowRedirect)},
		{sourceType: "alipay_cn", terms: payByRedirect("alipay_cn", contract.FlowApp), platform: true},
	}
}

func payByRedirect(code string, flow contract.Flow) contract.PaymentMethod {
	return contract.PaymentMethod{
		Code:            code,
		Flow:            flow,
		Currencies:      []contract.CurrencyLimits{{Currency: "THB", MinMinorUnits: leastSatang}},
		PayerAction:     contract.PayerActionRequired,
		PaymentLifetime: payerTime,
		PayerCountries:  []string{"CN"},
	}
}

// methodByCode returns the row with the contract's code.
func methodByCode(code string) (method, bool) {
	return findMethod(func(m *method) bool { return m.terms.Code == code })
}

// methodOf returns the row of a charge. Cards, and the many sources that are not
// this provider's, have none.
func methodOf(charge *omise.Charge) (method, bool) {
	sourceType := charge.SourceType()
	return findMethod(func(m *method) bool { return m.sourceType == sourceType })
}

func findMethod(fits func(*method) bool) (method, bool) {
	for _, m := range methods() {
		if fits(&m) {
			return m, true
		}
	}
	return method{}, false
}

func allTerms() []contract.PaymentMethod {
	rows := methods()
	terms := make([]contract.PaymentMethod, len(rows))
	for i, m := range rows {
		terms[i] = m.terms
	}
	return terms
}

// enabledTerms returns the methods that the account may use, with the limits in
// force. Omise's limits are the account's and not the method's, in the currency
// of the country that it is registered in.
func enabledTerms(capability *omise.Capability) []contract.PaymentMethod {
	enabled := []contract.PaymentMethod{}
	for _, m := range methods() {
		offered := capability.Method(m.sourceType)
		if offered == nil {
			continue
		}
		terms := m.terms
		terms.Currencies = nil
		for _, limits := range m.terms.Currencies {
			if len(offered.Currencies) > 0 && !slices.Contains(offered.Currencies, limits.Currency) {
				continue
			}
			if countsIn(limits.Currency, capability.Country) {
				limits = narrowed(limits, capability)
			}
			terms.Currencies = append(terms.Currencies, limits)
		}
		if len(terms.Currencies) > 0 {
			enabled = append(enabled, terms)
		}
	}
	return enabled
}

// countsIn reports whether an account of the country has its limits in this
// currency. An answer without a country is taken for a Thai account's: only those
// have these methods.
func countsIn(currency, country string) bool {
	return currency == "THB" && (country == "TH" || country == "")
}

func narrowed(limits contract.CurrencyLimits, capability *omise.Capability) contract.CurrencyLimits {
	if least := capability.MinAmount; least != nil {
		limits.MinMinorUnits = max(limits.MinMinorUnits, *least)
	}
	if most := capability.MaxAmount; most != nil && *most >= limits.MinMinorUnits {
		limits.MaxMinorUnits = *most
	}
	return limits
}
