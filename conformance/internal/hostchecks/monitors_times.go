package hostchecks

import (
	"errors"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// callsHaveTheTimes compares the times in calls that move money with those of the calls
// before with the same key. It counts those that had any.
func callsHaveTheTimes(m *M) int {
	repeated := 0
	for _, k := range m.Keys() {
		for i := range k.Calls {
			m.compareTimes(k.Wallet, k.Calls[:i], &k.Calls[i])
			if i > 0 {
				repeated++
			}
		}
	}
	return repeated
}

// lookUpsHaveTheTimes does so for look-ups by key.
func lookUpsHaveTheTimes(m *M) int {
	looks := 0
	keys := m.Keys()
	for _, w := range m.Wallets() {
		for _, c := range w.Calls() {
			if c.Key() == "" || c.Operation.MovesMoney() {
				continue
			}
			looks++
			var before []scripted.CallRecord
			for _, k := range keys {
				if k.Wallet == w && k.Key == c.Key() && k.Calls[0].PaymentID == c.PaymentID {
					before = slices.DeleteFunc(slices.Clone(k.Calls), func(e scripted.CallRecord) bool { return e.Number > c.Number })
				}
			}
			if c.Attempt.FirstAt.IsZero() {
				m.Errorf("a look-up of the key %s has no FirstAt", c.Key())
				m.Evidence(c)
				continue
			}
			m.compareTimes(w, before, &c)
		}
	}
	return looks
}

// compareTimes compares the times in a call with those of the calls before with its key.
// The suite does not see everything as the host does: FirstAt may be any time from the
// order on, and a call that came to nobody may have been before.
func (m *M) compareTimes(w *Wallet, before []scripted.CallRecord, c *scripted.CallRecord) {
	wrong := func(format string, arguments ...any) {
		m.Errorf("%s with the key %s: "+format, append([]any{c.Operation, c.Key()}, arguments...)...)
		m.Evidence(append(slices.Clone(before), *c)...)
	}
	opened, has := w.world.openedAt(c.Key()).Add(-onTheWay), c.Attempt
	must := w.timesAfter(before, c)
	switch first := has.FirstAt; {
	case first.IsZero() && len(before) > 0:
		wrong("a call with it was made before, and FirstAt is absent")
		return
	case first.IsZero():
	case first.Before(opened):
		wrong("FirstAt is before the order")
	case len(before) > 0 && first.After(before[0].Began.Add(onTheWay)):
		wrong("FirstAt is %s after the first call", first.Sub(before[0].Began))
	case first.After(c.Began.Add(onTheWay)):
		wrong("FirstAt is after the call began")
	}
	switch unknown := has.LastUnknownAt; {
	case unknown.IsZero() && must.Unknown():
		wrong("the result of an earlier call is unknown, and LastUnknownAt is absent")
	case unknown.IsZero():
	case !must.Unknown() && !must.unsure:
		wrong("LastUnknownAt is set, and the results of all earlier calls are known")
	case must.Unknown() && unknown.Before(must.LastUnknownAt.Add(-onTheWay)):
		wrong("LastUnknownAt is %s before the end of the latest call of unknown result", must.LastUnknownAt.Sub(unknown))
	case unknown.After(later(c.Began, must.latest).Add(onTheWay)):
		wrong("LastUnknownAt is later than any call may have ended")
	}
}

// times are those that a call must have.
type times struct {
	contract.Attempt

	latest time.Time // LastUnknownAt may be as late; zero: as the beginning of the call
	unsure bool      // the host may not know how a call ended
}

// errUnheard is how a call ended of which the host heard nothing.
var errUnheard = errors.New("nothing was heard of the call")

// timesAfter returns the times for a call after others, by Attempt.Next.
func (w *Wallet) timesAfter(before []scripted.CallRecord, c *scripted.CallRecord) times {
	must := times{Attempt: contract.Attempt{Key: c.Key()}}
	for i := range before {
		e := &before[i]
		ended, cutOff := e.EndedAt, w.world.cutOff(e)
		if cutOff || ended.IsZero() || ended.After(e.Deadline) {
			ended = e.Deadline
		}
		if w.world.diedWithHost(e) {
			must.latest = later(must.latest, e.Deadline)
		}
		heard, result := e.Ended == scripted.EndedAnswer || e.Ended == scripted.EndedError, errUnheard
		switch {
		case e.Ended == scripted.EndedAnswer:
			must.unsure, result = true, nil // it may not be the answer that was asked for
		case heard && e.Reason.Allows(e.Outcome):
			result = &contract.Error{Reason: e.Reason, Outcome: e.Outcome}
		case !cutOff && ended.After(c.Began): // it goes on
			must.unsure, result = true, nil
		}
		must.unsure = must.unsure || heard && !w.world.heardFor(e)
		must.Attempt = must.Next(e.Began, ended, result)
	}
	must.unsure = must.unsure || w.lostBefore(before, c)
	return must
}

// lostBefore reports whether a process was lost that may have made a call with the key of
// another, which came to nobody.
func (w *Wallet) lostBefore(before []scripted.CallRecord, c *scripted.CallRecord) bool {
	from := w.world.openedAt(c.Key())
	if len(before) > 0 {
		from = before[0].Began
	}
	in := func(at time.Time) bool { return at.After(from) && at.Before(c.Began) }
	return slices.ContainsFunc(w.Calls(), func(e scripted.CallRecord) bool { return in(e.ProcessLost) }) ||
		slices.ContainsFunc(w.world.kills, func(f fall) bool { return in(f.from) || in(f.until) })
}

// openedAt returns when the order of a key was placed; when the world began if it has none,
// as a refund's.
func (w *world) openedAt(key string) time.Time {
	for _, o := range w.orders {
		if slices.Contains(o.keys, key) {
			return o.opened
		}
	}
	return w.began
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
