package checks

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

func (w *walk) refund(t *harness.T, c *choices) {
	b := pick(c, w.purchases, w.paid)
	amount := part(w.env)
	if c.below(4) == 3 {
		amount = b.Request.Amount.MinorUnits
	}
	r := &returned{
		Refunding: w.scenario.Refunding(refundRequest(w.env, b.id, amount)),
		name:      fmt.Sprintf("refund %d", len(w.refunds)+1),
	}
	w.refunds = append(w.refunds, r)
	w.step("%s: %d of %s", r.name, amount, b.name)
	_ = w.askRefund(t, r)
}

func (w *walk) repeatRefund(t *harness.T, c *choices) {
	r := pick(c, w.refunds, func(*returned) bool { return true })
	w.step("repeat %s", r.name)
	_ = w.askRefund(t, r)
}

// askRefund calls Refund and compares the answer with earlier ones.
func (w *walk) askRefund(t *harness.T, r *returned) error {
	refund, err := r.Ask(t)
	if err != nil {
		return err
	}
	harness.Equal(t, "key of the refund", r.Request.Attempt.Key, refund.IdempotencyKey)
	harness.Equal(t, "amount of the refund", r.Request.Amount, refund.Amount)
	if r.id != "" {
		harness.Equal(t, "refund id of the same key, answered again", r.id, refund.RefundID)
	}
	r.id = refund.RefundID
	return nil
}

func (w *walk) refundElsewhere(t *harness.T, c *choices) {
	b := pick(c, w.purchases, w.hasRest)
	w.step("a part of %s is refunded by hand", b.name)
	_, err := w.scenario.Scope.CreateRefund(t.Context(), b.id, gateway.Money{Amount: part(w.env), Currency: b.Request.Amount.Currency})
	t.SetupFailed("make a refund at the sandbox", err)
}

// refunded returns the sum of the ledger's refunds of a payment.
func refunded(payment *gateway.Payment) int64 {
	sum := int64(0)
	for _, refund := range payment.Refunds {
		if refund.State != gateway.StateFailed {
			sum += refund.Amount
		}
	}
	return sum
}

// invariants checks the gateway's ledger for what must never happen. The ledger
// forgets nothing, so one check at the end of a walk suffices.
func (w *walk) invariants(t *harness.T) {
	made := make(map[string]int)
	for _, payment := range w.scenario.Ledger(t, "") {
		if made[payment.Key]++; payment.Key != "" && made[payment.Key] > 1 {
			t.Errorf("there are two payments for one key at the gateway")
		}
		given := make(map[string]int)
		for _, refund := range payment.Refunds {
			if given[refund.Key]++; refund.Key != "" && given[refund.Key] > 1 {
				t.Errorf("there are two refunds for one key at the gateway")
			}
		}
		harness.True(t, refunded(&payment) <= payment.Amount, "more was refunded than was paid")
	}
}

// quiesce ends all faults and checks that the walk settles: every requested payment
// and refund exists, and every status is the gateway's.
func (w *walk) quiesce(t *harness.T) {
	for _, fault := range w.faults {
		fault.Disarm()
	}
	for _, b := range w.purchases {
		b.Settle()
		err := w.insist(t, func() error { return w.ask(t, b) })
		// One that remembers its own request may know better than the host's
		// times that nothing is settled, as long as there is nothing to find.
		open := errors.Is(err, contract.AttemptUnsettled) && len(w.scenario.Ledger(t, b.Request.Attempt.Key)) == 0
		harness.True(t, err == nil || open, "the faults are over, but repeating a creation still fails: %v", err)
	}
	for _, r := range w.refunds {
		r.Settle()
		err := w.insist(t, func() error { return w.askRefund(t, r) })
		harness.True(t, err == nil || !w.wasRefunded(t, r), "the faults are over, but a refund that was made is not found: %v", err)
	}
	for _, b := range w.purchases {
		if b.id == "" {
			continue
		}
		var payment *contract.Payment
		err := w.insist(t, func() (err error) {
			payment, err = w.scenario.Status(t, b.id)
			return err
		})
		if !harness.True(t, err == nil, "the faults are over, but GetStatus still fails: %v", err) {
			continue
		}
		recorded := w.scenario.InLedger(t, b.id)
		harness.Equal(t, "status after the faults", statusOf[recorded.State], payment.Status)
		harness.Equal(t, "refunded amount after the faults", refunded(recorded), payment.AmountRefunded.MinorUnits)
	}
	w.invariants(t)
}

// wasRefunded reports whether the gateway has a refund with the key.
func (w *walk) wasRefunded(t *harness.T, r *returned) bool {
	return slices.ContainsFunc(w.scenario.InLedger(t, r.Request.PaymentID).Refunds, func(refund gateway.Refund) bool {
		return refund.Key == r.Request.Attempt.Key
	})
}

// insist repeats a call while the provider asks to retry later, as it does while
// its circuit breaker is open.
func (w *walk) insist(t *harness.T, call func() error) error {
	end := time.Now().Add(recovery)
	for {
		err := call()
		if err == nil || time.Now().After(end) || !later(err) {
			return err
		}
		select {
		case <-time.After(retryAfter(err)):
		case <-t.Context().Done():
			return err
		}
	}
}

// later reports whether the same call may succeed in a while.
func later(err error) bool {
	switch contract.ReasonOf(err) { //nolint:exhaustive // all other reasons stay what they are
	case contract.ProviderUnreachable, contract.ProviderFault, contract.ProviderRateLimited, contract.ConnectionLost:
		return true
	default:
		return false
	}
}
