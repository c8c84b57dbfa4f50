package kittest

import (
	"context"
	"errors"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// call calls with a key, and goes on once the call has ended, is held, or waits for
// another.
func (w *keyWalk) call(k *walkedKey) {
	for _, other := range k.calls { // a host has no two calls under way
		if !other.gaveUp {
			k.attempt, other.gaveUp = k.attempt.Next(other.began, w.Clock.Now(), errCutOff), true
		}
	}
	attempt := k.attempt
	attempt.Key = k.key
	if w.draw(4) == 0 && k.life == w.restarts {
		attempt = contract.Attempt{Key: k.key}
	}
	trouble := keyTrouble(w.draw(int(keyTroubles)))
	w.note("call with %s, %+v, trouble %d, connection %d", k.key, attempt, trouble, w.configured)
	w.traffic.arm(k.key, trouble)
	ctx, leave := context.WithCancel(context.Background())
	call := &walkedCall{began: w.Clock.Now(), leave: leave, result: make(chan walkedResult, 1)}
	if k.absent || k.askedIn != w.restarts || k.attempt.FirstAt.IsZero() && len(k.calls) == 0 {
		k.asked, k.askedIn = w.configured, w.restarts
	}
	k.calls, k.latest, k.absent = append(k.calls, call), call, false
	go func(provider contract.PaymentProvider) { call.result <- w.ask(ctx, provider, k, attempt) }(w.provider)
	select {
	case result := <-call.result:
		w.traffic.arm(k.key, goesWell)
		w.ended(k, call, result)
		return
	case <-w.traffic.arrived:
	case <-time.After(blink):
	}
	w.traffic.arm(k.key, goesWell)
}

// ask calls the provider.
func (w *keyWalk) ask(ctx context.Context, provider contract.PaymentProvider, k *walkedKey, attempt contract.Attempt) walkedResult {
	if k.of == nil {
		request := w.Payment(k.key)
		request.Attempt = attempt
		payment, err := provider.CreatePayment(ctx, request)
		if err != nil {
			return walkedResult{err: err}
		}
		return walkedResult{id: payment.PaymentID}
	}
	amount := w.Payment(k.key).Amount
	amount.MinorUnits /= 4
	refund, err := provider.Refund(ctx, &contract.RefundRequest{Attempt: attempt, PaymentID: k.of.id, Amount: amount})
	if err != nil {
		return walkedResult{err: err}
	}
	return walkedResult{id: refund.RefundID}
}

// ended records how a call ended, as a host does.
func (w *keyWalk) ended(k *walkedKey, call *walkedCall, result walkedResult) {
	w.note("  ended with %s: %q %v", k.key, result.id, result.err)
	call.leave()
	for i, other := range k.calls {
		if other == call {
			k.calls = append(k.calls[:i:i], k.calls[i+1:]...)
			break
		}
	}
	k.attempt = k.attempt.Next(call.began, w.Clock.Now(), result.err)
	if result.err == nil {
		if k.id != "" && k.id != result.id {
			w.fail("the key %s led to %s and %s", k.key, k.id, result.id)
		}
		k.id, k.absent = result.id, false
		return
	}
	outcome := contract.OutcomeOf(result.err)
	switch {
	case outcome == contract.Indeterminate || call != k.latest: // it says nothing about a later call
	case len(w.made(k)) > 0:
		w.fail("a call with the key %s is %s, and its account has what it asked for", k.key, outcome)
	case len(k.calls) == 0:
		k.absent = true
	}
}

// gather takes the results of calls that have ended, and of those that end soon.
func (w *keyWalk) gather() {
	for _, key := range w.keys {
		for _, call := range key.calls {
			select {
			case result := <-call.result:
				w.ended(key, call, result)
			case <-time.After(blink):
			}
		}
	}
}

// lookUp looks a key up, in whatever account is configured.
func (w *keyWalk) lookUp() {
	k := w.some(w.mayAsk)
	if k == nil {
		return
	}
	attempt := k.attempt
	attempt.Key = k.key
	if attempt.FirstAt.IsZero() {
		attempt.FirstAt = w.Clock.Now()
	}
	w.note("look up %s, %+v, connection %d", k.key, attempt, w.configured)
	id, err := w.find(k, &attempt)
	w.note("  found %q %v", id, err)
	if err == nil {
		if made := w.made(k); len(made) != 1 || made[0] != id {
			w.fail("the key %s was found to have led to %s, and made %v", k.key, id, made)
		}
		return
	}
	if e, ok := errors.AsType[*contract.Error](err); ok && e.ProvesAbsence() {
		if made := w.made(k); len(made) > 0 {
			w.fail("the absence of the key %s was proved, and it made %v", k.key, made)
		}
		k.absent = true
	}
}

func (w *keyWalk) find(k *walkedKey, attempt *contract.Attempt) (string, error) {
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

// made returns what the two accounts have for a key.
func (w *keyWalk) made(k *walkedKey) []string {
	var ids []string
	for _, scope := range w.accounts {
		payments, err := scope.Payments(context.Background(), nil)
		if err != nil {
			w.fail("a ledger cannot be read: %v", err)
		}
		for i := range payments {
			if k.of == nil && payments[i].Key == k.key {
				ids = append(ids, payments[i].ID)
			}
			for _, refund := range payments[i].Refunds {
				if k.of != nil && payments[i].ID == k.of.id && refund.Key == k.key {
					ids = append(ids, refund.ID)
				}
			}
		}
	}
	return ids
}

// check compares the ledgers with what the host was told.
func (w *keyWalk) check() {
	for _, key := range w.keys {
		made := w.made(key)
		switch {
		case len(made) > 1:
			w.fail("the key %s made %v", key.key, made)
		case len(made) == 1 && key.absent:
			w.fail("the host was told that the key %s made nothing, and it made %s", key.key, made[0])
		case key.id != "" && (len(made) == 0 || made[0] != key.id):
			w.fail("the key %s was answered with %s, and made %v", key.key, key.id, made)
		}
	}
}

// end ends the trouble, and asks for every payment that is still open.
func (w *keyWalk) end() {
	w.note("the end")
	w.traffic.releaseAll()
	for _, key := range w.keys {
		for len(key.calls) > 0 {
			w.ended(key, key.calls[0], <-key.calls[0].result)
		}
	}
	w.check()
	w.Clock.Advance(2 * w.SettleTime)
	for _, key := range w.keys {
		if key.of != nil || key.id != "" || key.absent {
			continue
		}
		w.configure(key.asked, true)
		key.attempt.Key = key.key
		if result := w.ask(context.Background(), w.provider, key, key.attempt); result.err != nil {
			w.fail("when the trouble is over, the key %s leads to no payment: %v", key.key, result.err)
		}
	}
	w.check()
}
