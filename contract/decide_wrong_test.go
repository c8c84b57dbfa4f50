package contract

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// wrong are rules that look sound. Each doubles or loses money, and the search has to
// show how, in the settings whose titles begin so. Elsewhere it does no harm.
var wrong = []struct {
	name    string
	decide  decider
	harmful []string
}{
	{"takes any PAYMENT_NOT_FOUND as absence", believing(func(l *Look, _ *facts) bool { return l.Reason == PaymentNotFound }), []string{
		"payment without the payer, look-up", "payment without the payer, native with look-up", "refund, look-up", "refund, native with look-up",
	}},
	{"believes a look-up that began before the settle time", func(h *History, now *Now) Verdict {
		c := changed(h, func(h *History) {
			if h.Look != nil && h.Look.Reason == PaymentNotFound {
				l := *h.Look
				l.Proves, l.Began = true, later(l.Began, l.Asked.LastUnknownAt.Add(time.Minute))
				h.Look = &l
			}
		})
		return free(Decide(c, now), c, now)
	}, []string{"payment without the payer, look-up", "payment without the payer, native with look-up"}},
	{"lets a later refusal close the key", func(h *History, now *Now) Verdict {
		return Decide(changed(h, func(h *History) {
			if n := len(h.Tries); n > 1 && h.Tries[n-1].NeverSent || n > 1 && (h.Tries[n-1].Reason == ProviderUnreachable || h.Tries[n-1].Reason == InvalidRequest) {
				h.Tries = h.Tries[n-1:]
				h.Tries[0].Outcome = NotAttempted
			}
		}), now)
	}, []string{"payment without the payer, native", "refund, native"}},
	{"repeats an unknown call with the key alone", func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		if v.Do == ActionLookUp {
			v.Do, v.Attempt = ActionCall, Attempt{Key: h.Key}
		}
		return v
	}, []string{"payment, look-up", "payment without the payer, look-up", "refund, look-up"}},
	{"forgets LastUnknownAt", forgetting(func(a *Attempt) { a.LastUnknownAt = time.Time{} }), []string{
		"payment without the payer, look-up", "refund, look-up", "refund, native with look-up",
	}},
	{"counts a call that a crash cut off as not made", func(h *History, now *Now) Verdict {
		return Decide(changed(h, func(h *History) {
			h.Tries = slices.DeleteFunc(h.Tries, func(t Try) bool { return t.Ended.IsZero() || t.Reason == "" && t.Outcome == Indeterminate })
		}), now)
	}, []string{"payment", "refund"}},
	{"takes the time of a restart as the end of a call that a crash cut off", func(h *History, now *Now) Verdict {
		return Decide(changed(h, func(h *History) {
			for i := range h.Tries {
				if t := &h.Tries[i]; t.Ended.IsZero() {
					t.Ended, t.Outcome, t.Deadline = t.Began.Add(time.Second), Indeterminate, t.Began
				}
			}
		}), now)
	}, []string{"refund, look-up"}},
	{"repeats a call for as long as it likes", func(h *History, now *Now) Verdict {
		return Decide(h, stretched(now, 24*time.Hour)(h))
	}, []string{"payment without the payer, native", "payment, native", "refund, native"}},
	{"goes on while a payment is pending", func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		v.Free = v.Free || v.Do == ActionRead
		return v
	}, []string{"payment", "refund"}},
	{"goes on while a result is unknown", func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		v.Free = v.Free || v.Do == ActionLookUp || len(h.Tries) > 0 && v.Do == ActionCall
		return v
	}, []string{"payment without the payer", "refund"}},
	{"gives a payment up that was shown", func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		v.Free = v.Free || h.Shown
		return v
	}, []string{"payment, look-up", "payment, native with look-up"}},
	{"gives a payment up that needs no payer", func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		return free(v, h, now)
	}, []string{"payment without the payer, look-up", "payment without the payer, native with look-up"}},
	{"believes a look-up in another account", func(h *History, now *Now) Verdict {
		n := *now
		n.Account = "a"
		c := changed(h, func(h *History) {
			if h.Look != nil {
				l := *h.Look
				l.Account = "a"
				h.Look = &l
			}
		})
		return Decide(c, &n)
	}, []string{"refund, another account, look-up", "refund, another account, native with look-up"}},
	{"repeats a call in another account", func(h *History, now *Now) Verdict {
		n := *now
		n.Account = "a"
		return Decide(h, &n)
	}, []string{"payment, another account, native", "refund, another account, native"}},
	{"trusts the terms of today", func(h *History, now *Now) Verdict {
		return Decide(changed(h, func(h *History) {
			for i := range h.Tries {
				if now.Terms != nil {
					h.Tries[i].Terms = *now.Terms
				}
			}
		}), now)
	}, []string{"payment, weaker terms, look-up"}},
	{"pays again after a success", func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		v.Free = v.Free || h.Status == PaymentSucceeded
		return v
	}, []string{"payment", "refund"}},
	{"takes UNKNOWN results as refusals", func(h *History, now *Now) Verdict {
		return Decide(changed(h, func(h *History) {
			for i := range h.Tries {
				if h.Tries[i].Outcome == Indeterminate {
					h.Tries[i].Outcome, h.Tries[i].Reason = Rejected, ProviderRejected
				}
			}
		}), now)
	}, []string{"payment without the payer", "refund"}},
}

// believing decides as Decide does, and takes look-ups as a proof that are none.
func believing(proves func(*Look, *facts) bool) decider {
	return func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		f := h.at(now)
		if h.Look != nil && f.last != nil && !f.known() && proves(h.Look, f) {
			v.Free = true
		}
		return v
	}
}

// free frees what is absent, whoever could pay it.
func free(v Verdict, h *History, now *Now) Verdict {
	if f := h.at(now); f.last != nil && h.Status == "" && !f.known() && f.absent() {
		v.Free = true
	}
	return v
}

// forgetting decides by an attempt that lost something, and calls with it.
func forgetting(lose func(*Attempt)) decider {
	return func(h *History, now *Now) Verdict {
		v := Decide(h, now)
		lose(&v.Attempt)
		if v.Do == ActionLookUp && h.Look != nil && h.Look.Proves {
			v.Do, v.Free = ActionNothing, true
		}
		return v
	}
}

// stretched honours keys for longer.
func stretched(now *Now, by time.Duration) func(*History) *Now {
	return func(h *History) *Now {
		n := *now
		if n.Terms != nil {
			terms := *n.Terms
			terms.KeyLife += by
			n.Terms = &terms
			for i := range h.Tries {
				h.Tries[i].Terms.KeyLife = terms.KeyLife
			}
		}
		return &n
	}
}

// changed returns a changed copy of a history.
func changed(h *History, change func(*History)) *History {
	c := *h
	c.Tries = slices.Clone(h.Tries)
	change(&c)
	return &c
}

func TestDecide_IsNoneOfTheRulesThatLookSound(t *testing.T) {
	t.Parallel()
	assert.GreaterOrEqual(t, len(wrong), 13)
	for i := range wrong {
		variant := &wrong[i]
		t.Run(variant.name, func(t *testing.T) {
			t.Parallel()
			for _, prefix := range variant.harmful {
				shown := false
				for _, s := range settings() {
					if !strings.HasPrefix(s.title(), prefix) || shown {
						continue
					}
					if f := s.search(variant.decide); f.wrong != "" {
						shown = true
						t.Logf("%s: %s after\n%s", s.title(), f.wrong, strings.Join(f.way, "\n"))
					}
				}
				assert.True(t, shown, "%s: no way to harm was found", prefix)
			}
		})
	}
}
