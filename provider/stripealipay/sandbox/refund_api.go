package sandbox

import (
	"net/http"
	"slices"
)

func createRefund(a *account, _ *http.Request, given *params) (any, *refusal) {
	withAmount := given.values.Has("amount")
	amount, id := given.number("amount"), given.text("payment_intent", 255)
	reason, metadata, expand := given.text("reason", 32), given.metadata(), given.list("expand")
	switch {
	case id == "":
		given.note(invalid("parameter_missing", "payment_intent", "One of the following params should be provided: payment_intent."))
	case withAmount && amount == 0:
		given.note(invalid("parameter_invalid_integer", "amount", "Invalid positive integer"))
	case reason != "" && !slices.Contains([]string{"duplicate", "fraudulent", "requested_by_customer"}, reason):
		given.note(invalid("", "reason", "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"))
	}
	if refused := given.refuseRest(); refused != nil {
		return nil, refused
	}
	p, refused := a.find("payment_intent", id)
	if refused != nil {
		return nil, refused
	}
	r, refused := a.refund(p, amount, reason, metadata)
	if refused != nil {
		return nil, refused
	}
	return r.view(expand), nil
}

func listRefunds(a *account, _ *http.Request, given *params) (any, *refusal) {
	id := given.text("payment_intent", 255)
	found := slices.Clone(a.refunds)
	if id != "" {
		p, refused := a.find("payment_intent", id)
		if refused != nil {
			return nil, refused
		}
		found = slices.DeleteFunc(found, func(r *refund) bool { return r.intent != p })
	}
	return list(given, "refund", found, (*refund).view)
}

func getRefund(a *account, r *http.Request, given *params) (any, *refusal) {
	expand := given.list("expand")
	if refused := given.refuseRest(); refused != nil {
		return nil, refused
	}
	found, refused := a.findRefund(r.PathValue("refund"))
	if refused != nil {
		return nil, refused
	}
	return found.view(expand), nil
}
