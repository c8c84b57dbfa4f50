package sandbox

import "net/http"

func createRefund(a *account, r *http.Request) (*answer, *refusal) {
	key, no := readKey(r)
	if no != nil {
		return nil, no
	}
	var order refundOrder
	if no := readBody(r, &order, "amount", "currency", "reason"); no != nil {
		return nil, no
	}
	if no := checkText("reason", order.Reason, 255); no != nil {
		return nil, no
	}
	return withPayment(a, r, func(p *payment) (*answer, *refusal) {
		made, replayed, no := a.refund(p, key, &order)
		if no != nil {
			return nil, no
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
		found, no := p.findRefund(r.PathValue("refund"))
		if no != nil {
			return nil, no
		}
		return ok(*found), nil
	})
}
