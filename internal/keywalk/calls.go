package keywalk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// call calls with a key, and goes on once the call has ended, is held, or waits for
// another.
func (w *walk) call(k *key) {
	for _, other := range k.calls { // a host has no two calls under way
		if !other.gaveUp {
			k.attempt, other.gaveUp = k.attempt.Next(other.began, w.now(), errCutOff), true
		}
	}
	attempt := k.attempt
	attempt.Key = k.key
	if w.draw(4) == 0 && k.life == w.restarts {
		attempt = contract.Attempt{Key: k.key}
	}
	what := trouble(w.draw(int(troubles)))
	w.note("call with %s, %s, trouble %d, connection %d", k.key, timesOf(&attempt), what, w.configured)
	held := w.traffic.arm(k.key, what)
	ctx, leave := context.WithCancel(context.Background())
	c := &call{began: w.now(), leave: leave, result: make(chan result, 1)}
	if k.absent || k.askedIn != w.restarts || k.attempt.FirstAt.IsZero() && len(k.calls) == 0 {
		k.asked, k.askedIn = w.configured, w.restarts
	}
	wait := patience
	if w.mayWait(k) {
		wait = blink
	}
	k.calls, k.latest, k.absent = append(k.calls, c), c, false
	go func(provider contract.PaymentProvider) { c.result <- w.ask(ctx, provider, k, attempt) }(w.provider)
	select {
	case r := <-c.result:
		w.ended(k, c, r)
	case <-held:
		c.held = true
		w.note("  held")
	case <-time.After(wait):
		w.note("  waits")
	}
	if w.traffic.disarm(k.key) { // so the provider says that it made nothing in another account
		k.asked, k.askedIn = w.configured, w.restarts
	}
}

// timesOf returns the times of an attempt as people read them.
func timesOf(a *contract.Attempt) string {
	return "first " + a.FirstAt.Format(time.TimeOnly) + ", last unknown " + a.LastUnknownAt.Format(time.TimeOnly)
}

// mayWait reports whether a provider may let a call with a key wait for another, which
// has the same key or is for a refund of the same payment. That may go on although its
// caller has left.
func (w *walk) mayWait(k *key) bool {
	return slices.ContainsFunc(w.keys, func(other *key) bool {
		return (len(other.calls) > 0 || w.traffic.holds(other.key)) && (other == k || k.of != nil && other.of == k.of)
	})
}

// ask calls the provider.
func (w *walk) ask(ctx context.Context, provider contract.PaymentProvider, k *key, attempt contract.Attempt) result {
	if k.of == nil {
		request := w.Payment(k.key)
		request.Attempt = attempt
		payment, err := provider.CreatePayment(ctx, request)
		if err != nil {
			return result{err: err}
		}
		return result{id: payment.PaymentID}
	}
	amount := w.Payment(k.key).Amount
	amount.MinorUnits /= 4
	refund, err := provider.Refund(ctx, &contract.RefundRequest{Attempt: attempt, PaymentID: k.of.id, Amount: amount})
	if err != nil {
		return result{err: err}
	}
	return result{id: refund.RefundID}
}

// ended records how a call ended, as a host does.
func (w *walk) ended(k *key, c *call, r result) {
	w.note("  ended with %s: %q %v", k.key, r.id, r.err)
	c.leave()
	k.calls = slices.DeleteFunc(slices.Clone(k.calls), func(other *call) bool { return other == c })
	k.attempt = k.attempt.Next(c.began, w.now(), r.err)
	if r.err == nil {
		if k.id != "" && k.id != r.id {
			w.fail("the key %s led to %s and %s", k.key, k.id, r.id)
		}
		k.id, k.absent = r.id, false
		return
	}
	outcome := contract.OutcomeOf(r.err)
	switch {
	case outcome == contract.Indeterminate || c != k.latest: // it says nothing about a later call
	case len(w.made(k)) > 0:
		w.fail("a call with the key %s is %s, and its account has what it asked for", k.key, outcome)
	case len(k.calls) == 0:
		k.absent = true
	}
}

// gather takes the results of calls that have ended, and of those that end soon.
func (w *walk) gather() {
	for _, k := range w.keys {
		for _, c := range k.calls {
			select {
			case r := <-c.result:
				w.ended(k, c, r)
			case <-time.After(blink):
			}
		}
	}
	w.gatherCancels()
}

// lookUp looks a key up, in whatever account is configured.
func (w *walk) lookUp() {
	k := w.some(w.mayAsk)
	if k == nil || !w.hasLookUp(k) {
		return
	}
	attempt := k.attempt
	attempt.Key = k.key
	if attempt.FirstAt.IsZero() {
		attempt.FirstAt = w.now()
	}
	w.note("look up %s, %s, connection %d", k.key, timesOf(&attempt), w.configured)
	id, err := w.find(k, &attempt)
	w.note("  found %q %v", id, err)
	if err == nil {
		if made := w.made(k); len(made) != 1 || made[0] != id {
			w.fail("the key %s was found to have led to %s, and made %v", k.key, id, made)
		}
		return
	}
	if e, ok := errors.AsType[*contract.Error](err); !ok || !e.ProvesAbsence() {
		return
	}
	switch made := w.made(k); {
	case w.traffic.holds(k.key):
		w.fail("the absence of the key %s was proved, and a request for it is on its way", k.key)
	case len(k.calls) > 0: // a call that is not held may not have reached the provider yet
	case len(made) > 0:
		w.fail("the absence of the key %s was proved, and it made %v", k.key, made)
	default:
		k.absent = true
	}
}

func (w *walk) hasLookUp(k *key) bool {
	if k.of == nil {
		return w.can.CreateIdempotency.LookupByKey
	}
	return w.can.RefundIdempotency.LookupByKey
}

func (w *walk) find(k *key, attempt *contract.Attempt) (string, error) {
	if k.of == nil {
		payment, err := w.provider.GetStatus(context.Background(), &contract.GetStatusRequest{Attempt: attempt})
		if err != nil {
			return "", err
		}
		return payment.PaymentID, nil
	}
	refund, err := w.provider.GetRefund(context.Background(), &contract.GetRefundRequest{PaymentID: k.of.id, Attempt: attempt})
	if err != nil {
		return "", err
	}
	return refund.RefundID, nil
}

// end ends the trouble, and asks for every payment that is still open.
func (w *walk) end() {
	w.note("the end")
	w.traffic.releaseAll()
	w.canceling.releaseAll()
	w.cancelProbe()
	for _, k := range w.keys {
		for len(k.calls) > 0 {
			w.ended(k, k.calls[0], <-k.calls[0].result)
		}
	}
	w.gatherCancels()
	w.check()
	if w.Clock != nil {
		w.Clock.Advance(2 * w.SettleTime)
	}
	for _, k := range w.keys {
		if k.of != nil || k.id != "" || k.absent {
			continue
		}
		w.configure(k.asked, true)
		k.attempt.Key = k.key
		if r := w.ask(context.Background(), w.provider, k, k.attempt); r.err != nil {
			w.fail("when the trouble is over, the key %s leads to no payment: %v", k.key, r.err)
		}
	}
	w.check()
}
