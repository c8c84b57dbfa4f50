package contract

import (
	"errors"
	"time"
)

// call returns how a call that begins now may end.
func (s *setting) call(w *world, attempt Attempt) []*world {
	var following []*world
	end := func(do func(c *world, k *key, t *Try) error) { following = append(following, w.called(do)) }
	refuse := func(e *Error) { end(func(*world, *key, *Try) error { return e.ForAttempt(&attempt) }) }
	refuse(NewError(ProviderUnreachable, ""))
	refuse(NewError(InvalidRequest, ""))
	call := Call{Operation: s.operation, Request: &CreatePaymentRequest{Attempt: attempt}}
	end(func(*world, *key, *Try) error { return call.NotSent(NewError(ProviderUnreachable, "")) })
	k := &w.keys[len(w.keys)-1]
	found := k.made > 0 && k.place == w.account
	if w.terms.Kind == IdempotencyLookup && attempt.Repeated() {
		if found {
			end(func(_ *world, k *key, _ *Try) error { k.Status = k.really; return nil })
			return following
		}
		if !attempt.SettledAt(w.at, s.terms.SettleTime) {
			refuse(NewError(AttemptUnsettled, ""))
			return following
		}
	}
	return append(following, s.request(w, attempt)...)
}

// request returns what may become of a request that the provider sends.
func (s *setting) request(w *world, attempt Attempt) []*world {
	var following []*world
	end := func(do func(c *world, k *key, t *Try) error) { following = append(following, w.called(do)) }
	for _, lost := range []error{nil, NewError(ConnectionLost, ""), errCrash} {
		end(func(c *world, k *key, _ *Try) error { // executed
			s.execute(c, k, c.account, c.terms)
			if lost == nil {
				k.Status = k.really
			}
			return lost
		})
		if lost == nil {
			continue
		}
		end(func(*world, *key, *Try) error { return lost }) // never executed
		end(func(c *world, k *key, t *Try) error {          // executed later, perhaps
			k.ghost, k.ghostUntil, k.ghostAccount, k.ghostTerms = true, c.at.Add(time.Second+s.terms.SettleTime), c.account, c.terms
			if errors.Is(lost, errCrash) {
				k.ghostUntil = t.Deadline.Add(s.terms.SettleTime)
			}
			return lost
		})
	}
	end(func(*world, *key, *Try) error { return NewError(ProviderRejected, "").ForAttempt(&attempt) })
	return following
}

// called returns the state after a call that began at once and ended a second later, in
// the way of do.
func (w *world) called(do func(c *world, k *key, t *Try) error) *world {
	c, k := w.clone()
	k.Tries = append(k.Tries, Try{N: len(k.Tries) + 1, Began: c.at, Deadline: c.at.Add(30 * time.Second), Terms: *c.terms, Account: c.account})
	t := &k.Tries[len(k.Tries)-1]
	err := do(c, k, t)
	c.at = c.at.Add(time.Second)
	if !errors.Is(err, errCrash) {
		t.End(c.at, err)
	}
	return c
}

var errCrash = errors.New("the host ended without recording how the call did")

// lookUp returns how a read by key may end.
func (s *setting) lookUp(w *world, attempt Attempt) []*world {
	var following []*world
	end := func(look *Look) {
		c, k := w.clone()
		c.at = c.at.Add(time.Second)
		if k.Look = look; look == nil {
			k.Status = k.really
		}
		following = append(following, c)
	}
	k := &w.keys[len(w.keys)-1]
	look := Look{Asked: attempt, Began: w.at, After: len(k.Tries), SettleTime: w.terms.SettleTime, Account: w.account, Reason: ProviderUnreachable}
	failed := look
	end(&failed)
	if k.made > 0 && k.place == w.account {
		end(nil)
		return following
	}
	look.Reason = PaymentNotFound
	incomplete := look
	end(&incomplete)
	look.Proves = attempt.SettledAt(w.at, s.terms.SettleTime)
	end(&look)
	return following
}

// read returns how a read by id may end, and what the host may do then.
func (s *setting) read(w *world) []*world {
	c, k := w.clone()
	k.Status = k.really
	following := []*world{c}
	if k.really == PaymentPending && !k.Shown && k.PayerAction == PayerActionRequired {
		shown, k := w.clone()
		k.Shown = true
		following = append(following, shown)
	}
	return following
}
