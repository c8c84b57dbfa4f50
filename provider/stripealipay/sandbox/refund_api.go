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
		given.refuse(invalid("parameter_missing", "payment_intent", "One of the following params should be provided: payment_intent."))
	case withAmount && amount == 0:
		given.refuse(invalid("parameter_invalid_integer", "amount", "Invalid positive integer"))
	case reason != "" && !slices.Contains([]string{"duplicate", "fraudulent", "requested_by_customer"}, reason):
		given.refuse(invalid("", "reason", "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"))
	}
	if no := given.done(); no != nil {
		return nil, no
	}
	p, no := a.find("payment_intent", id)
	if no != nil {
		return nil, no
	}
	r, no := a.refund(p, amount, reason, metadata)
	if no != nil {
		return nil, no
	}
	return r.view(expand), nil
}

func listRefunds(a *account, _ *http.Request, given *params) (any, *refusal) {
	id := given.text("payment_intent", 255)
	found := slices.Clone(a.refunds)
	if id != "" {
		p, no := a.find("payment_intent", id)
		if no != nil {
			return nil, no
		}
		found = slices.DeleteFunc(found, func(r *refund) bool { return r.intent != p })
	}
	return list(given, "refund", found, (*refund).view)
}

func getRefund(a *account, r *http.Request, given *params) (any, *refusal) {
	expand := given.list("expand")
	if no := given.done(); no != nil {
		return nil, no
	}
	found, no := a.findRefund(r.PathValue("refund"))
	if no != nil {
		return nil, no
	}
	return found.view(expand), nil
}
