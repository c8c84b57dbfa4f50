package kit

import (
	"context"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// A keyUse is what a call has to do with its idempotency key.
type keyUse struct {
	keys        *keyMemory
	now         func() time.Time
	settle      time.Duration
	request     *requestKey
	credentials credentials
	began       time.Time

	// known is the attempt as it was when the use began: the host's, widened by
	// what this process knew of earlier calls.
	known contract.Attempt

	// key is nil once the use has ended; a look-up's may be nil from the
	// beginning. begun is how many calls with it there had been. passedOn says that
	// HoldKey was called, so that another use says what became of the call.
	key      *usedKey
	begun    int
	passedOn bool
}

type keyUseKey struct{}

// HoldKey is for operations whose gateway does not honour idempotency keys. ctx is
// what Run passed to the operation. HoldKey returns the attempt of the call, widened
// by what is known now of earlier calls in this process, and the id of the payment
// or refund that they led to; empty if none is known.
//
// A call that moves money then uses its key until end is called, also if the call
// itself ends before. end takes the id of what the key led to, whether a request that
// moves money was begun, and the error or nil. An outcome that is certain must be so
// for all earlier calls of the attempt. end returns the error, as Indeterminate if
// this process knows that the key led to something, or may have. A look-up need not
// call it.
func HoldKey(ctx context.Context) (attempt contract.Attempt, made string, end func(made string, sent bool, e *contract.Error) *contract.Error) {
	use, _ := ctx.Value(keyUseKey{}).(*keyUse)
	if use == nil {
		return attempt, "", func(_ string, _ bool, e *contract.Error) *contract.Error { return e }
	}
	held := use.hold()
	return held.known, held.made(), held.end
}

// begin begins a call that moves money. It fails if the key is in use in an account
// that is not certainly the session's. If others is set, the results of calls that
// are under way count as unknown.
func (u *keyUse) begin(others bool) *contract.Error {
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	key := u.keys.get(u.request.name)
	switch {
	case key == nil:
		key = &usedKey{name: u.request.name, object: u.request.object, credentials: u.credentials}
		if e := u.keys.add(key, u.began); e != nil {
			return e
		}
	case !u.keys.same(key.credentials, u.credentials):
		return key.elsewhere()
	}
	if others && key.calls > 0 {
		u.known = widened(u.known, contract.Attempt{FirstAt: u.began, LastUnknownAt: u.began})
	}
	u.enter(key)
	return nil
}

func (u *keyUse) enter(key *usedKey) {
	key.calls++
	key.begun++
	u.key, u.known = key, widened(u.known, key.attempt)
}

// made returns the id of what the key is known to have led to in the account.
func (u *keyUse) made() string {
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	key := u.keys.get(u.request.name)
	if key == nil || !u.keys.same(key.credentials, u.credentials) {
		return ""
	}
	return key.made
}

// hold returns another use of the key, which begins now.
func (u *keyUse) hold() *keyUse {
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	held := *u
	held.key = nil
	if u.request.moves && u.key != nil {
		held.enter(u.key)
		u.passedOn = true
	}
	return &held
}

// end ends a use; see HoldKey. Only its first call has an effect.
func (u *keyUse) end(made string, sent bool, e *contract.Error) *contract.Error {
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	key := u.key
	if key == nil {
		return e
	}
	u.key = nil
	key.calls--
	if made != "" {
		key.made = made
	}
	if e != nil && (u.passedOn || !sent) && u.saysNothing(e) {
		u.keys.forget(key)
		return e
	}
	if e != nil && e.Outcome == contract.Indeterminate {
		key.attempt = widened(key.attempt, u.known).Next(u.began, u.now(), e)
		key.settles = key.attempt.LastUnknownAt.Add(u.settle)
		return e
	}
	if e == nil || !key.attempt.LastUnknownAt.After(u.known.LastUnknownAt) {
		key.attempt.LastUnknownAt, key.settles = time.Time{}, time.Time{}
	}
	switch {
	case e == nil:
		known := contract.Attempt{FirstAt: u.known.FirstAt}
		key.attempt = widened(key.attempt, known.Next(u.began, u.now(), nil))
	case key.made != "" || key.attempt.Unknown():
		return e.WithOutcome(contract.Indeterminate).With(key.object, key.made)
	default:
		u.keys.forget(key)
	}
	return e
}

// saysNothing reports whether an error is uncertain only because earlier calls are,
// of which the host knows. If such a call counted, it would bind the key to an account
// where nothing was made, such as one that was configured by mistake.
func (u *keyUse) saysNothing(e *contract.Error) bool {
	object := u.request.object
	return e.Outcome == contract.Indeterminate && e.Metadata[object] == "" && e.Metadata[object+"s"] == ""
}

// beginLookUp begins a look-up, which moves no money.
func (u *keyUse) beginLookUp() {
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	key := u.keys.get(u.request.name)
	if key == nil {
		return
	}
	u.key, u.begun = key, key.begun
	if u.keys.same(key.credentials, u.credentials) {
		u.known = widened(u.known, key.attempt)
	}
}

// endLookUp returns the error of a look-up. It proves no absence if a call with the
// key was made elsewhere, was under way, or has made something. If it does, the key
// is free again. So it is if the account does not even have the payment that was to be
// refunded, which is no proof for a host.
func (u *keyUse) endLookUp(e *contract.Error) *contract.Error {
	noPayment := e != nil && e.Reason == contract.PaymentNotFound && u.request.object == contract.MetaRefundID
	if e == nil || !e.ProvesAbsence() && !noPayment {
		return e
	}
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	key := u.keys.get(u.request.name)
	why := "a call with it is under way or has made something, so this proves nothing yet; look it up again later"
	switch {
	case key == nil:
		return e
	case !u.keys.same(key.credentials, u.credentials):
		why = "it was used with other credentials, maybe of another account, so this proves nothing; look it up with those"
	case noPayment && u.began.Before(key.settles):
		return e
	case key == u.key && key.begun == u.begun && key.calls == 0 && key.made == "":
		u.keys.drop(key)
		return e
	}
	if noPayment {
		return e
	}
	e = e.With(contract.MetaSettled, strconv.FormatBool(false))
	e.Message = "nothing was found for this idempotency key, but " + why
	return e
}
