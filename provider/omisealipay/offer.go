package omisealipay

import (
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// An offer is what Omise offers to an account.
type offer struct {
	capability *omise.Capability
	// currency is the account's own, in which the limits of the account are.
	currency string
}

// offerTo returns the offer to an account in the country, which is blank if it is
// unknown. Without a country and a currency, the account is taken for a Thai one.
func offerTo(account *omise.Account, country string, capability *omise.Capability) *offer {
	own := account.Currency
	if _, known := contract.Exponent(own); !known {
		own = map[string]string{"": "THB", "TH": "THB", "SG": "SGD", "MY": "MYR"}[country]
	}
	return &offer{capability: capability, currency: own}
}

// terms returns the methods that the account can use, with the limits in force.
func (o *offer) terms() []contract.PaymentMethod {
	enabled := []contract.PaymentMethod{}
	for _, m := range methods() {
		offered := o.capability.Method(m.code)
		if offered == nil {
			continue
		}
		var limits []contract.CurrencyLimits
		for _, currency := range o.currencies(&m, offered) {
			limits = append(limits, o.limits(offered, currency))
		}
		if len(limits) > 0 {
			enabled = append(enabled, m.terms(limits))
		}
	}
	return enabled
}

// currencies returns the currencies in which the account can use a method: those of
// the row that the capability lists for it. No account may be wider than the
// descriptor.
func (o *offer) currencies(m *method, offered *omise.PaymentMethod) []string {
	listed := o.listed(offered)
	return slices.DeleteFunc(m.currencies(), func(currency string) bool { return !slices.Contains(listed, currency) })
}

// listed returns the currencies that the capability lists for a method. If it has no
// list, that is the account's own currency.
func (o *offer) listed(offered *omise.PaymentMethod) []string {
	if offered.Currencies == nil {
		return []string{o.currency}
	}
	return offered.Currencies
}

// leftOut returns what the capability offers of this provider's methods and the
// descriptor lacks, such as "gcash USD".
func (o *offer) leftOut() []string {
	var wider []string
	for _, m := range methods() {
		offered := o.capability.Method(m.code)
		if offered == nil {
			continue
		}
		for _, currency := range o.listed(offered) {
			if !slices.Contains(m.currencies(), currency) {
				wider = append(wider, strings.TrimSpace(m.code+" "+currency))
			}
		}
	}
	return wider
}

// limits returns the limits of a method in a currency. The account's are in its own
// currency; from version 2019-05-29 it has no others. Limits of the method replace
// them, but for those of the descriptor. Omise does not name their currency: it is the
// only one of the method, or the account's own.
func (o *offer) limits(offered *omise.PaymentMethod, currency string) contract.CurrencyLimits {
	limits := generalLimits(currency)
	if currency == o.currency {
		if least := told(o.capability.MinAmount); least > limits.MinMinorUnits {
			limits.MinMinorUnits = least
		}
		limits.MaxMinorUnits = told(o.capability.MaxAmount)
	}
	if currency == o.currency || len(offered.Currencies) == 1 {
		if least := told(offered.MinAmount); least > 0 {
			limits.MinMinorUnits = max(least, generalLimits(currency).MinMinorUnits)
		}
		if most := told(offered.MaxAmount); most > 0 {
			limits.MaxMinorUnits = most
		}
	}
	if limits.MaxMinorUnits < limits.MinMinorUnits {
		limits.MaxMinorUnits = 0 // no amount fits between the two, so Omise decides
	}
	return limits
}

// told returns a limit; 0 if Omise does not have it.
func told(limit *int64) int64 {
	if limit == nil || *limit < 0 {
		return 0
	}
	return *limit
}
