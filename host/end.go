package host

import (
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// end records what a call of a provider brought.
func (m *move) end(a *ledger.Attempt, s *step, r result) {
	if s.kind != stepCall {
		m.answerHints(a, s, r)
	}
	switch s.kind {
	case stepCall:
		m.endCall(a, s, r)
	case stepLookUp:
		m.endLookUp(a, s, r)
	case stepRead, stepCancel:
		m.endRead(a, s, r)
	}
}

// maxHinted is how many looks at an attempt a webhook is good for that bring nothing.
const maxHinted = 48

// answerHints ends what webhooks have hinted at, if they came before a look and it
// brought an answer. One that did not is repeated, later each time.
func (m *move) answerHints(a *ledger.Attempt, s *step, r result) {
	if a.Hints > 0 && r.err != nil {
		if a.Checks < maxHinted {
			m.inVain = true
			return
		}
		m.attend(a, whyHinted)
	}
	if a.Hints == s.record.Hints {
		a.Hints = 0
	}
}

// endCall ends a call by its number. One that was cut off meanwhile has ended already:
// then its answer may bring a payment, and changes nothing else.
func (m *move) endCall(a *ledger.Attempt, s *step, r result) {
	try := a.Try(s.try)
	if try.Ended.IsZero() {
		try.End(m.at, r.err)
		if r.err != nil {
			m.note(a, "answer", "call %d: %s", s.try, r.err)
			m.countUseless(a, r.err)
		}
		if !try.Answered {
			m.engine.sightings.since(unknownSince(a.Key, m.at))
		}
	}
	m.accept(a, s, r)
}

// endLookUp records what a look-up by key found.
func (m *move) endLookUp(a *ledger.Attempt, s *step, r result) {
	if r.err == nil {
		m.accept(a, s, r)
		return
	}
	a.Checks++
	elapsed := m.engine.since(s)
	settled := m.untilSettled(a, s.attempt.LastUnknownAt)+elapsed <= clockGrain // as it was when the look-up began
	a.Look = &contract.Look{
		Asked: s.attempt, Began: m.at.Add(-elapsed).Truncate(time.Millisecond), After: len(a.Tries), Reason: contract.ReasonOf(r.err),
		Proves: settled && proves(r.err), SettleTime: m.settleTime(a), Account: s.with.account,
	}
	m.note(a, "look-up", "%s", r.err)
	m.countUseless(a, r.err)
}

// clockGrain is what the times of the ledger are rounded by, which its clock and the
// monotonic one may differ by.
const clockGrain = 10 * time.Millisecond

// endRead records what a read by id brought. An error changes nothing but when it is
// read next.
func (m *move) endRead(a *ledger.Attempt, s *step, r result) {
	a.Checks++
	if r.err == nil {
		m.accept(a, s, r)
		return
	}
	m.inVain = true
	m.countUseless(a, r.err)
	if contract.ReasonOf(r.err).Remedy() == contract.RemedyDecision {
		m.attend(a, "it cannot be read any more: "+r.err.Error())
	}
}

// accept takes an answer if it is about the payment or the refund of the record.
// Nothing else changes a status.
func (m *move) accept(a *ledger.Attempt, s *step, r result) {
	switch {
	case r.payment != nil:
		m.acceptPayment(a, r.payment, s.with.account)
	case r.refund != nil:
		m.acceptRefund(a, r.refund, s.with.account)
	}
}

func (m *move) acceptPayment(a *ledger.Attempt, p *contract.Payment, account string) {
	if differences := recordOf(a).Differences(p, account); len(differences) > 0 {
		m.attend(a, "an answer is about another payment: "+differences[0].Field+" "+differences[0].Description)
		return
	}
	if a.GatewayID == "" {
		a.GatewayID = p.PaymentID
		m.learned = append(m.learned, a)
	}
	if a.Account == "" {
		a.Account = account
	}
	before := *a
	m.found(a)
	a.ProviderStatus = p.ProviderStatus
	if !p.ExpiresAt.IsZero() {
		a.ExpiresAt = p.ExpiresAt.Truncate(time.Millisecond)
	}
	if !mayBecome(a.Status, p.Status) {
		return
	}
	a.Status, a.Payer = p.Status, nil
	a.Failure = ""
	if p.Failure != nil {
		a.Failure = p.Failure.Code
	}
	if s := p.Settlement; s != nil { // an event may not have it, and does not take it back
		a.Settlement = &ledger.Settlement{Currency: s.Currency, Net: s.Net.MinorUnits, Fee: s.Fee.MinorUnits}
	}
	m.showLink(a, &before, p)
	if a.Status != before.Status {
		a.Checks = 0
		m.note(a, "status", "%s (%s)", a.Status, a.ProviderStatus)
		m.tell(a, &before)
	}
	m.setRefunded(a, p.AmountRefunded.MinorUnits)
}

// mayBecome reports whether a status may follow another one: SUCCEEDED is never left,
// and what has ended is left for SUCCEEDED only. A late answer changes nothing.
func mayBecome(from, to contract.PaymentStatus) bool {
	switch {
	case from == contract.PaymentSucceeded:
		return to == contract.PaymentSucceeded
	case isOver(from):
		return to == from || to == contract.PaymentSucceeded
	default:
		return true
	}
}

// isOver reports whether a payment can be paid no more, as far as its gateway says.
func isOver(status contract.PaymentStatus) bool {
	return slices.Contains([]contract.PaymentStatus{
		contract.PaymentSucceeded, contract.PaymentFailed, contract.PaymentExpired, contract.PaymentCanceled,
	}, status)
}

// showLink keeps what the payer has to do. It counts as shown from the commit on,
// which comes before anybody sees it.
func (m *move) showLink(a, before *ledger.Attempt, p *contract.Payment) {
	switch {
	case p.Status != contract.PaymentPending || a.Released:
		a.NextAction = nil
	case p.NextAction == nil:
	case p.Live && p.NextAction.Redirect != nil && p.NextAction.Redirect.Insecure:
		m.refuseLink(a, before)
		return
	default:
		a.NextAction, a.Shown = p.NextAction, true
	}
	m.takeBack(a, whyLink)
}

// tell records who is to hear of a new status of a payment.
func (m *move) tell(a, before *ledger.Attempt) {
	switch {
	case a.Status == contract.PaymentSucceeded && m.sale.PaidBy == "":
		m.sale.PaidBy = a.Key
		m.sale.Change(m.at, a.Key, string(ChangePaid))
		for _, other := range m.sale.Payments() {
			if other != a && !isOver(other.Status) && other.GatewayID != "" {
				m.hint(other) // nobody is to pay it, too
			}
		}
		if before.Released || isOver(before.Status) {
			m.attend(a, "it was paid late, after it had been given up")
		}
	case a.Status == contract.PaymentSucceeded:
		m.attend(a, "the sale was paid before: refund one of the payments")
	}
}

func (m *move) acceptRefund(a *ledger.Attempt, r *contract.Refund, account string) {
	record := &contract.RefundRecord{
		RefundID: a.GatewayID, Key: a.Key, PaymentID: m.sale.Attempt(a.Of).GatewayID, Amount: a.Amount, Mode: a.Mode, Account: a.Account,
	}
	if differences := record.Differences(r, account); len(differences) > 0 {
		m.attend(a, "an answer is about another refund: "+differences[0].Field+" "+differences[0].Description)
		return
	}
	if a.GatewayID == "" {
		a.GatewayID = r.RefundID
		m.learned = append(m.learned, a)
	}
	m.found(a)
	status := contract.PaymentStatus(r.Status)
	if !mayBecome(a.Status, status) || a.Status == status {
		return
	}
	a.Status, a.ProviderStatus, a.Checks = status, r.ProviderStatus, 0
	m.note(a, "status", "%s (%s)", a.Status, a.ProviderStatus)
	payment := m.sale.Attempt(a.Of)
	m.hint(payment) // the sum of its refunds
	if total := r.TotalRefunded.MinorUnits; total > payment.Refunded {
		m.setRefunded(payment, total)
	}
	switch {
	case a.Status == contract.PaymentSucceeded:
		m.sale.Change(m.at, a.Key, string(ChangeRefunded))
	case isOver(a.Status):
		m.attend(a, "the gateway says that the refund has failed")
	}
}

func proves(err error) bool {
	e, ok := asError(err)
	return ok && e.ProvesAbsence()
}
