package sandbox

import "net/http"

func createRefund(a *account, r *http.Request) (*answer, *refusal) {
	key, refused := readKey(r)
	if refused != nil {
		return nil, refused
	}
	var order refundOrder
	if refused := readBody(r, &order, "amount", "currency", "reason"); refused != nil {
		return nil, refused
	}
	if refused := checkText("reason", order.Reason, 255); refused != nil {
		return nil, refused
	}
	return withPayment(a, r, func(p *payment) (*answer, *refusal) {
		made, replayed, refused := a.refund(p, key, &order)
		if refused != nil {
			return nil, refused
		}
		return created(*made, replayed), nil
	})
}

type refundsAnswer struct {
	Refunds []refund `json:"refunds"`
}

func listRefunds(a *account, r *http.Request) (*answer, *refusal) {
	values := r.URL.Query()
	return withPayment(a, r, func(p *payment) (*answer, *refusal) {
		found := refundsAnswer{Refunds: []refund{}}
		for _, each := range p.refunds {
			if !values.Has("idempotency_key") || each.IdempotencyKey == values.Get("idempotency_key") {
				found.Refunds = append(found.Refunds, *each)
			}
		}
		return ok(found), nil
	}, "idempotency_key")
}

func getRefund(a *account, r *http.Request) (*answer, *refusal) {
	return withPayment(a, r, func(p *payment) (*answer, *refusal) {
		found, refused := p.findRefund(r.PathValue("refund"))
		if refused != nil {
			return nil, refused
		}
		return ok(*found), nil
	})
}
