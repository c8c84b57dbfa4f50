package contract

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var mostTries = flag.Int("tries", 3, "how many calls the histories have at most that Decide is tried with")

// ends are all ways in which a call may look to a host.
func ends() []func(*Try) {
	ended := func(reason Reason, outcome Outcome) func(*Try) {
		return func(t *Try) { t.End(t.Began.Add(time.Second), NewError(reason, "").WithOutcome(outcome)) }
	}
	return []func(*Try){
		func(*Try) {}, // no end yet
		func(t *Try) { t.Deadline = t.Began.Add(500 * time.Millisecond) }, // cut off
		func(t *Try) { t.End(t.Began.Add(time.Second), nil) },
		ended(ProviderUnreachable, NotAttempted), ended(MethodUnsupported, NotAttempted), ended(ProviderRejected, Rejected),
		ended(ConnectionLost, Indeterminate), ended(AttemptUnsettled, Indeterminate), ended(DuplicatePayments, Indeterminate),
		func(t *Try) {
			t.End(t.Began.Add(time.Second), Call{Operation: OperationRefund}.NotSent(NewError(ProviderUnreachable, "").WithOutcome(Indeterminate)))
		},
	}
}

// presents are all that a host may know of the provider.
func presents(at time.Time) []*Now {
	var all []*Now
	for _, terms := range []*Idempotency{nil, &lookup, &native, &nativeLookup} {
		for _, account := range []string{"", "a", "b"} {
			all = append(all, &Now{At: at, CallTime: 30 * time.Second, Skew: 5 * time.Second, Terms: terms, Account: account})
		}
	}
	return all
}

// histories yields every history of calls that end in the ways of ends, one every ten
// seconds, all under one kind of terms.
func histories(most int, yield func(*History)) {
	kinds := []Idempotency{lookup, native, nativeLookup}
	var tries []Try
	var extend func()
	extend = func() {
		for _, operation := range []Operation{OperationCreatePayment, OperationRefund} {
			for _, action := range []PayerAction{PayerActionRequired, PayerActionNone} {
				yield(&History{Operation: operation, Key: "k", PayerAction: action, Tries: tries})
			}
		}
		if len(tries) == most {
			return
		}
		for i, end := range ends() {
			n := len(tries)
			t := Try{N: n + 1, Began: second(10 * n), Deadline: second(1000), Terms: kinds[i%3], Account: "a"}
			end(&t)
			tries = append(tries, t)
			extend()
			tries = tries[:n]
		}
	}
	extend()
}

func TestDecide_HasASafeVerdictForEveryHistory(t *testing.T) {
	t.Parallel()
	calls := 0
	histories(*mostTries, func(h *History) {
		at := second(10*len(h.Tries) + 400)
		for _, now := range presents(at) {
			f := h.at(now)
			looks := []*Look{nil}
			if f.last != nil {
				looks = append(looks, &Look{Asked: f.attempt, Began: at.Add(-time.Second), After: f.last.N, Reason: PaymentNotFound, Proves: true, Account: "a"})
			}
			for _, h.Look = range looks {
				calls++
				if problem := unsound(Decide(h, now), h, now); problem != "" {
					require.Fail(t, problem, "%+v\nlook-up %+v\nnow %+v\nverdict %+v", h, h.Look, now, Decide(h, now))
				}
			}
		}
	})
	t.Logf("%d verdicts", calls)
}

// unsound returns what is wrong with a verdict whatever the table says.
func unsound(v Verdict, h *History, now *Now) string {
	unknown := slices.ContainsFunc(h.Tries, func(t Try) bool {
		return (t.Ended.IsZero() || t.Answered || t.Outcome == Indeterminate) && !t.NeverSent
	})
	last := func() *Try { return &h.Tries[len(h.Tries)-1] }
	switch {
	case !slices.Contains([]Action{ActionCall, ActionLookUp, ActionWait, ActionNothing, ActionAsk}, v.Do):
		return "the action is none, or cannot be without a payment"
	case v.Why == "":
		return "it does not say why"
	case (v.Attempt != Attempt{}) != (v.Do == ActionCall || v.Do == ActionLookUp):
		return "the attempt is missing, or there without a call"
	case v.Do == ActionCall && now.Terms == nil, v.Do == ActionLookUp && (now.Terms == nil || !now.Terms.LookupByKey):
		return "the provider cannot do that"
	case v.Do == ActionCall && unknown && now.Account != "a":
		return "an unknown call is repeated in another account"
	case v.Free && unknown && (h.Look == nil || now.Account != "a" || h.PayerAction == PayerActionNone || h.Operation == OperationRefund):
		return "a key is free whose result is unknown"
	case v.Do == ActionCall && len(h.Tries) > 0 && v.From.Before(last().Ended.Add(time.Second)):
		return "a call is repeated without a pause"
	case v.Do == ActionCall && len(h.Tries) > 0 && !v.Attempt.Repeated():
		return "a repeated call does not say so"
	case v.Do == ActionCall && unknown && !v.Attempt.Unknown():
		return "a call does not say that something is unknown"
	case v.Do == ActionAsk && !v.Attention:
		return "nobody hears of it"
	}
	return ""
}

func TestDecide_SaysTheSameOfTheShortestHistory(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	ways := ends()
	kinds := []Idempotency{lookup, native, nativeLookup}
	for range 20_000 {
		h := History{Operation: OperationCreatePayment, Key: "k", PayerAction: PayerActionRequired}
		at := 0
		for n := range random.IntN(12) {
			at += random.IntN(40)
			t := Try{N: n + 1, Began: second(at), Deadline: second(at + 30), Terms: kinds[random.IntN(3)], Account: string("ab"[random.IntN(2)])}
			ways[random.IntN(len(ways))](&t)
			h.Tries = append(h.Tries, t)
		}
		nows := presents(second(at + random.IntN(400)))
		now := nows[random.IntN(len(nows))]
		short := reduced(&h)
		require.Equal(t, Decide(&h, now), Decide(short, now), "%+v\nshort %+v\nnow %+v", h, short, now)
		assert.LessOrEqual(t, len(short.Tries), len(h.Tries))
	}
}
