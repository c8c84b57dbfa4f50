package sandbox

import "strings"

// getCapability answers GET /capability. A method that is not enabled is absent.
func getCapability(a *account, c *call) (any, error) {
	if c.view.version < version2019 {
		return a.capability2017(), nil
	}
	limits := accountBounds(a.dials.currency())
	return object{
		{"object", "capability"},
		{"location", "/capability"},
		{"banks", a.banks()},
		{"limits", object{
			{"charge_amount", object{{"max", limits.most}, {"min", limits.least}}},
			{"transfer_amount", object{{"max", 100_000_000_000}, {"min", 3000}}},
			{"installment_amount", object{{"min", 200_000}}},
		}},
		{"payment_methods", a.paymentMethods()},
		{"country", a.dials.country()},
		{"tokenization_methods", []any{"googlepay", "applepay"}},
		{"zero_interest_installments", false},
	}, nil
}

// capability2017 renders the capability of the versions before 2019-05-29: without
// a country, with limits of each method, and with the methods as names of objects.
func (a *account) capability2017() object {
	limits := accountBounds(a.dials.currency())
	return object{
		{"object", "capability"},
		{"location", "/capability"},
		{"banks", a.banks()},
		{"limits", object{
			{"charge_amount", object{{"max", limits.most}, {"min", limits.least}}},
			{"transfer_amount", object{{"max", 100_000_000_000}, {"min", 3000}}},
		}},
		{"payment_backends", a.paymentBackends()},
		{"zero_interest_installments", false},
	}
}

// paymentMethods renders the methods with the currencies of the account. The limits
// are the account's, not a method's.
func (a *account) paymentMethods() []any {
	currency := a.dials.currency()
	methods := []any{paymentMethod("card", currency, []any{"JCB", "Visa", "MasterCard"})}
	for _, w := range a.dials.wallets() {
		methods = append(methods, paymentMethod(w.kind, currency, nil))
	}
	return methods
}

func paymentMethod(name, currency string, cardBrands []any) object {
	var brands any
	if cardBrands != nil {
		brands = cardBrands
	}
	return object{
		{"object", "payment_method"},
		{"name", name},
		{"currencies", []any{currency}},
		{"card_brands", brands},
		{"installment_terms", nil},
		{"loan_installment_terms", nil},
		{"banks", []any{}},
		{"provider", nil},
	}
}

// paymentBackends renders the methods as objects with one name each.
func (a *account) paymentBackends() []any {
	currencies := []any{lower(a.dials.currency())}
	backends := []any{object{{"credit_card", object{
		{"type", "card"}, {"currencies", currencies}, {"brands", []any{"JCB", "Visa", "MasterCard"}},
	}}}}
	for _, w := range a.dials.wallets() {
		limits := a.dials.boundsOf(w.kind)
		backends = append(backends, object{{w.kind, object{
			{"type", w.kind}, {"currencies", currencies}, {"amount", object{{"min", limits.least}, {"max", limits.most}}},
		}}})
	}
	return backends
}

// banks returns the banks that a transfer can go to, which only those of Thailand
// are known of.
func (a *account) banks() []any {
	codes := []any{}
	if a.dials.country() != "TH" {
		return codes
	}
	for code := range strings.FieldsSeq("test bbl kbank ktb ttb scb citi cimb uob bay gsb hsbc ghb baac ibank tisco kk icbc lhb") {
		codes = append(codes, code)
	}
	return codes
}
