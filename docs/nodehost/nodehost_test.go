package nodehost_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// A few clauses of each group that its profile has; make conformance runs them all.
func TestTheHost_KeepsTheContract(t *testing.T) {
	t.Parallel()
	manifest, err := conformance.LoadHostManifest(filepath.Join(folder(t), "host.yaml"))
	require.NoError(t, err)
	provider := filepath.Join(t.TempDir(), "payment-provider-scripted")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", provider, "../../conformance/cmd/payment-provider-scripted")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	options := &conformance.Options{Provider: provider, Run: "HKY-001,HKY-005,HOC-003,HLK-003,HAN-010,HWH-002"}
	report, err := conformance.RunHost(t.Context(), manifest, options)
	require.NoError(t, err)
	if report.Counts.Unverified > 0 && !requires("postgres") {
		t.Skip("SKIPPED, NOT TESTED: clauses were unverified (PAYSOCKET_REQUIRE=postgres makes this a failure)")
	}
	var text bytes.Buffer
	require.NoError(t, conformance.WriteText(&text, report, true))
	assert.Equal(t, 6, report.Counts.Pass, "%s", text.String())
}

// verdict is what both say of a history, but for the times at which to ask.
type verdict struct {
	Action        contract.Action `json:"action"`
	Free          bool            `json:"free"`
	FirstAt       *int64          `json:"firstAt"`
	LastUnknownAt *int64          `json:"lastUnknownAt"`
}

func TestItsRules_AreThoseOfContractDecide(t *testing.T) {
	t.Parallel()
	const histories = 20_000
	random := rand.New(rand.NewPCG(1, 2))
	var lines bytes.Buffer
	expected, shown := make([]verdict, histories), make([]string, histories)
	for i := range histories {
		h, now := newHistory(random)
		line, err := json.Marshal(map[string]any{"history": historyJSON(h), "now": nowJSON(now)})
		require.NoError(t, err)
		lines.Write(append(line, '\n'))
		v := contract.Decide(h, now)
		a := h.Attempt(now)
		expected[i], shown[i] = verdict{v.Do, v.Free, milli(a.FirstAt), milli(a.LastUnknownAt)}, string(line)
	}
	command := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "decide_lines.js"))
	command.Dir, command.Stdin, command.Stderr = folder(t), &lines, os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	decoder := json.NewDecoder(bytes.NewReader(output))
	actions := make(map[contract.Action]int)
	for i := range histories {
		var said verdict
		require.NoError(t, decoder.Decode(&said))
		require.Equal(t, expected[i], said, "%s", shown[i])
		actions[said.Action]++
	}
	assert.Len(t, actions, 6, "every action is among them: %v", actions)
}

// epoch is the time of which all times of histories are near.
var epoch = time.UnixMilli(1_800_000_000_000)

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func seconds(r *rand.Rand, n int) time.Duration { return time.Duration(r.IntN(n)) * time.Second }

func newTerms(r *rand.Rand) contract.Idempotency {
	return contract.Idempotency{
		Kind: pick(r, contract.IdempotencyNative, contract.IdempotencyLookup), KeyLife: pick(r, 15*time.Second, time.Hour),
		SettleTime: pick(r, 0, 2*time.Second, time.Minute), LookupByKey: r.IntN(2) > 0,
	}
}

// newHistory makes a history as a host may have it: its calls follow each other, and only
// the last may have no end.
func newHistory(r *rand.Rand) (*contract.History, *contract.Now) {
	account := func() string { return pick(r, "a", "a", "a", "b", "") }
	at, terms := epoch, newTerms(r)
	h := &contract.History{
		Operation: contract.OperationCreatePayment, Key: "k", PayerAction: pick(r, contract.PayerActionRequired, contract.PayerActionNone),
		Released: r.IntN(20) == 0,
	}
	if r.IntN(5) == 0 {
		h.Status = pick(r, contract.PaymentPending, contract.PaymentSucceeded, contract.PaymentFailed, contract.PaymentExpired,
			contract.PaymentCanceled, contract.PaymentUnknown)
	}
	for n := range r.IntN(4) {
		try := contract.Try{N: n + 1, Began: at, Deadline: at.Add(8 * time.Second), Terms: pick(r, terms, terms, newTerms(r)), Account: account()}
		at = at.Add(time.Second + seconds(r, 20))
		h.Tries = append(h.Tries, try)
		if last := &h.Tries[n]; n < 2 || r.IntN(2) > 0 {
			last.End(at, newError(r))
		}
	}
	now := &contract.Now{CallTime: 8 * time.Second, Skew: time.Second, Account: account()}
	if r.IntN(8) > 0 {
		now.Terms = &terms
	}
	if len(h.Tries) > 0 && r.IntN(2) > 0 {
		now.At = at
		asked := h.Attempt(now)
		h.Look = &contract.Look{
			Asked: asked, Began: at.Add(seconds(r, 90)), After: len(h.Tries) - r.IntN(2), Proves: r.IntN(3) > 0,
			Reason: pick(r, contract.PaymentNotFound, contract.PaymentNotFound, contract.DuplicatePayments), SettleTime: terms.SettleTime, Account: "a",
		}
		at = h.Look.Began
	}
	now.At = at.Add(seconds(r, 30))
	return h, now
}

func newError(r *rand.Rand) error {
	reason := pick(r, contract.ProviderRejected, contract.ProviderUnreachable, contract.ProviderRateLimited, contract.InvalidRequest,
		contract.ProviderTimeout, contract.ProviderTimeout, contract.AttemptUnsettled, contract.NotConfigured, contract.ProviderBug,
		contract.IdempotencyKeyReused)
	switch r.IntN(12) {
	case 0:
		return nil // an answer, which is not of the record unless there is a status
	case 1:
		return os.ErrDeadlineExceeded
	default:
		return contract.NewError(reason, "it failed")
	}
}

func milli(at time.Time) *int64 {
	if at.IsZero() {
		return nil
	}
	return new(at.UnixMilli())
}

func termsJSON(terms *contract.Idempotency) any {
	if terms == nil {
		return nil
	}
	return map[string]any{
		"kind": terms.Kind, "keyLife": terms.KeyLife.Milliseconds(), "settleTime": terms.SettleTime.Milliseconds(), "lookupByKey": terms.LookupByKey,
	}
}

func nowJSON(now *contract.Now) any {
	return map[string]any{
		"at": now.At.UnixMilli(), "callTime": now.CallTime.Milliseconds(), "skew": now.Skew.Milliseconds(), "terms": termsJSON(now.Terms), "account": now.Account,
	}
}

func historyJSON(h *contract.History) any {
	tries := []any{}
	for i := range h.Tries {
		t := &h.Tries[i]
		tries = append(tries, map[string]any{
			"n": t.N, "began": t.Began.UnixMilli(), "deadline": t.Deadline.UnixMilli(), "ended": milli(t.Ended), "answered": t.Answered,
			"outcome": t.Outcome, "reason": t.Reason, "retryAfter": t.RetryAfter.Milliseconds(), "terms": termsJSON(&t.Terms), "account": t.Account,
		})
	}
	all := map[string]any{
		"key": h.Key, "payerAction": "PAYER_ACTION_" + h.PayerAction, "status": h.Status, "released": h.Released, "tries": tries, "look": nil,
	}
	if l := h.Look; l != nil {
		all["look"] = map[string]any{
			"firstAt": milli(l.Asked.FirstAt), "lastUnknownAt": milli(l.Asked.LastUnknownAt), "began": l.Began.UnixMilli(), "after": l.After,
			"proves": l.Proves, "unsettling": l.Reason == contract.DuplicatePayments, "settleTime": l.SettleTime.Milliseconds(), "account": l.Account,
		}
	}
	return all
}
