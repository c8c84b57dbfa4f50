package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// currencies are those that can be paid with Alipay. A real account has two of
// them: cny, and that of its country.
func currencies() []string {
	return []string{"aud", "cad", "cny", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"}
}

const (
	minAmount = 50
	maxAmount = 99_999_999
)

func createIntent(a *account, _ *http.Request, given *params) (any, *refusal) {
	o, expand, refused := readOrder(given)
	if refused != nil {
		return nil, refused
	}
	p, refused := a.create(o)
	if refused != nil {
		return nil, refused
	}
	switch a.nextTrouble() {
	case TroubleDecline:
		return nil, a.decline(p)
	case TroubleFault:
		return nil, &refusal{status: http.StatusInternalServerError, executed: true, kind: kindAPI, message: "An unknown error occurred."}
	}
	return p.view(expand), nil
}

func readOrder(given *params) (*order, []string, *refusal) {
	o := &order{
		amount:      given.number("amount"),
		currency:    given.text("currency", 3),
		description: given.text("description", 1000),
		returnURL:   given.text("return_url", 2048),
		methods:     given.list("payment_method_types"),
		confirm:     given.boolean("confirm"),
		metadata:    given.metadata(),
	}
	method := given.text("payment_method_data[type]", 32)
	o.withMethod = method != ""
	expand := given.list("expand")
	if refused := given.refuseRest(); refused != nil {
		return nil, nil, refused
	}
	if refused := o.check(method); refused != nil {
		return nil, nil, refused
	}
	return o, expand, nil
}

func (o *order) check(method string) *refusal {
	if refused := checkMoney(o.amount, o.currency); refused != nil {
		return refused
	}
	if len(o.methods) != 1 || o.methods[0] != "alipay" {
		return invalid("payment_intent_invalid_parameter", "payment_method_types", "The sandbox has the payment method type alipay and no other.")
	}
	if method != "" && method != "alipay" {
		return invalid("payment_intent_incompatible_payment_method", "payment_method_data[type]", "The payment method type is not one of payment_method_types.")
	}
	if !o.confirm {
		if o.returnURL != "" {
			return invalid("", "return_url", "return_url is for a PaymentIntent that is confirmed.")
		}
		return nil
	}
	if method == "" {
		return invalid("parameter_missing", "payment_method", "You cannot confirm this PaymentIntent because it's missing a payment method.")
	}
	if o.returnURL == "" {
		return invalid("parameter_missing", "return_url", "You must provide a `return_url` when confirming with alipay.")
	}
	isOdd := func(r rune) bool { return r <= ' ' || r > '~' } // what must be percent-encoded
	if parsed, err := url.Parse(o.returnURL); err != nil || parsed.Hostname() == "" || parsed.Scheme != "http" && parsed.Scheme != "https" ||
		strings.ContainsFunc(o.returnURL, isOdd) {
		return invalid("url_invalid", "return_url", "Not a valid URL")
	}
	return nil
}

func checkMoney(amount int64, currency string) *refusal {
	switch {
	case currency == "":
		return invalid("parameter_missing", "currency", "Missing required param: currency.")
	case !slices.Contains(currencies(), currency):
		return invalid("", "currency", "Invalid currency: %s. Alipay can be paid in %v.", shorten(currency), currencies())
	case amount < minAmount:
		return invalid("amount_too_small", "amount", "Amount must be at least %d, in the currency's smallest unit.", minAmount)
	case amount > maxAmount:
		return invalid("amount_too_large", "amount", "Amount must be no more than %d, in the currency's smallest unit.", maxAmount)
	default:
		return nil
	}
}

func getIntent(a *account, r *http.Request, given *params) (any, *refusal) {
	expand := given.list("expand")
	if refused := given.refuseRest(); refused != nil {
		return nil, refused
	}
	p, refused := a.find("intent", r.PathValue("intent"))
	if refused != nil {
		return nil, refused
	}
	return p.view(expand), nil
}

func listIntents(a *account, _ *http.Request, given *params) (any, *refusal) {
	return list(given, "payment_intent", a.intents, (*intent).view)
}

func cancelIntent(a *account, r *http.Request, given *params) (any, *refusal) {
	reason, expand := given.text("cancellation_reason", 32), given.list("expand")
	if reason != "" && !slices.Contains([]string{"duplicate", "fraudulent", "requested_by_customer", "abandoned"}, reason) {
		given.note(invalid("", "cancellation_reason", "Invalid cancellation_reason: %s", shorten(reason)))
	}
	if refused := given.refuseRest(); refused != nil {
		return nil, refused
	}
	p, refused := a.find("intent", r.PathValue("intent"))
	if refused != nil {
		return nil, refused
	}
	if refused := a.cancel(p, reason); refused != nil {
		return nil, refused
	}
	return p.view(expand), nil
}
