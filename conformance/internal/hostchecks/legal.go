package hostchecks

import (
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// Legal checks that the host has done with the order's keys what contract.Decide allows,
// and nothing else: no key is used, and the order is not given up, while a payment of
// another one may still be paid, and no payment is created with a key that has one. Whether it repeats a call or looks its key up,
// and whether it goes on after a proof of absence or gives the order up, is its choice.
func (o *Order) Legal() {
	for _, breach := range o.breaches() {
		o.t.Errorf("order %s: %s", o.ID, breach)
	}
}

// breaches returns what the host has done with the order's keys that is not allowed.
func (o *Order) breaches() []string {
	var found []string
	calls := o.Calls(contract.OperationCreatePayment)
	if given := o.givenUp(); !given.IsZero() {
		for _, key := range o.Keys() {
			if why := o.open(key, given); why != "" {
				found = append(found, fmt.Sprintf("it was UNPAID while the key %s is open: %s", key, why))
			}
		}
	}
	for i := range calls {
		c := &calls[i]
		for _, key := range o.Keys() {
			if key == c.Key() || !usedBefore(calls[:i], key) {
				continue
			}
			if why := o.open(key, c.Began); why != "" {
				found = append(found, fmt.Sprintf("it is tried with the key %s at %s while the key %s is open: %s",
					c.Key(), c.Account().ID, key, why))
			}
		}
	}
	return found
}

func usedBefore(calls []scripted.CallRecord, key string) bool {
	return slices.ContainsFunc(calls, func(c scripted.CallRecord) bool { return c.Key() == key })
}

// open returns why nobody may be sure, at a time, that nothing can be paid with a key;
// empty if that is known.
func (o *Order) open(key string, at time.Time) string {
	var unknown time.Time // the end of the latest call of unknown result
	for _, c := range o.Calls(contract.OperationCreatePayment) {
		if c.Key() != key || !c.Began.Before(at) {
			continue
		}
		switch {
		case c.EndedAt.IsZero() || c.EndedAt.After(at):
			return "a call with it is in flight"
		case c.Ended == scripted.EndedError && (c.Outcome == contract.NotAttempted || c.Outcome == contract.Rejected):
		case c.Ended == scripted.EndedAnswer:
			return o.mayBePaid(key, at)
		default:
			unknown = c.EndedAt
		}
	}
	if unknown.IsZero() || o.provenAbsent(key, unknown, at) {
		return ""
	}
	if why := o.mayBePaid(key, at); why != "" {
		return "the result of a call is unknown, and " + why
	}
	if len(o.paymentsOf(key)) > 0 { // that has ended, and the host may have read it
		return ""
	}
	return "the result of a call is unknown, and nothing has proved that it made no payment"
}

// mayBePaid returns why a payment of a key may still be paid; empty if all have ended, or
// there are none.
func (o *Order) mayBePaid(key string, at time.Time) string {
	for _, p := range o.paymentsOf(key) {
		if ended := o.endedAt(p.ID); ended.IsZero() || ended.After(at) {
			return fmt.Sprintf("the payment %s can be paid", p.ID)
		}
	}
	return ""
}

func (o *Order) paymentsOf(key string) []Payment {
	return slices.DeleteFunc(o.Payments(), func(p Payment) bool { return p.IdempotencyKey != key })
}

// provenAbsent reports whether a look-up in time, which the host has heard, proved that
// nothing was made with the key.
func (o *Order) provenAbsent(key string, unknown, at time.Time) bool {
	return slices.ContainsFunc(o.Calls(contract.OperationGetStatus), func(c scripted.CallRecord) bool {
		return c.Key() == key && c.Proves && c.Began.After(unknown) && c.EndedAt.Before(at)
	})
}

// Move changes the status of the only payment of the order at the gateway, of which the host
// is not told, and returns it.
func (o *Order) Move(status contract.PaymentStatus) Payment {
	p := o.Payment()
	o.MovePayment(p, status)
	return p
}

// MovePayment is Move for one of several payments.
func (o *Order) MovePayment(p Payment, status contract.PaymentStatus) {
	p.Wallet.Move(p.ID, status)
	o.t.note("order %s: %s is %s at the gateway", o.ID, p.ID, status)
	if status == contract.PaymentSucceeded || status == contract.PaymentPending {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended == nil {
		o.ended = make(map[string]time.Time)
	}
	if o.ended[p.ID].IsZero() {
		o.ended[p.ID] = time.Now()
	}
}

// endedAt returns when a payment first could not be paid any more; zero if it could all the
// time.
func (o *Order) endedAt(payment string) time.Time {
	o.mu.Lock()
	ended := o.ended[payment]
	o.mu.Unlock()
	for _, c := range o.Calls(contract.OperationCancelPayment) { // by the host
		if c.PaymentID == payment && !c.CommittedAt.IsZero() && (ended.IsZero() || c.CommittedAt.Before(ended)) {
			ended = c.CommittedAt
		}
	}
	return ended
}
