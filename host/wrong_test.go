package host_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// decider is contract.Decide, or something that is wrong.
type decider = func(*contract.History, *contract.Now) contract.Verdict

// wrongDeciders are variants of contract.Decide that look sound. They are those of the
// tests of package contract, whose names they have.
var wrongDeciders = []struct {
	name   string
	decide decider
	harms  string // the trial in which it does harm; empty if it does in none

	// why says what of the engine keeps it from doing any.
	why string
}{
	{"takes any PAYMENT_NOT_FOUND as absence", freed(func(h *contract.History, now *contract.Now, _ *contract.Verdict) bool {
		attempt := h.Attempt(now)
		return h.Look != nil && attempt.Unknown() && h.Look.Reason == contract.PaymentNotFound
	}), "a request arrives late", ""},
	{"believes a look-up that began before the settle time", believingEarly, "a request arrives late", ""},
	{"lets a later refusal close the key", altered(func(h *contract.History) {
		if n := len(h.Tries); n > 1 && h.Tries[n-1].NeverSent {
			h.Tries = h.Tries[n-1:]
			h.Tries[0].Outcome = contract.NotAttempted
		}
	}), "the process is replaced after an answer was lost", ""},
	{"repeats an unknown call with the key alone", func(h *contract.History, now *contract.Now) contract.Verdict {
		v := contract.Decide(h, now)
		if v.Do == contract.ActionLookUp {
			v.Do, v.Attempt = contract.ActionCall, contract.Attempt{Key: h.Key}
		}
		return v
	}, "a refund arrives late", ""},
	{"forgets LastUnknownAt", func(h *contract.History, now *contract.Now) contract.Verdict {
		v := contract.Decide(h, now)
		v.Attempt.LastUnknownAt = time.Time{}
		if v.Do == contract.ActionLookUp && h.Look != nil && h.Look.Proves {
			v.Do, v.Free = contract.ActionNothing, true
		}
		return v
	}, "a request arrives after the settle time", ""},
	{"counts a call that a crash cut off as not made", altered(func(h *contract.History) {
		h.Tries = slices.DeleteFunc(h.Tries, func(t contract.Try) bool {
			return t.Ended.IsZero() || t.Reason == "" && t.Outcome == contract.Indeterminate
		})
	}), "a host is stopped in its call", ""},
	{"takes the time of a restart as the end of a call that a crash cut off", altered(func(h *contract.History) {
		for i := range h.Tries {
			if t := &h.Tries[i]; t.Ended.IsZero() {
				t.Ended, t.Outcome, t.Deadline = t.Began.Add(time.Second), contract.Indeterminate, t.Began
			}
		}
	}), "a host is stopped in a refund", ""},
	{"repeats a call for as long as it likes", func(h *contract.History, now *contract.Now) contract.Verdict {
		n, c := *now, changed(h)
		if n.Terms != nil {
			terms := *n.Terms
			terms.KeyLife += 24 * time.Hour
			n.Terms = &terms
			for i := range c.Tries {
				c.Tries[i].Terms.KeyLife = terms.KeyLife
			}
		}
		return contract.Decide(c, &n)
	}, "the gateway forgets a key", ""},
	{"goes on while a payment is pending", freed(func(_ *contract.History, _ *contract.Now, v *contract.Verdict) bool {
		return v.Do == contract.ActionRead
	}), "the payer chooses again", ""},
	{"goes on while a result is unknown", freed(func(h *contract.History, _ *contract.Now, v *contract.Verdict) bool {
		return v.Do == contract.ActionLookUp || len(h.Tries) > 0 && v.Do == contract.ActionCall
	}), "an answer is lost", ""},
	{"gives a payment up that was shown", freed(func(h *contract.History, _ *contract.Now, _ *contract.Verdict) bool {
		return h.Shown
	}), "the payer chooses again", ""},
	{"gives a payment up that needs no payer", freed(func(h *contract.History, now *contract.Now, _ *contract.Verdict) bool {
		return isAbsent(h, now)
	}), "a request arrives after the settle time", ""},
	{"believes a look-up in another account", func(h *contract.History, now *contract.Now) contract.Verdict {
		n, c := *now, changed(h)
		if len(h.Tries) > 0 {
			n.Account = h.Tries[0].Account
		}
		if c.Look != nil {
			look := *c.Look
			look.Account, c.Look = n.Account, &look
		}
		return contract.Decide(c, &n)
	}, "the account is another one", ""},
	{"repeats a call in another account", func(h *contract.History, now *contract.Now) contract.Verdict {
		n := *now
		if len(h.Tries) > 0 {
			n.Account = h.Tries[0].Account
		}
		return contract.Decide(h, &n)
	}, "the account is another one", ""},
	{"trusts the terms of today", func(h *contract.History, now *contract.Now) contract.Verdict {
		return altered(func(h *contract.History) {
			for i := range h.Tries {
				if now.Terms != nil {
					h.Tries[i].Terms = *now.Terms
				}
			}
		})(h, now)
	}, "the provider honours keys from now on", ""},
	{"pays again after a success", freed(func(h *contract.History, _ *contract.Now, _ *contract.Verdict) bool {
		return h.Status == contract.PaymentSucceeded
	}), "", "giveUp ends every attempt of a sale that is paid, before it is called"},
	{"takes UNKNOWN results as refusals", altered(func(h *contract.History) {
		for i := range h.Tries {
			if h.Tries[i].Outcome == contract.Indeterminate {
				h.Tries[i].Outcome, h.Tries[i].Reason = contract.Rejected, contract.ProviderRejected
			}
		}
	}), "an answer is lost", ""},
}

// freed decides as contract.Decide does, and frees more.
func freed(more func(*contract.History, *contract.Now, *contract.Verdict) bool) decider {
	return func(h *contract.History, now *contract.Now) contract.Verdict {
		v := contract.Decide(h, now)
		v.Free = v.Free || more(h, now, &v)
		return v
	}
}

// altered decides about a history that is not the true one.
func altered(change func(*contract.History)) decider {
	return func(h *contract.History, now *contract.Now) contract.Verdict {
		c := changed(h)
		change(c)
		return contract.Decide(c, now)
	}
}

// changed returns a copy of a history that may be changed.
func changed(h *contract.History) *contract.History {
	c := *h
	c.Tries = slices.Clone(h.Tries)
	return &c
}

// isAbsent reports whether a look-up has proved that there is no payment, whoever could
// pay it.
func isAbsent(h *contract.History, now *contract.Now) bool {
	c := changed(h)
	c.PayerAction, c.Shown = contract.PayerActionRequired, false
	v := contract.Decide(c, now)
	attempt := c.Attempt(now)
	return c.Status == "" && !c.Released && attempt.Unknown() && v.Do == contract.ActionNothing && v.Free
}

func believingEarly(h *contract.History, now *contract.Now) contract.Verdict {
	c := changed(h)
	if h.Look != nil && h.Look.Reason == contract.PaymentNotFound {
		look := *h.Look
		look.Proves = true
		if early := look.Asked.LastUnknownAt.Add(time.Minute); look.Began.Before(early) {
			look.Began = early
		}
		c.Look = &look
	}
	v := contract.Decide(c, now)
	v.Free = v.Free || isAbsent(c, now)
	return v
}

// harm runs a trial with an engine that has a decider, and returns what harm was done.
func harm(t *testing.T, trial string, decide decider) string {
	t.Helper()
	w := newWorld(t, func(o *host.Options) { host.WithDecide(o, decide) })
	trials[trial](w)
	return w.harm()
}

func TestEngine_ShowsWhatIsWrongWithADecision(t *testing.T) {
	t.Parallel()
	for trial := range trials {
		t.Run(trial, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, harm(t, trial, contract.Decide), "the right decisions do harm")
		})
	}
	for _, wrong := range wrongDeciders {
		t.Run(wrong.name, func(t *testing.T) {
			t.Parallel()
			if wrong.harms != "" {
				assert.NotEmpty(t, harm(t, wrong.harms, wrong.decide), "%s: no harm is done", wrong.harms)
				return
			}
			for trial := range trials {
				assert.Empty(t, harm(t, trial, wrong.decide), "%s: it was to do no harm, since %s", trial, wrong.why)
			}
		})
	}
}
