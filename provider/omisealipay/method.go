package omisealipay

import (
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// A method is a payment method, in the contract's words and in Omise's.
type method struct {
	// code is the contract's code and Omise's type of source: one word for both.
	code string
	// flow is Omise's word for how the payer pays. An answer with a charge has one
	// too, and that one holds.
	flow string
	// payers is the country that payers come from.
	payers string
	// only is the only currency; blank if the account's capability decides.
	only string
	// lifetime is how long a payer has to pay; 0 if that is not known. Omise's
	// expires_at does not say so: it was seen seven days ahead on charges that end
	// after one.
	lifetime time.Duration
	// refunds are the terms for refunds. What is not known is absent, and Omise
	// decides.
	refunds *contract.RefundTerms
	// presumed says that an account has it, in THB, if Omise was not asked. The
	// other methods need a probe.
	presumed bool
}

// Omise's words for flows.
const (
	flowRedirect = "redirect"
	flowApp      = "app_redirect" // a source with it names the payer's device
)

// methods returns the payment methods that this provider has. Another of Omise's
// sources that lead to a page or an app is another row. Omise documents a lifetime
// and a window for refunds for alipay alone.
func methods() []method {
	const day = 24 * time.Hour
	known, unknown := alipayRefunds(), anyRefunds()
	return []method{
		{"alipay", flowRedirect, "CN", "THB", day, known, true},
		{"alipay_cn", flowApp, "CN", "", 0, unknown, true},
		{"alipay_hk", flowApp, "HK", "", 0, unknown, false},
		{"kakaopay", flowApp, "KR", "", 0, unknown, false},
		{"dana", flowApp, "ID", "", 0, unknown, false},
		{"gcash", flowApp, "PH", "", 0, unknown, false},
		{"touch_n_go", flowRedirect, "MY", "", 0, unknown, false},
	}
}

// alipayRefunds returns the refund terms of alipay.
func alipayRefunds() *contract.RefundTerms {
	return &contract.RefundTerms{
		Full: true, Partial: true, Multiple: true,
		Window:   &contract.RefundWindow{Months: 3, Zone: "Asia/Bangkok"},
		MaxCount: 15,
	}
}

// anyRefunds returns the refund terms of a method for which Omise documents no limits.
// Its general rule, at most 15 refunds within 365 days, is left to Omise as well.
func anyRefunds() *contract.RefundTerms {
	return &contract.RefundTerms{Full: true, Partial: true, Multiple: true}
}

// methodByCode returns the row with the contract's code.
func methodByCode(code string) (*method, bool) {
	for _, m := range methods() {
		if m.code == code {
			return &m, true
		}
	}
	return &method{refunds: &contract.RefundTerms{}}, false
}

// methodOf returns the row of a charge. Cards, and the many sources that are not
// this provider's, have none.
func methodOf(charge *omise.Charge) (*method, bool) { return methodByCode(charge.SourceType()) }

// currencies returns the currencies that Omise documents for the method, in any
// account.
func (m *method) currencies() []string {
	if m.only != "" {
		return []string{m.only}
	}
	return []string{"THB", "SGD", "MYR"}
}

// terms returns the method in the contract's words, with limits for its
// currencies.
func (m *method) terms(limits []contract.CurrencyLimits) contract.PaymentMethod {
	flow := contract.FlowRedirect
	if m.flow == flowApp {
		flow = contract.FlowApp
	}
	return contract.PaymentMethod{
		Code:            m.code,
		Flow:            flow,
		Currencies:      limits,
		PayerAction:     contract.PayerActionRequired,
		PaymentLifetime: m.lifetime,
		PayerCountries:  []string{m.payers},
		Refunds:         m.refunds,
	}
}

// describedTerms returns the methods of the descriptor.
func describedTerms() []contract.PaymentMethod {
	var described []contract.PaymentMethod
	for _, m := range methods() {
		var limits []contract.CurrencyLimits
		for _, currency := range m.currencies() {
			limits = append(limits, generalLimits(currency))
		}
		described = append(described, m.terms(limits))
	}
	return described
}

// presumedTerms returns the methods of an account about which Omise was not asked.
func presumedTerms() []contract.PaymentMethod {
	var presumed []contract.PaymentMethod
	for _, m := range methods() {
		if m.presumed {
			presumed = append(presumed, m.terms([]contract.CurrencyLimits{generalLimits("THB")}))
		}
	}
	return presumed
}

// generalLimits returns the limits that hold in every account: the smallest
// charge in THB. The largest differs between accounts.
func generalLimits(currency string) contract.CurrencyLimits {
	limits := contract.CurrencyLimits{Currency: currency}
	if currency == "THB" {
		limits.MinMinorUnits = 2000
	}
	return limits
}
