package host

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Resolution is what a person has decided about an attempt that needs attention.
// Without any decision it says that what was shown is known; where a gateway had several
// payments for a key, the engine then goes on to look for one.
type Resolution struct {
	// Adopt is the gateway's id of a payment (refund) that is the one of the attempt.
	// The engine reads it, and takes it only if it is the one of the record.
	Adopt string

	// Release says that nothing was made with the attempt's key, or that whatever was
	// made will be paid back: the order may be paid in another way. The attempt is still
	// looked at, and money that comes late is shown.
	Release bool

	// AcceptAccount says that the secrets with which the attempt's provider works now
	// are of an account for which it may make new payments. It is needed when a
	// merchant moves to another account. What was made before is only found in the
	// account in which it was made.
	AcceptAccount bool

	// NothingLost says that after the database was restored a person has compared it
	// with what the attempt's provider has at its gateway. It is needed for a provider
	// that lists no payments.
	NothingLost bool

	// LookAgain says that nothing is decided yet: the attempt is looked at now, as soon as
	// contract.Decide allows it, and what was shown stays shown.
	LookAgain bool

	// By and Why say who decided it and why. Neither may be empty.
	By, Why string
}

// text returns the decision for the timeline.
func (r *Resolution) text() string {
	if r.LookAgain {
		return fmt.Sprintf("looked at again for %s: %s", r.By, r.Why)
	}
	decided := []string{"seen"}
	if r.Adopt != "" {
		decided = append(decided, "adopted "+r.Adopt)
	}
	if r.Release {
		decided = append(decided, "released")
	}
	if r.AcceptAccount {
		decided = append(decided, "the provider's account accepted")
	}
	if r.NothingLost {
		decided = append(decided, "the provider has no payment that the database has lost")
	}
	return fmt.Sprintf("%s by %s: %s", strings.Join(decided, ", "), r.By, r.Why)
}

func (r *Resolution) validate(saleID string) error {
	var e violations
	if r.By == "" {
		e.add("by", "must say who decided it")
	}
	if r.Why == "" {
		e.add("why", "must say why it was decided")
	}
	e.checkStored("by", r.By)
	e.checkStored("why", r.Why)
	if r.Adopt != "" && r.Release {
		e.add("adopt", "must not be there together with release: what was adopted is not given up")
	}
	if r.LookAgain && (r.Adopt != "" || r.Release || r.AcceptAccount || r.NothingLost) {
		e.add("look_again", "must not be there together with a decision")
	}
	if request := (contract.CancelPaymentRequest{PaymentID: r.Adopt}); r.Adopt != "" && request.Validate() != nil {
		e.add("adopt", fmt.Sprintf("must be an id at the gateway: at most %d bytes of UTF-8, without spaces or control characters", contract.MaxIDLength))
	}
	return e.of(decision, saleID)
}

// decision is what is refused of a Resolution, for errors.
const decision = "the decision about order"

// unknownKey returns contract.InvalidRequest for a key of no attempt.
func unknownKey(saleID string) error {
	var e violations
	e.add("idempotency_key", "must be the key of a payment or a refund of this order")
	return e.of(decision, saleID)
}

// Resolve carries out what a person has decided about an attempt, by its key, and
// records it. A key that no attempt of the sale has fails with contract.InvalidRequest, and
// what cannot be done with a *NotFreeError, which says why.
func (e *Engine) Resolve(ctx context.Context, saleID, key string, resolution *Resolution) (*Sale, error) {
	if err := e.mayUse(ctx); err != nil {
		return nil, err
	}
	if err := resolution.validate(saleID); err != nil {
		return nil, err
	}
	sale, err := e.store.Sale(ctx, saleID)
	if err != nil {
		return nil, busy(err, false)
	}
	if a := sale.Attempt(key); a == nil {
		return nil, unknownKey(saleID)
	} else if err := e.resolveProvider(ctx, a.Provider, resolution); err != nil {
		return nil, busy(err, false)
	}
	found := e.presentsFor(ctx, namesOf(sale)...)
	next, err := e.move(ctx, saleID, found, func(m *move) (*step, error) { return m.resolve(m.sale.Attempt(key), resolution) })
	if err != nil {
		return nil, busy(err, false)
	}
	resolved, err := e.finish(ctx, saleID, next)
	if err != nil || resolution.Adopt == "" {
		return resolved, err
	}
	for _, a := range slices.Concat(resolved.Payments, resolved.Refunds) {
		if a.Key == key && a.GatewayID == resolution.Adopt {
			return resolved, nil
		}
	}
	return nil, &NotFreeError{OrderID: saleID, Why: resolution.Adopt + " was not adopted: it could not be read, or is not the one of the attempt; see the timeline"}
}

// resolveProvider carries out what was decided about a provider.
func (e *Engine) resolveProvider(ctx context.Context, name string, r *Resolution) error {
	if r.AcceptAccount {
		if err := e.acceptAccount(ctx, name); err != nil {
			return err
		}
	}
	if r.NothingLost {
		return e.setCompared(ctx, name)
	}
	return nil
}

func (m *move) resolve(a *ledger.Attempt, r *Resolution) (*step, error) {
	if r.LookAgain {
		m.note(a, "person", "%s", r.text())
		m.reads = true
		return m.next(a), nil
	}
	v := m.decide(a, m.present(a.Provider))
	switch {
	case r.Adopt != "" && a.GatewayID != "" && a.GatewayID != r.Adopt:
		return nil, &NotFreeError{OrderID: m.sale.ID, Why: "the attempt is known as " + a.GatewayID + " at the gateway"}
	case r.Adopt != "" && a.GatewayID == "":
		return m.readAs(a, r)
	case r.Release && v.Do == contract.ActionWait && !v.From.IsZero(): // a call that may still make a payment
		return nil, &NotFreeError{OrderID: m.sale.ID, Why: v.Why, From: v.From}
	case r.Release && v.CutOff > 0 && m.untilCutOff(a, v.CutOff) > 0: // likewise, by the clock that nobody sets
		return nil, &NotFreeError{OrderID: m.sale.ID, Why: v.Why, From: m.at.Add(m.untilCutOff(a, v.CutOff))}
	case r.Release && a.Status == contract.PaymentSucceeded:
		return nil, &NotFreeError{OrderID: m.sale.ID, Why: "the payment has succeeded: refund it instead"}
	case r.Release:
		m.release(a, "a person released it")
	}
	a.Cleared = len(a.Tries)
	a.Attention = ""
	m.note(a, "person", "%s", r.text())
	m.reads = true
	return m.next(a), nil
}

// readAs reads what a person says is the payment (refund) of an attempt. As long as it is
// not certain that it is, the attempt stays as it was: a person may have mistyped it.
func (m *move) readAs(a *ledger.Attempt, r *Resolution) (*step, error) {
	p := m.present(a.Provider)
	if p.pinned == nil {
		return nil, &NotFreeError{OrderID: m.sale.ID, Why: r.Adopt + " cannot be read: " + p.why}
	}
	m.note(a, "person", "%s", r.text())
	a.Attention, a.Cleared = "", len(a.Tries)
	next := m.step(stepRead, a, p, &step{})
	next.record.GatewayID = r.Adopt
	return next, nil
}
