package checks

import (
	"errors"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// refundAnswers is the sweep over every field of a refund, with every answer that has
// one, in every state.
func refundAnswers() sweep {
	facts, paths := refundFacts(), refundPaths()
	return sweep{
		name: "refunds", cells: cross(facts, paths),
		check: func(clause string) Check {
			return func(t *harness.T, e *harness.Env) {
				for _, state := range refundStates() {
					if !refundsPaid(e) || !state.reachable(e) {
						continue
					}
					t.Part(func(t *harness.T) {
						s := e.Scenario(t, nil)
						k := know(t, e, s, state.name)
						s.Transition(t, k.created.PaymentID, gateway.StateSucceeded)
						if state.make(t, e, k) {
							compare(t, e, k, clause, facts, paths)
						}
					})
				}
			}
		},
	}
}

// refundFacts has a row for every field of Refund.
func refundFacts() []fact[contract.Refund] {
	return []fact[contract.Refund]{
		{field: "refund_id", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			harness.Equal(t, what, k.refund.ID, r.RefundID)
		}},
		{field: "idempotency_key", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			key := ""
			if k.request != nil {
				key = k.request.Attempt.Key
			}
			harness.Equal(t, what, key, r.IdempotencyKey)
		}},
		{field: "payment_id", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			harness.Equal(t, what, k.ledger.ID, r.PaymentID)
		}},
		{field: "status", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			if k.says(k.refund.RawState) {
				harness.Equal(t, what, refundStatus(k.refund.State), r.Status)
			}
		}},
		{field: "provider_status", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			if k.needsDetails(t) && k.says(k.refund.RawState) {
				harness.Equal(t, what, k.refund.RawState, r.ProviderStatus)
			}
		}},
		{field: "amount", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			harness.Equal(t, what, contract.Money{Currency: k.refund.Currency, MinorUnits: k.refund.Amount}, r.Amount)
		}},
		{field: "total_refunded", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			if r.TotalRefunded != (contract.Money{}) { // a provider may not know it
				harness.Equal(t, what, contract.Money{Currency: k.ledger.Currency, MinorUnits: refunded(k.ledger)}, r.TotalRefunded)
			}
		}},
		{field: "voided", left: "a ledger does not say whether a refund was a reversal"},
		{field: "created_at", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			if k.needsDetails(t) {
				k.sameTime(t, what, k.refund.CreatedAt, r.CreatedAt)
			}
		}},
		{field: "live", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			harness.Equal(t, what, k.ledger.Live, r.Live)
		}},
		{field: "replayed", check: func(t *harness.T, what string, r *contract.Refund, k *recorded) {
			harness.Equal(t, what, k.replayed, r.Replayed)
		}},
	}
}

// refundPaths has a column for every way to a refund.
func refundPaths() []path[contract.Refund] {
	return []path[contract.Refund]{
		{name: "Refund", operation: contract.OperationRefund, clause: "REF-018", ask: func(_ *harness.T, _ *harness.Env, k *recorded) *contract.Refund {
			if k.refunded == nil || refundStatus(k.refund.State) != k.refunded.Status {
				return nil // it was made elsewhere, or answered before it moved on
			}
			return k.refunded
		}},
		{name: "Refund again", operation: contract.OperationRefund, clause: "REF-018", ask: func(t *harness.T, _ *harness.Env, k *recorded) *contract.Refund {
			if k.request == nil {
				return nil
			}
			k.replayed = true
			again, err := k.s.Refund(t, k.request)
			if err != nil {
				t.Fatalf("Refund, once more with the same key, failed with no fault injected: %v", err)
			}
			return again
		}},
		{name: "GetRefund by id", operation: contract.OperationGetRefund, clause: "REF-018", ask: func(t *harness.T, _ *harness.Env, k *recorded) *contract.Refund {
			return k.getRefund(t, &contract.GetRefundRequest{PaymentID: k.created.PaymentID, RefundID: k.refund.ID})
		}},
		{name: refundByKey, operation: contract.OperationGetRefund, clause: "REF-018", ask: func(t *harness.T, e *harness.Env, k *recorded) *contract.Refund {
			if k.request == nil || !looksUp(e.Descriptor.RefundIdempotency) {
				return nil
			}
			attempt := pastAttempt(k.request.Attempt.Key)
			return k.getRefund(t, &contract.GetRefundRequest{PaymentID: k.created.PaymentID, Attempt: &attempt})
		}},
		{name: "ParseWebhook", operation: contract.OperationParseWebhook, clause: "WHK-015", ask: askRefundWebhook},
	}
}

func (k *recorded) getRefund(t *harness.T, request *contract.GetRefundRequest) *contract.Refund {
	refund, err := k.s.GetRefund(t, request)
	if err != nil {
		t.Fatalf("GetRefund of %s failed with no fault injected: %v", k.state, err)
	}
	return refund
}

// askRefundWebhook returns nil if the gateway's event about a refund is about the payment
// for this provider. It is about one of them: such a webhook concerns a payment.
func askRefundWebhook(t *harness.T, e *harness.Env, k *recorded) *contract.Refund {
	if !e.HasFeature(gateway.FeatureWebhookBuild) {
		return nil
	}
	hook := built(t, k.s, &gateway.WebhookSpec{Payment: k.created.PaymentID, Refund: k.refund.ID, Event: gateway.EventRefundUpdated})
	result, err := k.s.Parse(t, hook)
	if err != nil {
		t.Fatalf("a genuine webhook about %s was refused: %v", k.state, err)
	}
	for i := range result.Events {
		if result.Events[i].Refund != nil {
			k.event = &result.Events[i]
			if !result.Events[i].Authoritative {
				k.snapshot = hook.Body
			}
			return result.Events[i].Refund
		}
	}
	about := slices.ContainsFunc(result.Events, func(event contract.Event) bool {
		return event.Payment != nil && event.Payment.PaymentID == k.created.PaymentID
	})
	harness.True(t, about, "a webhook about %s is no event about it, nor about its payment: %s %s", k.state, result.Disposition, harness.Show(result.Events))
	return nil
}

// refundState is a state that a refund can be in, and how it gets there.
type refundState struct {
	name   string
	status contract.RefundStatus
	moves  []gateway.State // none: as the gateway made it

	elsewhere bool // whether it is made at the sandbox
	second    bool // whether it is the second of two
}

func refundStates() []refundState {
	return []refundState{
		{name: "a refund that was just made", status: contract.RefundPending},
		{name: "a refund that succeeded", status: contract.RefundSucceeded, moves: []gateway.State{gateway.StateSucceeded}},
		{name: "a refund that failed", status: contract.RefundFailed, moves: []gateway.State{gateway.StateFailed}},
		{
			name: "a refund that failed after it had succeeded", status: contract.RefundFailed,
			moves: []gateway.State{gateway.StateSucceeded, gateway.StateFailed},
		},
		{name: "a refund that was made elsewhere", elsewhere: true},
		{name: "the second refund of a payment", second: true},
	}
}

func (r *refundState) reachable(e *harness.Env) bool {
	multiple := e.RefundTerms().Multiple
	return (len(r.moves) == 0 || e.HasFeature(gateway.FeatureRefund)) && (!r.elsewhere || e.HasFeature(gateway.FeatureRefundCreate)) &&
		(!r.second || multiple)
}

// make makes the refund, and reports false if the gateway never moves it to the state.
func (r *refundState) make(t *harness.T, e *harness.Env, k *recorded) bool {
	if r.second {
		mustRefund(t, k.s, refundRequest(e, k.created.PaymentID, part(e)))
	}
	k.advance(t, 2*time.Second) // so that it is not at the time of the payment
	if r.elsewhere {
		made := k.s.RefundElsewhere(t, k.created.PaymentID, k.some(e))
		k.refund = made
	} else {
		asked := k.s.Refunding(refundRequest(e, k.created.PaymentID, k.some(e)))
		refunded, err := asked.Ask(t)
		if err != nil {
			t.Fatalf("Refund failed with no fault injected: %v", err)
		}
		k.request, k.refunded = asked.Request, refunded // with the time of the first call
		k.refund = &gateway.Refund{ID: k.refunded.RefundID}
	}
	for _, to := range r.moves {
		if e.Descriptor.Has(contract.OperationGetRefund) { // so that a provider can remember it
			k.getRefund(t, &contract.GetRefundRequest{PaymentID: k.created.PaymentID, RefundID: k.refund.ID})
		}
		err := k.s.Scope.TransitionRefund(t.Context(), k.refund.ID, &gateway.Transition{To: to})
		if !errors.Is(err, gateway.ErrIllegal) { // it may be there already, or never get there
			t.SetupFailed("move a refund on at the sandbox", err)
		}
		k.refresh(t)
		if k.refund.State != to {
			return false
		}
	}
	k.refresh(t)
	return harness.True(t, k.refund.Amount > 0, "the gateway's ledger has no refund %q, which the provider answered with", k.refund.ID)
}
