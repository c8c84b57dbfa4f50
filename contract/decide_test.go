package contract

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	lookup       = Idempotency{Kind: IdempotencyLookup, LookupByKey: true, SettleTime: time.Minute}
	nativeLookup = Idempotency{Kind: IdempotencyNative, LookupByKey: true, SettleTime: time.Minute, KeyLife: 2 * time.Minute}
	native       = Idempotency{Kind: IdempotencyNative, KeyLife: 5 * time.Minute}
)

// second returns a time, and present what a host knows then, with the terms in force.
func second(s int) time.Time { return time.Unix(1_800_000_000+int64(s), 0).UTC() }

func present(s int, terms *Idempotency) *Now {
	return &Now{At: second(s), CallTime: 30 * time.Second, Skew: 5 * time.Second, Terms: terms, Account: "a"}
}

// try returns the n-th call, which ran from began until ended, and ended with reason
// and outcome; an answer if both are empty.
func try(n, began, ended int, reason Reason, outcome Outcome) Try {
	t := Try{N: n, Began: second(began), Deadline: second(began + 30), Terms: lookup, Account: "a"}
	var err error
	if reason != "" {
		err = NewError(reason, "").WithOutcome(outcome)
	}
	t.End(second(ended), err)
	return t
}

func cutOff(n, began int) Try {
	return Try{N: n, Began: second(began), Deadline: second(began + 30), Terms: lookup, Account: "a"}
}

func lost(n, began, ended int) Try { return try(n, began, ended, ProviderTimeout, Indeterminate) }

// proof returns a look-up that proves that the key has made nothing, after lost(1, 0, 30).
func proof(began int) *Look {
	return &Look{
		Asked: Attempt{Key: "k", FirstAt: second(0), LastUnknownAt: second(30)}, Began: second(began), After: 1,
		Reason: PaymentNotFound, Proves: true, SettleTime: time.Minute, Account: "a",
	}
}

func payment(tries ...Try) History {
	return History{Operation: OperationCreatePayment, Key: "k", PayerAction: PayerActionRequired, Tries: tries}
}

func with(h History, change func(*History)) History {
	change(&h)
	return h
}

func under(t Try, terms Idempotency) Try {
	t.Terms = terms
	return t
}

// decision is what Decide says of one history.
type decision struct {
	name    string // begins with the number of the rule
	history History
	now     *Now
	do      Action
	from    int // 0: at once
	free    bool
}

func decisions() []decision {
	refund := with(payment(lost(1, 0, 30)), func(h *History) { h.Operation, h.PayerAction, h.Look = OperationRefund, PayerActionNone, proof(90) })
	return []decision{
		{"1 succeeded, though released", with(payment(lost(1, 0, 30)), func(h *History) { h.Status, h.Released = PaymentSucceeded, true }), present(40, &lookup), ActionNothing, 0, false},
		{"2 released", with(payment(), func(h *History) { h.Released = true }), present(40, &lookup), ActionNothing, 0, true},
		{"3 failed", with(payment(lost(1, 0, 30)), func(h *History) { h.Status = PaymentFailed }), present(40, &lookup), ActionNothing, 0, true},
		{"3 expired", with(payment(), func(h *History) { h.Status = PaymentExpired }), present(40, &lookup), ActionNothing, 0, true},
		{"3 canceled", with(payment(), func(h *History) { h.Status = PaymentCanceled }), present(40, nil), ActionNothing, 0, true},
		{"4 pending", with(payment(cutOff(1, 0)), func(h *History) { h.Status = PaymentPending }), present(10, &lookup), ActionRead, 0, false},
		{"4 unknown", with(payment(), func(h *History) { h.Status = PaymentUnknown }), present(10, nil), ActionRead, 0, false},
		{"5 in flight", payment(cutOff(1, 0)), present(34, &lookup), ActionWait, 35, false},
		{"6 several payments", payment(try(1, 0, 1, DuplicatePayments, Indeterminate)), present(10, &lookup), ActionAsk, 0, false},
		{"6 a reused key", payment(try(1, 0, 1, IdempotencyKeyReused, Indeterminate)), present(10, &lookup), ActionAsk, 0, false},
		{"6 an answer about another payment", payment(try(1, 0, 1, "", "")), present(10, &lookup), ActionAsk, 0, false},
		{"6 several payments, by a look-up", with(payment(lost(1, 0, 30)), func(h *History) { h.Look = proof(90); h.Look.Reason, h.Look.Proves = DuplicatePayments, false }), present(100, &lookup), ActionAsk, 0, false},
		{"6 cleared by a person", with(payment(try(1, 0, 30, DuplicatePayments, Indeterminate)), func(h *History) { h.Cleared = 1 }), present(31, &lookup), ActionLookUp, 40, false},
		{"7 refused", payment(try(1, 0, 1, ProviderRejected, Rejected)), present(10, nil), ActionNothing, 0, true},
		{"8 no provider", payment(), present(10, nil), ActionWait, 0, true},
		{"8 no provider any more", payment(try(1, 0, 1, ProviderUnreachable, NotAttempted)), present(10, nil), ActionWait, 0, true},
		{"9 not tried", payment(), present(10, &lookup), ActionCall, 0, true},
		{"10 not attempted", payment(try(1, 0, 1, ProviderUnreachable, NotAttempted)), present(1, &lookup), ActionCall, 3, true},
		{"10 again and again", payment(try(12, 0, 1, ProviderUnreachable, NotAttempted)), present(1, &lookup), ActionCall, 601, true},
		{"11 not attempted for good", payment(try(1, 0, 1, MethodUnsupported, NotAttempted)), present(10, &lookup), ActionNothing, 0, true},
		{"12 no provider, and something is unknown", payment(lost(1, 0, 30)), present(40, nil), ActionWait, 0, false},
		{"13 another account", payment(lost(1, 0, 30)), func() *Now { n := present(31, &lookup); n.Account = "b"; return n }(), ActionLookUp, 40, false},
		{"13 no account", payment(lost(1, 0, 30)), func() *Now { n := present(31, &native); n.Account = ""; return n }(), ActionAsk, 0, false},
		{"14 another kind", payment(lost(1, 0, 30)), present(31, &native), ActionAsk, 0, false},
		{"15 absent", with(payment(lost(1, 0, 30)), func(h *History) { h.Look = proof(90) }), present(91, &lookup), ActionNothing, 0, true},
		{"16 absent, and shown", with(payment(lost(1, 0, 30)), func(h *History) { h.Look, h.Shown = proof(90), true }), present(91, &lookup), ActionAsk, 0, false},
		{"16 absent, without the payer", with(payment(lost(1, 0, 30)), func(h *History) { h.Look, h.PayerAction = proof(90), PayerActionNone }), present(91, &lookup), ActionAsk, 0, false},
		{"17 absent refund", refund, present(91, &lookup), ActionCall, 32, false},
		{"18 unknown", payment(lost(1, 0, 30)), present(30, &lookup), ActionLookUp, 40, false},
		{"18 refused since", payment(lost(1, 0, 30), try(2, 40, 41, ProviderRejected, Rejected)), present(41, &lookup), ActionLookUp, 40, false},
		{"18 cut off", payment(cutOff(1, 0)), present(35, &lookup), ActionLookUp, 45, false},
		{"18 looked up too early", with(payment(lost(1, 0, 30)), func(h *History) { h.Look = proof(89) }), present(91, &lookup), ActionLookUp, 90, false},
		{"18 looked up elsewhere", with(payment(lost(1, 0, 30)), func(h *History) { h.Look = proof(90); h.Look.Account = "b" }), present(91, &lookup), ActionLookUp, 150, false},
		{"18 a call since", with(payment(lost(1, 0, 30), try(2, 95, 96, ProviderUnreachable, NotAttempted)), func(h *History) { h.Look = proof(90) }), present(97, &lookup), ActionLookUp, 40, false},
		{"18 hourly", with(payment(lost(1, 0, 30)), func(h *History) { h.Look = proof(160); h.Look.Proves = false }), present(161, &lookup), ActionLookUp, 150 + 3600, false},
		{"19 honoured", payment(under(lost(1, 0, 30), native)), present(30, &native), ActionCall, 32, false},
		{"20 almost forgotten", payment(under(lost(1, 0, 30), native)), present(300-35, &native), ActionAsk, 0, false},
	}
}

func TestDecide_FollowsItsTable(t *testing.T) {
	t.Parallel()
	for _, c := range decisions() {
		v := Decide(&c.history, c.now)
		assert.Equal(t, c.do, v.Do, c.name)
		assert.Equal(t, c.free, v.Free, c.name)
		assert.NotEmpty(t, v.Why, c.name)
		if c.from == 0 {
			assert.True(t, v.From.IsZero(), "%s: %s", c.name, v.From)
		} else {
			assert.True(t, second(c.from).Equal(v.From), "%s: %s, not %s", c.name, v.From, second(c.from))
		}
		if v.Do == ActionAsk {
			assert.True(t, v.Attention, c.name)
		}
	}
}

func TestDecide_HasACaseForEachRuleOfItsTable(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("decide.go")
	require.NoError(t, err)
	var documented, tried []string
	for _, row := range regexp.MustCompile(`(?m)^//\t(\d+) +\S`).FindAllStringSubmatch(string(source), -1) {
		documented = append(documented, row[1])
	}
	for _, c := range decisions() {
		number, _, _ := strings.Cut(c.name, " ")
		tried = append(tried, number)
	}
	assert.Len(t, documented, len(rules))
	assert.Equal(t, documented, slices.Compact(tried), "in the order of the table")
}

func TestDecide_CarriesTheAttemptAndTheCutOffCall(t *testing.T) {
	t.Parallel()
	h := payment(try(1, 0, 1, ProviderUnreachable, NotAttempted), cutOff(2, 10))
	v := Decide(&h, present(50, &lookup))
	assert.Equal(t, 2, v.CutOff)
	assert.Equal(t, Attempt{Key: "k", FirstAt: second(0), LastUnknownAt: second(50)}, v.Attempt, "it counts as ended when that is noticed")
	v = Decide(&h, &Now{At: second(38), Terms: &lookup, Account: "a"})
	assert.Equal(t, second(40), v.From, "not before its deadline")
	h = payment()
	assert.Equal(t, Attempt{Key: "k"}, Decide(&h, present(0, &lookup)).Attempt)
}

func TestDecide_LeavesAnAttemptAsItWasByACallThatWasNeverSent(t *testing.T) {
	t.Parallel()
	second2 := Attempt{Key: "k", FirstAt: second(0), LastUnknownAt: second(30)}
	unsent := Try{N: 2, Began: second(200), Deadline: second(230), Terms: native, Account: "b"}
	unsent.End(second(201), Call{Operation: OperationCreatePayment, Request: &CreatePaymentRequest{Attempt: second2}}.NotSent(NewError(ProviderUnreachable, "")))
	assert.Equal(t, Indeterminate, unsent.Outcome)
	h := payment(lost(1, 0, 30), unsent)
	v := Decide(&h, present(202, &lookup))
	assert.Equal(t, ActionLookUp, v.Do, "neither its account nor its terms count")
	assert.Equal(t, second2, v.Attempt)
}

func TestDecide_TellsAPersonAfterADayWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	h := payment(lost(1, 0, 30))
	assert.False(t, Decide(&h, present(24*3600+29, &lookup)).Attention)
	assert.True(t, Decide(&h, present(24*3600+30, &lookup)).Attention)
	assert.True(t, Decide(&h, present(24*3600+30, nil)).Attention)
	configured := payment(try(1, 0, 1, NotConfigured, NotAttempted))
	assert.True(t, Decide(&configured, present(10, &lookup)).Attention, "somebody has to configure it")
	asked := payment(try(1, 0, 1, AmountOutOfRange, NotAttempted))
	assert.False(t, Decide(&asked, present(10, &lookup)).Attention, "the payer chooses another amount")
}
