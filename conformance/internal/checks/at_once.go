package checks

import (
	"context"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// twoAtOnce makes a second call while the gateway keeps the first one's request of the
// operation waiting.
func twoAtOnce(t *harness.T, e *harness.Env, s *harness.Scenario, operation string, first, second func()) {
	held := s.Arm(proxy.Fault{Operation: operation, Kind: proxy.FaultHold})
	ended := make(chan struct{}, 2)
	call := func(one func()) {
		go func() {
			defer func() { ended <- struct{}{} }()
			one()
		}()
	}
	before := s.Writes()
	call(first)
	reached(t, held, operation)
	call(second)
	settle, cancel := context.WithTimeout(t.Context(), e.Within(overlapping))
	_ = s.Proxy.Await(settle, func(journal []proxy.Exchange) bool { return countCommits(journal) > before+1 })
	cancel()
	held.Release()
	<-ended
	<-ended
}

// refundsOneKeyOfTwoPayments refunds two payments at once with one key, which is unique
// within its payment.
func refundsOneKeyOfTwoPayments(t *harness.T, e *harness.Env, s *harness.Scenario) {
	one := refundRequest(e, paid(t, e, s).PaymentID, some(e))
	two := *one
	two.PaymentID = paid(t, e, s).PaymentID
	ask := func(request *contract.RefundRequest) func() {
		return func() {
			made, err := s.Refund(t, request)
			if harness.True(t, err == nil, "of two payments at once with one key, a refund failed: %v", err) {
				harness.Equal(t, "payment of a refund of two at once with one key", request.PaymentID, made.PaymentID)
				harness.Equal(t, "replayed of a refund of two payments at once with one key", false, made.Replayed)
			}
		}
	}
	twoAtOnce(t, e, s, manifest.OpRefund, ask(one), ask(&two))
	refundsInLedger(t, s, "one of two payments at once with one key", one.PaymentID, 1)
	refundsInLedger(t, s, "the other of two payments at once with one key", two.PaymentID, 1)
}

// makesTwoOfOneReference creates two payments at once that are alike but for their keys.
func makesTwoOfOneReference(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	one := e.CreateRequest()
	two := *one
	two.Attempt = contract.Attempt{Key: e.Key()}
	ask := func(request *contract.CreatePaymentRequest) func() {
		return func() {
			made, err := s.Create(t, request)
			if harness.True(t, err == nil, "of two payments at once of one reference, one failed: %v", err) {
				harness.Equal(t, "key of a payment of two at once", request.Attempt.Key, made.IdempotencyKey)
				harness.Equal(t, "replayed of a payment of two at once", false, made.Replayed)
			}
		}
	}
	twoAtOnce(t, e, s, manifest.OpCreate, ask(one), ask(&two))
	harness.Equal(t, "two payments at once of one reference: payments in the gateway's ledger", 2, len(s.Ledger(t, "")))
}
