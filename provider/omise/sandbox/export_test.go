package sandbox

import (
	"context"
	"fmt"
)

// Sign is exported for the test of a known signature.
var Sign = sign

// Settle waits until every queued webhook has been sent.
func Settle(ctx context.Context, s *Sandbox) error {
	for _, a := range s.Accounts() {
		a.flushNow()
		a.AwaitDeliveries(ctx)
	}
	return ctx.Err()
}

// AddCharges adds n charges to the first account, without events.
func AddCharges(s *Sandbox, n int) {
	a, _ := s.ByName(firstAccount)
	a.Lock()
	defer a.Unlock()
	for range n {
		id := fmt.Sprintf("test_%d", len(a.charges.items))
		a.addCharge(&charge{
			id: "chrg_" + id, reference: "ofsp_" + id, amount: 2000, currency: "THB", status: statusPending,
			source: &source{id: "src_" + id, kind: "alipay", amount: 2000, currency: "THB"}, metadata: object{},
			createdAt: a.second(), dueAt: a.second().Add(payerTime), expiresAt: a.second().Add(a.dials.shownExpiry()),
		})
	}
}
