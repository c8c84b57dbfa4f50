package host

import (
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// lookAgain looks up an attempt for which Decide has no look-up, since a webhook says
// that there is something; nil if that is not so, or cannot be done now.
func (m *move) lookAgain(a *ledger.Attempt, p *present) *step {
	if !m.reads || a.Hints == 0 || a.GatewayID != "" {
		return nil
	}
	terms := p.terms(a.Operation)
	if terms == nil || !terms.LookupByKey {
		m.inVain = true
		return nil
	}
	m.reads = false
	a.NextCheckAt = m.at.Add(readTime + skew)
	return m.step(stepLookUp, a, p, &step{attempt: a.History().Attempt(m.now(a, p))})
}

// isUnwanted reports whether nobody wants a payment any more: it was given up, or the
// sale was canceled or paid otherwise. A refund is wanted whatever became of the sale.
func (m *move) isUnwanted(a *ledger.Attempt) bool {
	return a.Operation == contract.OperationCreatePayment && (a.Released || m.sale.CancelWanted || m.sale.PaidBy != "")
}

// giveUp releases a payment that nobody wants and with which nothing was made.
func (m *move) giveUp(a *ledger.Attempt, v *contract.Verdict) bool {
	if !v.Free || !m.isUnwanted(a) {
		return false
	}
	m.release(a, "nobody wants it to be paid any more")
	a.Payer = nil
	return true
}

// mayGoOn reports whether the engine may give the order to the next provider by itself.
func (m *move) mayGoOn(a *ledger.Attempt) bool {
	given := a.Status == contract.PaymentExpired || a.Status == contract.PaymentCanceled // by people: nothing refused it
	return a.Operation == contract.OperationCreatePayment && !a.Shown && !m.sale.CancelWanted && m.sale.PaidBy == "" &&
		!given && a.Failure != contract.FailureFraudSuspected && m.isLatest(a)
}

func (m *move) isLatest(a *ledger.Attempt) bool {
	payments := m.sale.Payments()
	return payments[len(payments)-1] == a
}

// failOver gives up an attempt with which nothing was made, and begins the next one in
// the same transaction.
func (m *move) failOver(a *ledger.Attempt, why string) *step {
	m.note(a, "failover", "%s is left: %s", a.Provider, why)
	next := m.attemptAfter(a, a.Fallbacks)
	m.release(a, "another provider is asked")
	next.Payer = m.engine.reseal(a, next)
	a.Payer = nil
	m.sale.Attempts = append(m.sale.Attempts, next)
	return m.next(next)
}

// attemptAfter returns the attempt that follows another one, with a key of its own.
func (m *move) attemptAfter(a *ledger.Attempt, providers []string) *ledger.Attempt {
	return &ledger.Attempt{
		Key: newID(""), Operation: a.Operation, N: len(m.sale.Payments()) + 1, OrderID: a.OrderID, Provider: providers[0],
		Fallbacks: slices.Clone(providers[1:]), Method: a.Method, Amount: a.Amount, Request: a.Request, NextCheckAt: m.at, CreatedAt: m.at,
	}
}

// release gives an attempt up for ever. It is only looked at from then on.
func (m *move) release(a *ledger.Attempt, why string) {
	a.Released = true
	a.Fallbacks = nil
	if a.GatewayID == "" {
		a.ExpiresAt = m.at // what may still appear is looked for from now on
	}
	m.note(a, "released", "%s", why)
	m.schedule(a)
}

// attend shows an attempt to a person, once for each reason. What follows a colon may
// differ each time, as the words of an error do.
func (m *move) attend(a *ledger.Attempt, why string) {
	if reason, _, _ := strings.Cut(why, ": "); strings.Contains(a.Attention, reason) {
		return
	}
	m.show(a, why)
}

// maxAttention is how long what is shown becomes. The timeline has what comes after that.
const maxAttention = 2000

// show shows an attempt to a person, once more if it is shown already.
func (m *move) show(a *ledger.Attempt, why string) {
	switch {
	case a.Attention == "":
		a.Attention = why
	case len(a.Attention) < maxAttention:
		a.Attention += "; " + why
	}
	m.note(a, "attention", "%s", why)
	m.sale.Change(m.at, a.Key, string(ChangeAttention))
}
