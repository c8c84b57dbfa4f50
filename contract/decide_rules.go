package contract

import (
	"slices"
	"time"
)

// askAfter is for how long a result may be unknown before a person should hear of
// it, though looking it up goes on.
const askAfter = 24 * time.Hour

func (f *facts) succeeded() bool { return f.Status == PaymentSucceeded }

func (f *facts) released() bool { return f.Released }

func (f *facts) ended() bool {
	return slices.Contains([]PaymentStatus{PaymentFailed, PaymentExpired, PaymentCanceled}, f.Status)
}

func (f *facts) exists() bool { return f.Status != "" }

func (f *facts) inFlight() bool { return f.open != nil }

func (f *facts) waitForEnd() Verdict {
	return Verdict{Do: ActionWait, From: f.open.Deadline.Add(f.now.Skew), Why: "a call with the key may still be in flight"}
}

func (f *facts) needsPerson() bool {
	return f.strange != nil || f.Look != nil && f.Look.Reason.unsettling() && f.Look.After > f.Cleared
}

// known reports whether the result of every call is known.
func (f *facts) known() bool { return !f.attempt.Unknown() }

func (f *facts) idle() bool { return f.known() && f.now.Terms == nil }

func (f *facts) waitForProvider() Verdict {
	return Verdict{Do: ActionWait, Free: true, Why: "nothing was made, and the provider is not there"}
}

func (f *facts) untried() bool { return f.last == nil }

func (f *facts) refused() bool { return f.known() && f.rejected }

// giveUp is for a key with which nothing was made, and nothing will be.
func (f *facts) giveUp() Verdict {
	return Verdict{
		Do: ActionNothing, Free: true, Attention: f.last.Reason.Remedy() != RemedyRequest,
		Why: "the request was refused, and nothing was made",
	}
}

func (f *facts) repeatable() bool { return f.known() && f.last.Reason.Transient() }

func (f *facts) repeat() Verdict {
	return Verdict{Do: ActionCall, Free: true, From: f.afterPause(), Why: "nothing was executed, for a cause that passes"}
}

func (f *facts) unreachable() bool { return f.now.Terms == nil }

func (f *facts) waitInDoubt() Verdict {
	return Verdict{Do: ActionWait, Attention: f.overdue(), Why: "a result is unknown, and the provider is not there"}
}

func (f *facts) elsewhere() bool { return f.foreign || f.now.Account == "" }

func (f *facts) lookElsewhere() Verdict {
	v := Verdict{Do: ActionAsk, Why: "a result is unknown, and the account is not known to be that of the call"}
	if f.now.Terms.LookupByKey {
		v.Do, v.From, v.Attention = ActionLookUp, f.nextLook(), true
	}
	return v
}

func (f *facts) weaker() bool { return f.changed }

// current reports whether a look-up asked for the attempt as it is now, and no call
// was made since.
func (f *facts) current(look *Look) bool {
	return look != nil && look.After == f.last.N && look.Asked.Key == f.Key &&
		look.Asked.FirstAt.Equal(f.attempt.FirstAt) && look.Asked.LastUnknownAt.Equal(f.attempt.LastUnknownAt)
}

// absent reports whether a look-up has proved that the key has made nothing.
func (f *facts) absent() bool {
	look := f.Look
	return f.current(look) && look.Proves &&
		look.Account == f.now.Account && !look.Began.Before(f.attempt.LastUnknownAt.Add(f.settle))
}

func (f *facts) unpayable() bool {
	return f.absent() && f.Operation == OperationCreatePayment && f.PayerAction == PayerActionRequired && !f.Shown
}

func (f *facts) absentPayment() bool { return f.absent() && f.Operation == OperationCreatePayment }

func (f *facts) absentRefund() bool { return f.absent() }

// repeatAbsent waits as after any call, or a refund whose calls are refused at once would
// be looked up and tried again without a pause.
func (f *facts) repeatAbsent() Verdict {
	return Verdict{Do: ActionCall, From: f.afterPause(), Why: "nothing was made, and the same key can make it"}
}

func (f *facts) searchable() bool { return f.now.Terms.LookupByKey }

func (f *facts) lookUp() Verdict {
	return Verdict{
		Do: ActionLookUp, From: f.nextLook(), Attention: f.overdue(),
		Why: "a result is unknown, and is looked up until it is found or its absence is proved",
	}
}

// honoured reports whether the gateway certainly honours the key until the end of
// a call that begins now.
func (f *facts) honoured() bool {
	end := f.now.At.Add(f.now.CallTime + f.now.Skew)
	return f.now.Terms.Kind == IdempotencyNative && end.Before(f.attempt.FirstAt.Add(f.keyLife))
}

func (f *facts) repeatUnknown() Verdict {
	return Verdict{Do: ActionCall, From: f.afterPause(), Why: "a result is unknown, and the gateway knows the key"}
}

// overdue reports whether a result has been unknown for so long that a person
// should hear of it.
func (f *facts) overdue() bool { return !f.now.At.Before(f.attempt.LastUnknownAt.Add(askAfter)) }

// afterPause returns when the call may be repeated: after what the gateway asked
// for, or two seconds that double with each call up to ten minutes.
func (f *facts) afterPause() time.Time {
	const first, longest = 2 * time.Second, 10 * time.Minute
	pause := longest
	if n := f.last.N - 1; n < 9 {
		pause = min(longest, first<<max(n, 0))
	}
	ended := f.last.Ended
	if f.cutOff == f.last.N {
		ended = later(f.last.Deadline, f.now.At)
	}
	return ended.Add(max(f.last.RetryAfter, pause))
}

// nextLook returns when to look up next: 10 s, 30 s, 1 min and 2 min after L, then
// at L + S, when absence can be proved, and hourly from there.
func (f *facts) nextLook() time.Time {
	unknown := f.attempt.LastUnknownAt
	settled := unknown.Add(f.settle)
	if !f.current(f.Look) {
		return unknown.Add(min(10*time.Second, f.settle))
	}
	looked := f.Look.Began
	times := []time.Time{settled}
	for _, after := range []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute} {
		times = append(times, unknown.Add(after))
	}
	slices.SortFunc(times, time.Time.Compare)
	for _, at := range times {
		if looked.Before(at) {
			return at
		}
	}
	last := times[len(times)-1]
	hours := int64(looked.Sub(last)/time.Hour) + 1
	return last.Add(time.Duration(hours) * time.Hour)
}
