package sandbox

import "strings"

// getCapability answers GET /capability. A method that is not enabled is absent.
// The limits are those of the account, not of a method.
func getCapability(a *account, _ *call) (any, error) {
	currency := a.dials.currency()
	limits := boundsOf(currency)
	methods := []any{paymentMethod("card", currency, []any{"JCB", "Visa", "MasterCard"})}
	if a.dials.takesAlipay() {
		methods = append(methods, paymentMethod("alipay", "THB", nil), paymentMethod("alipay_cn", "THB", nil))
	}
	return object{
		{"object", "capability"},
		{"location", "/capability"},
		{"banks", banks()},
		{"limits", object{
			{"charge_amount", object{{"max", limits.most}, {"min", limits.least}}},
			{"transfer_amount", object{{"max", 100_000_000_000}, {"min", 3000}}},
			{"installment_amount", object{{"min", 200_000}}},
		}},
		{"payment_methods", methods},
		{"country", a.dials.country()},
		{"tokenization_methods", []any{"googlepay", "applepay"}},
		{"zero_interest_installments", false},
	}, nil
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

func banks() []any {
	var codes []any
	for code := range strings.FieldsSeq("test bbl kbank ktb ttb scb citi cimb uob bay gsb hsbc ghb baac ibank tisco kk icbc lhb") {
		codes = append(codes, code)
	}
	return codes
}
