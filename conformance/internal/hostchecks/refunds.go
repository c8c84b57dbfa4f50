package hostchecks

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func refundChecks() []Check {
	return []Check{
		{Clause: "HRF-001", Run: refundsOfTooMuch},
		{Clause: "HRF-002", Run: refundsAtOnce},
		{Clause: "HRF-003", Run: oneRefundAndAnother},
		{Clause: "HRF-004", With: []Kind{Lookup, Native}, Run: refundsWhoseAnswersWereLost},
		{Clause: "HRF-005", With: []Kind{Lookup, Native}, Run: refundsThatWereLostOnTheWay},
		{Clause: "HRF-006", Run: refundsMadeElsewhere},
		{Clause: "HRF-007", World: Killed, With: []Kind{Lookup, Native}, Run: refundsThroughAKill},
		{Clause: "HRF-008", Run: refundsThatAreRejected},
		{Clause: "HRF-009", Run: refundsThatTakeTheirTime},
	}
}

// Refund is one that the platform wants of an order.
type Refund struct {
	ID     string
	Amount contract.Money
	Order  *Order

	mu      sync.Mutex
	last    *hostctl.Refund
	refused error
}

// NewRefund returns a refund that is not asked for yet, of the payment that paid the order.
func (o *Order) NewRefund(minorUnits int64) *Refund {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refunds++
	return &Refund{ID: fmt.Sprintf("%s-refund-%d", o.ID, o.refunds), Amount: Money(minorUnits), Order: o}
}

// Ask has a clerk ask for the refund, and does not wait for the host's answer. If the host
// is not there, or cannot take it now, the clerk tries again.
func (r *Refund) Ask() *Refund {
	r.Order.t.note("refund %s of %s is asked for", r.ID, r.Amount)
	go func() {
		for ctx := r.Order.t.Context(); ctx.Err() == nil && !r.AskOnce(ctx); {
			wait(ctx, 2*askEvery)
		}
	}()
	return r
}

// AskOnce asks for the refund, and reports whether the host answered for good.
func (r *Refund) AskOnce(ctx context.Context) bool {
	answer, err := r.Order.client().Refund(ctx, r.Order.ID, &hostctl.NewRefund{ID: r.ID, Amount: moneyOf(r.Amount)})
	r.Order.t.world.heard(answer, err)
	r.Order.t.note("refund %s: %s%s", r.ID, shownRefund(answer), because(err))
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.last, r.refused = answer, nil
		return true
	}
	if errors.Is(err, hostctl.ErrConflict) || errors.Is(err, hostctl.ErrNotValid) || errors.Is(err, hostctl.ErrMalformed) {
		r.refused = err
		return true
	}
	return false
}

func shownRefund(r *hostctl.Refund) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("%d %s", r.Amount.MinorUnits, r.State)
}

// Refused returns why the host does not make the refund; nil if it does, or has not said.
func (r *Refund) Refused() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refused
}

// State returns where the host says that the refund stands; empty if it does not say.
func (r *Refund) State() hostctl.RefundState {
	if said := r.Order.Look(); said != nil {
		for _, one := range said.Refunds {
			if one.ID == r.ID {
				return one.State
			}
		}
	}
	return ""
}

// Awaits waits until the host says that the refund has a state.
func (r *Refund) Awaits(state hostctl.RefundState) {
	r.Order.t.Until(fmt.Sprintf("refund %s is %s", r.ID, state), func() bool { return r.State() == state })
}

// Refunds returns what the gateways have paid back, or will, of the order's payments.
func (o *Order) Refunds() []scripted.LedgerRefund {
	var all []scripted.LedgerRefund
	for _, p := range o.Payments() {
		all = append(all, p.Refunds...)
	}
	return all
}

// PaidBack checks what the gateways have paid back of the order in all: so many refunds, of
// so much.
func (o *Order) PaidBack(refunds int, minorUnits int64) {
	var sum int64
	all := o.Refunds()
	for _, r := range all {
		if r.Status != contract.RefundFailed {
			sum += r.Amount.MinorUnits
		}
	}
	if sum != minorUnits || len(all) != refunds {
		o.t.Errorf("order %s: the gateways have made %d refunds, of %d in all; what was wanted is %d, of %d", o.ID, len(all), sum, refunds, minorUnits)
	}
}

// Over waits until the host says that a refund was made or was not, or does not make it, and
// returns its state: FAILED also if it was refused.
func (r *Refund) Over() hostctl.RefundState {
	var state hostctl.RefundState
	r.Order.t.Until("refund "+r.ID+" was made, or was not", func() bool {
		if state = r.State(); state == "" && r.Refused() != nil {
			state = hostctl.RefundFailed
		}
		return state == hostctl.RefundSucceeded || state == hostctl.RefundFailed
	})
	return state
}

// refundKeys returns the amounts for which the host has tried to make refunds of the order, by
// the key of each.
func (o *Order) refundKeys() map[string]int64 {
	keys := make(map[string]int64)
	for _, c := range o.Calls(contract.OperationRefund) {
		keys[c.Key()] = c.Amount.MinorUnits
	}
	return keys
}

// NotMoreThan checks that the refunds for which the host has made calls are not more than an
// amount in all.
func (o *Order) NotMoreThan(minorUnits int64) {
	var sum int64
	for _, amount := range o.refundKeys() {
		sum += amount
	}
	if sum > minorUnits {
		o.t.Errorf("order %s: the host has asked its provider for refunds of %d in all; what was left is %d", o.ID, sum, minorUnits)
	}
}
