package checks

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// paymentAnswers is the sweep over every field of a payment, with every answer that has
// one, in every state.
func paymentAnswers() sweep {
	facts, paths := paymentFacts(), paymentPaths()
	return sweep{
		name: "payments", cells: cross(facts, paths),
		check: func(clause string) Check {
			return func(t *harness.T, e *harness.Env) {
				for _, state := range paymentStates() {
					if !state.reachable(e) {
						continue
					}
					t.Part(func(t *harness.T) {
						s := e.Scenario(t, nil)
						k := know(t, e, s, state.name)
						k.alone = true
						if !state.reach(t, e, k) {
							return
						}
						before := k.updatedAt
						k.updatedAt = s.MustStatus(t, k.created.PaymentID).UpdatedAt
						k.unmoved = !before.IsZero() && k.updatedAt.Equal(before)
						compare(t, e, k, clause, facts, paths)
					})
				}
			}
		},
	}
}

// paymentFacts has a row for every field of Payment.
func paymentFacts() []fact[contract.Payment] {
	statusClauses := map[contract.Operation]string{contract.OperationGetStatus: "STS-001", contract.OperationParseWebhook: "WHK-011"}
	refundedClauses := map[contract.Operation]string{contract.OperationGetStatus: "STS-006"}
	return []fact[contract.Payment]{
		{field: "payment_id", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, k.ledger.ID, p.PaymentID)
		}},
		{field: "idempotency_key", clause: "CRE-010", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, k.purchase.Request.Attempt.Key, p.IdempotencyKey)
		}},
		{field: "reference", clause: "CRE-010", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, k.purchase.Request.Reference, p.Reference)
		}},
		{field: "method", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, k.purchase.Request.Method, p.Method)
		}},
		{field: "status", on: statusClauses, check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, paymentStatus(k.ledger.State), p.Status)
		}},
		{field: "provider_status", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			if k.says(k.ledger.RawState) {
				harness.Equal(t, what, k.ledger.RawState, p.ProviderStatus)
			}
		}},
		{field: "amount", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, contract.Money{Currency: k.ledger.Currency, MinorUnits: k.ledger.Amount}, p.Amount)
		}},
		{field: "amount_refunded", on: refundedClauses, check: checkRefunded},
		{field: "next_action", check: checkNextAction},
		{field: "failure", check: checkFailure},
		{field: "settlement", check: checkSettlement},
		{field: "created_at", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			k.sameTime(t, what, k.ledger.CreatedAt, p.CreatedAt)
		}},
		{field: "updated_at", check: checkUpdated},
		{field: "expires_at", check: checkExpires},
		{field: "live", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, k.ledger.Live, p.Live)
		}},
		{field: "replayed", check: func(t *harness.T, what string, p *contract.Payment, k *recorded) {
			harness.Equal(t, what, k.replayed, p.Replayed)
		}},
	}
}

// paymentStatus returns the contract's status for a state of the gateway.
func paymentStatus(state gateway.State) contract.PaymentStatus {
	return cmp.Or(map[gateway.State]contract.PaymentStatus{
		gateway.StatePending: contract.PaymentPending, gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed: contract.PaymentFailed, gateway.StateExpired: contract.PaymentExpired,
		gateway.StateCanceled: contract.PaymentCanceled,
	}[state], contract.PaymentUnknown)
}

func checkRefunded(t *harness.T, what string, p *contract.Payment, k *recorded) {
	sum := refunded(k.ledger)
	if k.snapshot != nil && p.AmountRefunded.MinorUnits == 0 && sum != 0 && !k.countsRefunds(t) {
		return
	}
	harness.Equal(t, what, contract.Money{Currency: k.ledger.Currency, MinorUnits: sum}, p.AmountRefunded)
}

// countsRefunds reports whether the gateway put the refunded sum into a webhook.
func (k *recorded) countsRefunds(t *harness.T) bool {
	within, sum := harness.OptionalField(t, "fields.event", k.fields.Event), harness.OptionalField(t, "fields.refunded", k.fields.Refunded)
	return sum != "" && has(k.snapshot, within+sum)
}

// checkNextAction compares a link, or the text of a code. An image of one is not in the
// ledger; CRE-012 looks at it.
func checkNextAction(t *harness.T, what string, p *contract.Payment, k *recorded) {
	next := p.NextAction
	if k.ledger.State != gateway.StatePending {
		harness.True(t, next == nil, "%s: the payer is asked to do something, and there is nothing to do", what)
		return
	}
	switch {
	case next == nil: // the gateway may not repeat it
	case next.DisplayQR != nil && next.DisplayQR.Payload != "":
		harness.Equal(t, what, k.ledger.RedirectURL, next.DisplayQR.Payload)
	case next.Redirect != nil:
		harness.Equal(t, what, k.ledger.RedirectURL, next.Redirect.URL)
		harness.Equal(t, what+": insecure", !strings.HasPrefix(next.Redirect.URL, "https://"), next.Redirect.Insecure)
	case next.OpenApp != nil:
		harness.Equal(t, what, k.ledger.RedirectURL, next.OpenApp.URL)
	}
	if next != nil {
		checkExpires(t, what+": expires_at", &contract.Payment{ExpiresAt: next.ExpiresAt}, k)
	}
}

// lastsUntil checks until when a payer can pay. What the gateway says of a pending payment
// must be passed on.
func (k *recorded) lastsUntil(t *harness.T, what string, at time.Time) {
	end := k.ledger.ExpiresAt
	if !at.IsZero() || end.IsZero() || k.ledger.State != gateway.StatePending || !k.saysTime(end) {
		return
	}
	t.Errorf("%s: the gateway says %s, and the answer says nothing", what, end)
}

func checkFailure(t *harness.T, what string, p *contract.Payment, k *recorded) {
	failed := k.ledger.State == gateway.StateFailed
	if !harness.Equal(t, what+": whether there is one", failed, p.Failure != nil) || !failed {
		return
	}
	harness.True(t, p.Failure.Code != "", "%s has no code", what)
	if k.needsDetails(t) && k.ledger.FailureCode != "" && k.says(k.ledger.FailureCode) {
		harness.Equal(t, what+": the gateway's code", k.ledger.FailureCode, p.Failure.ProviderCode)
	}
}

// checkSettlement compares what the merchant will receive. A provider may not ask for it, and
// must pass it on where the gateway says it.
func checkSettlement(t *harness.T, what string, p *contract.Payment, k *recorded) {
	recorded, told := k.ledger.Settlement, p.Settlement
	if recorded == nil {
		return // the sandbox may not say it
	}
	if told == nil {
		harness.True(t, !k.saysNumber(recorded.Net), "%s: the gateway says that %d is left for the merchant, and the answer says nothing", what, recorded.Net)
		return
	}
	harness.Equal(t, what+": net", contract.Money{Currency: recorded.Currency, MinorUnits: recorded.Net}, told.Net)
	harness.Equal(t, what+": fee", contract.Money{Currency: recorded.Currency, MinorUnits: recorded.Fee}, told.Fee)
}

// checkUpdated compares with what was read before: nothing has changed since.
func checkUpdated(t *harness.T, what string, p *contract.Payment, k *recorded) {
	if p.UpdatedAt.IsZero() || k.snapshot != nil {
		return // the gateway may not say it, or not everywhere
	}
	harness.True(t, !p.UpdatedAt.Before(k.ledger.CreatedAt.Truncate(time.Second)), "%s is before the payment was made: %s", what, p.UpdatedAt)
	harness.True(t, !k.unmoved, "%s is as it was before the payment changed: %s", what, p.UpdatedAt)
	if !k.updatedAt.IsZero() {
		harness.True(t, p.UpdatedAt.Equal(k.updatedAt), "%s: it was %s in the answer before, and is %s, and nothing has happened since", what, k.updatedAt, p.UpdatedAt)
	}
}

// checkExpires allows what a provider can know: the gateway's time, or a lifetime that
// began with the payment, a minute off at most. Where the gateway has none, only a method
// with a lifetime has one.
func checkExpires(t *harness.T, what string, p *contract.Payment, k *recorded) {
	k.lastsUntil(t, what, p.ExpiresAt)
	if p.ExpiresAt.IsZero() {
		return
	}
	if k.ledger.ExpiresAt.IsZero() {
		harness.True(t, k.s.Method().PaymentLifetime != 0, "%s: the gateway has none, the method has no lifetime, and it is %s", what, p.ExpiresAt)
		return
	}
	off := p.ExpiresAt.Sub(k.ledger.ExpiresAt).Abs()
	harness.True(t, off < time.Minute, "%s: want %s, got %s", what, k.ledger.ExpiresAt, p.ExpiresAt)
}

// paymentState is a state that a payment can be in, and how it gets there.
type paymentState struct {
	name   string
	status contract.PaymentStatus
	moves  []gateway.State

	// needs are what the sandbox must be able to do beside the moves, and gate what the
	// provider must.
	needs []gateway.Feature
	gate  contract.Operation

	// then is what else is done; nil: nothing.
	then func(t *harness.T, e *harness.Env, k *recorded)

	spent bool // whether nothing is left to refund
}

func paymentStates() []paymentState {
	paid := []gateway.State{gateway.StateSucceeded}
	elsewhere := []gateway.Feature{gateway.FeatureRefundCreate}
	return []paymentState{
		{name: "a pending payment", status: contract.PaymentPending},
		{name: "a paid payment", status: contract.PaymentSucceeded, moves: paid},
		{name: "a failed payment", status: contract.PaymentFailed, moves: []gateway.State{gateway.StateFailed}},
		{name: "an expired payment", status: contract.PaymentExpired, moves: []gateway.State{gateway.StateExpired}},
		{name: "a canceled payment", status: contract.PaymentCanceled, moves: []gateway.State{gateway.StateCanceled}},
		late(gateway.StateFailed, "failed"), late(gateway.StateExpired, "expired"), late(gateway.StateCanceled, "been canceled"),
		{
			name: "a payment that was refunded", status: contract.PaymentSucceeded, moves: paid, gate: contract.OperationRefund,
			then: func(t *harness.T, e *harness.Env, k *recorded) {
				mustRefund(t, k.s, refundRequest(e, k.created.PaymentID, k.some(e)))
			},
		},
		{
			name: "a payment that was refunded twice elsewhere", status: contract.PaymentSucceeded, moves: paid, needs: elsewhere,
			then: func(t *harness.T, e *harness.Env, k *recorded) {
				for range 2 {
					k.refundElsewhere(t, part(e))
				}
			},
		},
		{
			name: "a payment that was refunded as a whole elsewhere", status: contract.PaymentSucceeded, moves: paid, needs: elsewhere,
			then: func(t *harness.T, _ *harness.Env, k *recorded) { k.refundElsewhere(t, k.ledger.Amount) }, spent: true,
		},
	}
}

// late is the state of a payment that was paid after it had ended.
func late(end gateway.State, ended string) paymentState {
	return paymentState{
		name: "a payment that was paid after it had " + ended, status: contract.PaymentSucceeded,
		moves: []gateway.State{end, gateway.StateSucceeded},
	}
}

// some returns an amount of the payment that can be refunded at once: a part, or the whole
// if there are no partial refunds.
func (k *recorded) some(e *harness.Env) int64 {
	if slices.Contains(e.Capabilities, "refunds.partial") {
		return part(e)
	}
	return k.created.Amount.MinorUnits
}

// refundElsewhere refunds at the sandbox. What the gateway does not refund stays as it is.
func (k *recorded) refundElsewhere(t *harness.T, amount int64) {
	_, err := k.s.Scope.CreateRefund(t.Context(), k.created.PaymentID, gateway.Money{Amount: amount})
	if !errors.Is(err, gateway.ErrIllegal) {
		t.SetupFailed("refund a payment at the sandbox", err)
	}
}

// reachable reports whether the sandbox and the provider can bring a payment there.
func (p *paymentState) reachable(e *harness.Env) bool {
	if p.gate != "" && !e.Descriptor.Has(p.gate) || p.gate == contract.OperationRefund && e.RefundTerms() == nil {
		return false
	}
	needs := slices.Clone(p.needs)
	for _, state := range p.moves {
		needs = append(needs, gateway.FeatureTransition(state))
	}
	return !slices.ContainsFunc(needs, func(need gateway.Feature) bool { return !e.HasFeature(need) })
}

// look reads the payment in a state that it does not stay in, so that a provider can
// remember it.
func (k *recorded) look(t *harness.T, e *harness.Env) {
	of := *k // which the ways may change
	k.s.MustStatus(t, k.created.PaymentID)
	_ = askByKey(t, e, &of)
	if e.Descriptor.Has(contract.OperationParseWebhook) {
		_ = askWebhook(t, e, &of)
	}
}

// reach brings a payment into the state, and reports false if the gateway never makes
// one of the moves.
func (p *paymentState) reach(t *harness.T, e *harness.Env, k *recorded) bool {
	for i, state := range p.moves {
		if i > 0 {
			k.look(t, e)
		}
		if e.HasFeature(gateway.FeatureClock) { // so that a change of the payment is at another time
			k.updatedAt = k.s.MustStatus(t, k.created.PaymentID).UpdatedAt
		}
		k.advance(t, 2*time.Second)
		if i > 0 && k.alone && !k.ledger.ExpiresAt.IsZero() { // late money comes after the end
			k.advance(t, k.ledger.ExpiresAt.Sub(k.ledger.CreatedAt))
		}
		err := k.s.Scope.Transition(t.Context(), k.created.PaymentID, &gateway.Transition{To: state})
		if i > 0 && errors.Is(err, gateway.ErrIllegal) {
			return false
		}
		t.SetupFailed("change a payment to "+string(state)+" at the sandbox", err)
	}
	if p.then != nil {
		p.then(t, e, k)
	}
	k.ledger = k.s.InLedger(t, k.created.PaymentID)
	return true
}
