package contract

import "time"

// Now is the present, as a host knows it when it decides.
type Now struct {
	// At is the time by the clock that all times of a history are of.
	At time.Time

	// CallTime is the longest that a call may take, and Skew how far two clocks
	// of the host's processes may be apart.
	CallTime, Skew time.Duration

	// Terms are those of the provider's descriptor for the operation; nil if the
	// provider is not there, or does not have the operation.
	Terms *Idempotency

	// Account identifies the account in which the provider would execute a call;
	// empty if that is not established. Two values are equal only if the account is
	// known to be the same.
	Account string
}

// Action is what may be done with an idempotency key.
type Action string

// The actions.
const (
	ActionCall    Action = "CALL"    // CreatePayment (Refund), with Verdict.Attempt
	ActionLookUp  Action = "LOOK_UP" // GetStatus (GetRefund) by Verdict.Attempt
	ActionRead    Action = "READ"    // GetStatus (GetRefund) by id, or wait for a webhook
	ActionWait    Action = "WAIT"    // decide again at Verdict.From
	ActionNothing Action = "NOTHING" // the key is done with
	ActionAsk     Action = "ASK"     // a person: no call could help, or none is safe
)

// Verdict is what a host may do with a key. Whatever it does not allow, a host
// must not do.
type Verdict struct {
	// Do is the action, not before From. From is zero if the action may be done at
	// once, or for ActionWait if the host cannot tell when that changes.
	Do   Action
	From time.Time

	// Attempt is what the call or the look-up carries.
	Attempt Attempt

	// CutOff is the number of a try without an end whose time is up. With what it
	// does, the host commits that this try ended at the later of its deadline and
	// Now.At, with a result that is unknown; 0 if there is none.
	CutOff int

	// Free says that the order may be tried with another key or provider, once the
	// host has committed that this key is released.
	Free bool

	// Attention says that a person should hear of it now. It is always true with
	// ActionAsk.
	Attention bool

	// Why is one sentence for people.
	Why string
}

// Decide returns what a host may do with an idempotency key. It is the table of
// outcomes of the package documentation, made exact: the first rule whose condition
// holds decides. In it, "unknown" says that the result of some call is unknown, L is
// LastUnknownAt, and S the longest settle time under which a call was made.
//
//	rule  condition                                             action    free
//	1     SUCCEEDED                                             NOTHING   never
//	2     the key is released                                   NOTHING   yes
//	3     FAILED, EXPIRED or CANCELED                           NOTHING   yes
//	4     PENDING or UNKNOWN                                    READ      no
//	5     a call has no end, and its deadline is not over       WAIT      no
//	6     several payments, a reused key, or a payment that is
//	      not the one of the record; no person has cleared it   ASK       no
//	7     nothing unknown, a call was REJECTED                  NOTHING   yes
//	8     nothing unknown, the provider is not there            WAIT      yes
//	9     no call yet                                           CALL      yes
//	10    nothing unknown, the latest was NOT_ATTEMPTED for a
//	      cause that passes                                     CALL      yes
//	11    nothing unknown, the latest was NOT_ATTEMPTED
//	      otherwise                                             NOTHING   yes
//	12    unknown, the provider is not there                    WAIT      no
//	13    unknown, the account is not that of the calls, or is
//	      not established                                       LOOK_UP   no
//	14    unknown, the terms promise less than they did         ASK       no
//	15    unknown, absence is proved, the payer has to act, and
//	      could not                                             NOTHING   yes
//	16    unknown, absence of a payment is proved otherwise     ASK       no
//	17    unknown, absence of a refund is proved                CALL      no
//	18    unknown, look-ups by key                              LOOK_UP   no
//	19    unknown, the gateway still honours the key            CALL      no
//	20    unknown, and nothing is left to find out with         ASK       no
//
// A call without an end whose deadline is over counts as one of unknown result.
// Absence is proved by a look-up in the account of the calls that carries the
// attempt as it is now, began at L + S or later, and after which no call was made.
// In rule 15 the payer could not act, because no NextAction was passed on: should a
// payment appear after all, nobody can pay it. In rule 13 a look-up may find the
// payment, and proves nothing; without look-ups the action is ASK.
func Decide(history *History, now *Now) Verdict {
	f := history.at(now)
	for i := range rules {
		if rules[i].holds(f) {
			verdict := rules[i].verdict(f)
			verdict.CutOff = f.cutOff
			verdict.Attention = verdict.Attention || verdict.Do == ActionAsk
			if verdict.Do == ActionCall || verdict.Do == ActionLookUp {
				verdict.Attempt = f.attempt
			}
			return verdict
		}
	}
	panic("contract: the last rule of Decide always holds")
}

// rule is one row of Decide's table. The verdict's Attempt and CutOff are set for
// all rules alike.
type rule struct {
	holds   func(*facts) bool
	verdict func(*facts) Verdict
}

// rules are the rows of Decide's table, in its order.
var rules = []rule{
	{(*facts).succeeded, fixed(Verdict{Do: ActionNothing, Why: "it succeeded"})},
	{(*facts).released, fixed(Verdict{Do: ActionNothing, Free: true, Why: "the key is released, and another one is used"})},
	{(*facts).ended, fixed(Verdict{Do: ActionNothing, Free: true, Why: "it ended without money moving"})},
	{(*facts).exists, fixed(Verdict{Do: ActionRead, Why: "it exists at the gateway, and is not decided"})},
	{(*facts).inFlight, (*facts).waitForEnd},
	{(*facts).needsPerson, fixed(Verdict{Do: ActionAsk, Why: "something was made with the key that is not what was asked for"})},
	{(*facts).refused, (*facts).giveUp},
	{(*facts).idle, (*facts).waitForProvider},
	{(*facts).untried, fixed(Verdict{Do: ActionCall, Free: true, Why: "it was not tried yet"})},
	{(*facts).repeatable, (*facts).repeat},
	{(*facts).known, (*facts).giveUp},
	{(*facts).unreachable, (*facts).waitInDoubt},
	{(*facts).elsewhere, (*facts).lookElsewhere},
	{(*facts).weaker, fixed(Verdict{Do: ActionAsk, Why: "a result is unknown, and the provider no longer keeps the promise under which the call was made"})},
	{(*facts).unpayable, fixed(Verdict{Do: ActionNothing, Free: true, Why: "nothing was made, and nobody could pay it if something were"})},
	{(*facts).absentPayment, fixed(Verdict{Do: ActionAsk, Why: "nothing was found, and a payment that appeared later could be paid"})},
	{(*facts).absentRefund, (*facts).repeatAbsent},
	{(*facts).searchable, (*facts).lookUp},
	{(*facts).honoured, (*facts).repeatUnknown},
	{func(*facts) bool { return true }, fixed(Verdict{Do: ActionAsk, Why: "a result is unknown, and neither a look-up nor the key can tell it any more"})},
}

func fixed(v Verdict) func(*facts) Verdict { return func(*facts) Verdict { return v } }
