package hostchecks

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/contract"
)

// T is what a check works with: what it finds goes to the T of package harness, and the
// rest is the host with its providers.
type T struct {
	*harness.T

	check   *Check
	world   *world
	wallets map[string]*Wallet // by kind
	began   time.Time

	mu     sync.Mutex
	orders []*Order
	notes  []noted
}

// noted is something that happened, for the evidence.
type noted struct {
	at   time.Time
	text string
}

// note keeps what happened for the evidence.
func (t *T) note(format string, arguments ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = append(t.notes, noted{time.Now(), fmt.Sprintf(format, arguments...)})
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

// Wallet returns the provider of a kind, which the check must name in With.
func (t *T) Wallet(kind Kind) *Wallet {
	w := t.wallets[kind.Name]
	if w == nil {
		panic("the check does not name the kind " + kind.Name)
	}
	return w
}

// Pace is how fast the host is.
func (t *T) Pace() *hostproc.Pace { return &t.world.suite.Manifest.Pace }

const (
	// callLimit bounds a request to the host, besides what the calls in it take.
	callLimit = 30 * time.Second

	// askEvery is how often the host is asked while something is waited for.
	askEvery = 200 * time.Millisecond

	// margin is added to what the manifest says.
	margin = 5 * time.Second
)

// patience is the longest that anything takes which the host does by itself: it notices,
// and makes a call that may be lost once more.
func (t *T) patience() time.Duration { return patience(t.Pace()) }

func patience(p *hostproc.Pace) time.Duration { return p.Notice + p.CallTimeout + margin }

// Until waits until something has happened, for as long as the host may take to notice
// it. If it does not happen, the check ends with a failure.
func (t *T) Until(what string, happened func() bool) {
	t.until(what, t.patience(), happened)
}

func (t *T) until(what string, limit time.Duration, happened func() bool) {
	end := time.Now().Add(limit)
	for !happened() {
		if time.Now().After(end) {
			t.Latef("within %s it was not so that %s", limit, what)
			t.FailNow()
		}
		t.pause(askEvery)
	}
}

// Throughout watches for the manifest's quiet time that something stays so. If it does
// not, the check goes on with a failure.
func (t *T) Throughout(what string, so func() bool) {
	t.ThroughoutFor(t.Pace().Quiet, what, so)
}

// ThroughoutFor is Throughout for another time.
func (t *T) ThroughoutFor(quiet time.Duration, what string, so func() bool) {
	for end := time.Now().Add(quiet); time.Now().Before(end); t.pause(askEvery) {
		if !so() {
			t.Errorf("it did not stay so that %s", what)
			return
		}
	}
}

// pause waits, or ends the check if its time is over.
func (t *T) pause(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
		t.SetupFailed("wait", context.Cause(t.Context()))
	}
}

// Receive waits for something from a channel, such as a parked call.
func Receive[V any](t *T, what string, from <-chan V) (got V) {
	timer := time.NewTimer(t.patience())
	defer timer.Stop()
	select {
	case got = <-from:
	case <-timer.C:
		t.Latef("within %s there was no %s", t.patience(), what)
		t.FailNow()
	case <-t.Context().Done():
		t.SetupFailed("wait for "+what, context.Cause(t.Context()))
	}
	return got
}

// KillHost waits until all checks of the world have come here. Then the host is killed by
// SIGKILL and started again; of two processes, the first.
func (t *T) KillHost() { t.KillHostAfter(nil) }

// KillHostAfter is KillHost, but the host is killed when the function has returned, which is
// called when all checks have come.
func (t *T) KillHostAfter(eve func()) {
	var only *hostproc.Process
	if t.world.fault == Pair {
		only = t.world.host.Processes()[0]
	}
	t.meet(Killed, "the host is killed and started", eve, func() error { return t.world.kill(t.world.suite.context, only) })
}

// EndHost is KillHost with the signal at which the host ends in good order.
func (t *T) EndHost() {
	t.meet(Ended, "the host is asked to end and started", nil, func() error { return t.world.end(t.world.suite.context) })
}

func (t *T) meet(fault Fault, what string, eve func(), do func() error) {
	killed := t.world.fault == Pair || t.world.fault == Unasked
	if t.world.fault != fault && (!killed || fault != Killed) {
		panic(fmt.Sprintf("the check of %s is in a world that is %q, and not %q", t.check.Clause, t.world.fault, fault))
	}
	err := t.world.meet(t.Context(), eve, do)
	t.note("%s%s", what, because(err))
	if err != nil && slices.Contains(survival, t.check.Clause) && t.Context().Err() == nil {
		t.Fatalf("%s: %s", what, err)
	}
	t.SetupFailed(what, err)
}

// survival are the clauses that a host violates which does not end in good order, or does
// not start again.
var survival = []string{"HLF-006", "HLF-011"}

// Money returns an amount of the currency of ordinary orders.
func Money(minorUnits int64) contract.Money {
	return contract.Money{Currency: currency, MinorUnits: minorUnits}
}
