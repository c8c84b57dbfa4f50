package host

import (
	"math/rand/v2"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// The engine reads a payment that nobody tells it about ever more rarely, and once
// more after it can be paid no longer: webhooks are lost, and money comes late.
var (
	whilePending  = []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute}
	afterExpiry   = []time.Duration{time.Minute, 15 * time.Minute, time.Hour, 24 * time.Hour}
	afterReleased = []time.Duration{time.Hour, 12 * time.Hour, 26 * time.Hour}
)

// unknownLifetime is for how long a payment may be paid of which no gateway says it.
const unknownLifetime = 24 * time.Hour

// hint makes an attempt be looked at soon, and once more if a read is under way that
// may have come too early.
func (m *move) hint(a *ledger.Attempt) {
	a.Hints++
	a.Checks = 0
	if a.Hints == 1 || !a.IsDue(m.at) { // or it is about to be looked at
		a.NextCheckAt = m.at
	}
}

// schedule sets when an attempt that exists, has ended or was released is looked at
// next.
func (m *move) schedule(a *ledger.Attempt) {
	expiry := a.ExpiresAt
	if expiry.IsZero() {
		expiry = a.CreatedAt.Add(unknownLifetime)
	}
	switch {
	case a.Hints > 0 && m.inVain:
		a.Checks++
		a.NextCheckAt = m.at.Add(jitter(pauseAfter(a.Checks)))
	case a.Hints > 0:
		a.NextCheckAt = m.at
	case a.Status == contract.PaymentSucceeded:
		a.NextCheckAt = time.Time{}
	case a.GatewayID == "":
		a.NextCheckAt = m.after(m.releasedAt(a), afterReleased)
	case isOver(a.Status):
		a.NextCheckAt = m.after(expiry, afterExpiry)
	default:
		a.NextCheckAt = m.whilePending(a, expiry)
	}
	if m.inVain && a.NextCheckAt.IsZero() && a.Status != contract.PaymentSucceeded && a.Checks < maxHinted {
		a.NextCheckAt = m.at.Add(pauseInVain) // this was the last look
	}
}

// pauseInVain is how long the engine waits before it tries once more what was to be the
// last look at an attempt.
const pauseInVain = 24 * time.Hour

// releasedAt is when an attempt was given up of which no payment is known.
func (m *move) releasedAt(a *ledger.Attempt) time.Time {
	if !a.ExpiresAt.IsZero() {
		return a.ExpiresAt
	}
	return a.CreatedAt
}

// pauseAfter is how long to wait after a number of reads that brought nothing.
func pauseAfter(checks int) time.Duration {
	if checks < len(whilePending) {
		return whilePending[checks]
	}
	return time.Hour
}

// after returns the first time that is still to come.
func (m *move) after(from time.Time, waits []time.Duration) time.Time {
	for _, wait := range waits {
		if at := from.Add(wait); at.After(m.at) {
			return at
		}
	}
	return time.Time{}
}

func (m *move) whilePending(a *ledger.Attempt, expiry time.Time) time.Time {
	if m.at.After(expiry) {
		if at := m.after(expiry, afterExpiry); !at.IsZero() {
			return at
		}
		return m.at.Add(24 * time.Hour)
	}
	at := m.at.Add(jitter(pauseAfter(a.Checks)))
	if at.After(expiry) {
		return expiry.Add(afterExpiry[0])
	}
	return at
}

// jitter varies a wait by a fifth, so that what began together does not stay together.
func jitter(wait time.Duration) time.Duration {
	return wait*4/5 + rand.N(wait*2/5) //nolint:gosec // It only spreads load.
}
