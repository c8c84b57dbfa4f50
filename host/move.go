package host

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/jobs"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// move is one change of a sale. Its methods decide what is done next and change the
// sale in memory; the transaction that stores it is the engine's. They make no calls.
type move struct {
	engine   *Engine
	sale     *ledger.Sale
	at       time.Time
	presents presents
	reads    bool              // whether a payment that exists is read now
	inVain   bool              // whether what was to be looked at could not be
	isCutOff bool              // whether a call was cut off by this move
	learned  []*ledger.Attempt // those whose id at the gateway became known

	stray   *ledger.Stray // a payment of the sale that the ledger has lost
	adopted *ledger.Stray // the one that has become an attempt
}

// step is one call of a provider that a move has decided on.
type step struct {
	saleID  string
	key     string
	kind    stepKind
	attempt contract.Attempt // of a call or a look-up
	try     int              // the number of a call
	until   time.Time        // when a call ends
	began   time.Time        // of the call, by the monotonic clock
	with    *present
	record  *ledger.Attempt // as it was; only what does not change is used
	of      string          // of a refund: the payment's id
}

type stepKind int

const (
	stepCall stepKind = iota
	stepLookUp
	stepRead
	stepCancel
)

// next decides what is done about an attempt, and prepares it.
func (m *move) next(a *ledger.Attempt) *step {
	m.sightOpen(a)
	p := m.present(a.Provider)
	v := m.decide(a, p)
	if v.CutOff > 0 {
		if wait := m.untilCutOff(a, v.CutOff); wait > 0 {
			a.NextCheckAt = m.at.Add(wait)
			return nil
		}
		m.cutOff(a, v.CutOff)
		v = m.decide(a, p)
	}
	if v.Attention {
		m.attend(a, v.Why)
	}
	switch v.Do {
	case contract.ActionCall:
		return m.call(a, p, &v)
	case contract.ActionLookUp:
		return m.lookUp(a, p, &v)
	case contract.ActionRead:
		return m.read(a, p)
	case contract.ActionWait:
		return m.wait(a, p, &v)
	case contract.ActionAsk:
		if look := m.lookAgain(a, p); look != nil {
			return look
		}
		return m.wait(a, p, &v)
	case contract.ActionNothing:
		return m.close(a, p, &v)
	default:
		panic("host: no such action: " + v.Do)
	}
}

// An attempt waits for a provider that is not there for a quarter of its age, within
// these bounds: a buyer may be waiting with it.
const shortestPause, longestPause = time.Second, 30 * time.Second

func (m *move) decide(a *ledger.Attempt, p *present) contract.Verdict {
	return m.engine.options.decide(a.History(), m.now(a, p))
}

func (m *move) now(a *ledger.Attempt, p *present) *contract.Now {
	now := &contract.Now{
		At: m.at, CallTime: m.engine.options.CallTime, Skew: skew, Terms: p.terms(a.Operation), Account: p.account,
	}
	elsewhere := p.account == "" || a.Of != "" && a.Account != p.account || m.mayHaveLost()
	if attempt := a.History().Attempt(now); elsewhere && !attempt.Unknown() {
		now.Terms = nil // nothing new in an account that may be another one
	}
	return now
}

func (m *move) present(name string) *present {
	if p := m.presents[name]; p != nil {
		return p
	}
	return &present{why: "no provider is loaded under the name " + name}
}

// mayHaveLost reports whether the database may have lost a payment of the sale that one
// of its providers has made.
func (m *move) mayHaveLost() bool {
	for _, p := range m.presents {
		if p.lost {
			return true
		}
	}
	return false
}

// untilCutOff returns how long a call without an end is still waited for. Its deadline
// is over by the ledger's clock, and must be by the monotonic one, too.
func (m *move) untilCutOff(a *ledger.Attempt, n int) time.Duration {
	try := a.Try(n)
	return try.Deadline.Sub(try.Began) + skew - m.engine.sightings.since(openCall(a.Key, n))
}

// sight begins to count the time of what is undecided about an attempt.
func (m *move) sight(a *ledger.Attempt) {
	m.sightOpen(a)
	if attempt := a.History().Attempt(m.now(a, m.present(a.Provider))); attempt.Unknown() {
		m.engine.sightings.since(unknownSince(a.Key, attempt.LastUnknownAt))
	}
}

// sightOpen begins to count the time of a call that may be under way, as soon as this
// process sees it: another one may have been killed in it. When that time is up it is
// looked at, which a sweep would do later.
func (m *move) sightOpen(a *ledger.Attempt) {
	for i := range a.Tries {
		try := &a.Tries[i]
		if !try.Ended.IsZero() || m.engine.sightings.since(openCall(a.Key, try.N)) > 0 {
			continue
		}
		wait := try.Deadline.Sub(try.Began) + skew
		m.engine.expect([]jobs.Look{{SaleID: m.sale.ID, Key: a.Key, Provider: a.Provider, At: m.at.Add(wait), Unknown: a.Status == ""}}, m.at, false)
	}
}

// cutOff ends a call whose time is up.
func (m *move) cutOff(a *ledger.Attempt, n int) {
	m.isCutOff = true
	try := a.Try(n)
	ended := try.Deadline
	if m.at.After(ended) {
		ended = m.at
	}
	try.End(ended, errCutOff)
	m.engine.sightings.since(unknownSince(a.Key, ended))
	m.note(a, "cut off", "call %d has no answer", n)
}

// call begins a call, or gives the order to the next provider if it would have to wait.
func (m *move) call(a *ledger.Attempt, p *present, v *contract.Verdict) *step {
	if m.giveUp(a, v) {
		return nil
	}
	if m.isUnwanted(a) && a.PayerAction == contract.PayerActionNone { // to find out may be to be paid
		m.attend(a, "a result is unknown, and the call that would tell may make a payment that nobody wants any more")
		a.NextCheckAt = m.at.Add(time.Hour)
		return nil
	}
	if v.From.After(m.at) {
		return m.wait(a, p, v)
	}
	if m.stray != nil && a.Operation == contract.OperationCreatePayment && len(a.Tries) == 0 {
		return m.adopt(a)
	}
	if refusal := m.refuses(a, p); refusal != "" && v.Free && len(a.Fallbacks) > 0 {
		return m.failOver(a, refusal)
	}
	n := len(a.Tries) + 1
	terms := p.terms(a.Operation)
	deadline := m.at.Add(m.engine.options.CallTime)
	a.Tries = append(a.Tries, contract.Try{N: n, Began: m.at, Deadline: deadline, Terms: *terms, Account: p.account})
	a.Account, a.Mode = p.account, p.pinned.Mode
	a.NextCheckAt = deadline.Add(skew)
	if method, ok := p.pinned.Descriptor.Method(a.Method); ok && a.Operation == contract.OperationCreatePayment {
		a.PayerAction = method.PayerAction
	}
	if webhooks := p.pinned.Descriptor.Webhooks; n == 1 && webhooks != nil && webhooks.PerPaymentURL && m.engine.options.WebhookURL != nil {
		a.Request.WebhookURL = m.engine.options.WebhookURL(a.Provider)
	}
	m.engine.sightings.since(openCall(a.Key, n))
	m.note(a, "call", "%s by %s, call %d", a.Operation, a.Provider, n)
	return m.step(stepCall, a, p, &step{attempt: v.Attempt, try: n, until: deadline})
}

// refuses returns why a provider cannot make the payment, as far as its descriptor
// says; empty if it can.
func (m *move) refuses(a *ledger.Attempt, p *present) string {
	if a.Operation != contract.OperationCreatePayment || p.pinned == nil {
		return ""
	}
	payer, err := m.engine.seal.openPayer(a.Payer, a.Key)
	if err != nil {
		return "" // the call says so
	}
	if err := p.pinned.Descriptor.CheckCreatePayment(paymentRequest(contract.Attempt{Key: a.Key}, a, payer), p.pinned.Account); err != nil {
		return err.Error()
	}
	return ""
}

// step completes a step.
func (m *move) step(kind stepKind, a *ledger.Attempt, p *present, s *step) *step {
	record := *a
	s.saleID, s.key, s.kind, s.with, s.record, s.began = m.sale.ID, a.Key, kind, p, &record, m.engine.options.monotonic()
	if a.Of != "" {
		s.of = m.sale.Attempt(a.Of).GatewayID
	}
	return s
}

func (m *move) lookUp(a *ledger.Attempt, p *present, v *contract.Verdict) *step {
	if v.From.After(m.at) && !m.isCutOff { // its time was up long ago, and a payer may be waiting
		a.NextCheckAt = v.From
		return nil
	}
	if wait := m.untilSettled(a, v.Attempt.LastUnknownAt); wait > 0 && !m.at.Before(v.Attempt.LastUnknownAt.Add(m.settleTime(a))) {
		a.NextCheckAt = m.at.Add(wait) // a look-up could prove nothing yet
		return nil
	}
	a.NextCheckAt = m.at.Add(readTime + skew)
	return m.step(stepLookUp, a, p, &step{attempt: v.Attempt})
}

// settleTime is the longest under which a call of the attempt was made or would be.
func (m *move) settleTime(a *ledger.Attempt) time.Duration {
	var longest time.Duration
	for i := range a.Tries {
		longest = max(longest, a.Tries[i].Terms.SettleTime)
	}
	if terms := m.present(a.Provider).terms(a.Operation); terms != nil {
		longest = max(longest, terms.SettleTime)
	}
	return longest
}

// untilSettled returns how long a look-up can prove nothing yet, by the monotonic
// clock.
func (m *move) untilSettled(a *ledger.Attempt, unknownAt time.Time) time.Duration {
	return m.settleTime(a) - m.engine.sightings.since(unknownSince(a.Key, unknownAt))
}

// read reads what exists at the gateway, or cancels a payment that nobody wants any
// more.
func (m *move) read(a *ledger.Attempt, p *present) *step {
	if p.pinned == nil || !m.reads {
		m.inVain = m.inVain || p.pinned == nil
		m.schedule(a)
		return nil
	}
	m.reads = false
	if a.Account != "" && a.Account != p.account {
		m.inVain = true
		m.attend(a, a.Provider+" does not work for the account of this payment, or has not shown that it does")
		m.schedule(a)
		return nil
	}
	kind := stepRead
	if m.isUnwanted(a) && !isOver(a.Status) && p.pinned.Descriptor.Has(contract.OperationCancelPayment) {
		kind = stepCancel
	}
	a.NextCheckAt = m.at.Add(readTime + skew)
	return m.step(kind, a, p, &step{})
}

// wait schedules the next decision, or gives the order to the next provider if that is
// allowed.
func (m *move) wait(a *ledger.Attempt, p *present, v *contract.Verdict) *step {
	if v.Free && len(a.Fallbacks) > 0 && m.mayGoOn(a) {
		return m.failOver(a, v.Why+": "+p.why)
	}
	if p.pinned != nil && p.account == "" {
		m.attend(a, p.why)
	}
	if m.giveUp(a, v) {
		return nil
	}
	a.NextCheckAt = v.From
	if a.NextCheckAt.IsZero() {
		a.NextCheckAt = m.at.Add(max(shortestPause, min(longestPause, m.at.Sub(a.CreatedAt)/4)))
		if v.Do == contract.ActionAsk {
			a.NextCheckAt = m.at.Add(time.Hour)
		}
	}
	return nil
}

// close ends an attempt that needs no more calls, and watches it for money that comes
// late.
func (m *move) close(a *ledger.Attempt, p *present, v *contract.Verdict) *step {
	if v.Free && len(a.Fallbacks) > 0 && m.mayGoOn(a) {
		return m.failOver(a, v.Why)
	}
	if a.Operation == contract.OperationRefund && a.Status == "" && !a.Released {
		m.attend(a, "the refund was not made: "+v.Why)
	}
	if v.Free && a.Of == "" && a.GatewayID == "" && !a.Released { // or it would seem open again whenever its provider is away
		m.release(a, v.Why)
	}
	a.Payer = nil
	m.engine.sightings.forget(a.Key, len(a.Tries))
	if a.GatewayID != "" {
		return m.read(a, p)
	}
	attempt := a.History().Attempt(m.now(a, p))
	if terms := p.terms(a.Operation); m.reads && attempt.Unknown() && terms != nil && terms.LookupByKey {
		m.reads = false
		a.NextCheckAt = m.at.Add(readTime + skew)
		return m.step(stepLookUp, a, p, &step{attempt: attempt})
	}
	if look := m.lookAgain(a, p); look != nil {
		return look
	}
	m.schedule(a)
	return nil
}

func (m *move) note(a *ledger.Attempt, kind, format string, args ...any) {
	m.sale.Note(m.at, a.Key, kind, sprintf(format, args...))
}

// occasion is why an attempt is decided about.
type occasion int

const (
	onOrder  occasion = iota // what exists at the gateway is not read
	onDemand                 // it is
	ifDue                    // it is, and nothing is done before the attempt is due
)

// run decides about an attempt within a transaction.
func (e *Engine) run(ctx context.Context, saleID, key string, why occasion) (*step, error) {
	sale, err := e.store.Sale(ctx, saleID)
	if err != nil {
		return nil, err
	}
	if why == ifDue && !sale.Attempt(key).IsDue(e.now(ctx)) {
		return nil, nil //nolint:nilnil // There is nothing to do.
	}
	found := e.presentsFor(ctx, namesOf(sale)...)
	stray, err := e.strayOf(ctx, saleID)
	if err != nil {
		return nil, err
	}
	decide := func(m *move) (*step, error) {
		m.reads, m.stray = why != onOrder, stray
		a := m.sale.Attempt(key)
		if a == nil {
			return nil, ErrNotFound
		}
		return m.next(a), nil
	}
	// A read needs nothing to be committed before it.
	glance := &move{engine: e, sale: sale, at: e.now(ctx), presents: found}
	if next, err := decide(glance); err == nil && next != nil && next.kind != stepCall && !sale.HasNews() {
		return next, nil
	}
	return e.move(ctx, saleID, found, decide)
}
