package kittest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// A KeyWorld is a provider and its gateway, for [WalkKeys].
type KeyWorld struct {
	// New returns a provider without a configuration, whose clock is Clock.
	New   func() contract.PaymentProvider
	Clock *Clock

	// Gateway is the sandbox behind Front, whose clock is Clock too. Two accounts
	// of it are used, each of which has the credential secret_key.
	Gateway gateway.Gateway
	Front   *Front

	// Configuration returns the configuration for a connection. It lets requests
	// begin until the end of a call.
	Configuration func(to *gateway.Connection) *contract.Configuration

	// Payment returns the request for a payment that can be refunded in part.
	Payment func(key string) *contract.CreatePaymentRequest

	// SettleTime is the one in force.
	SettleTime time.Duration

	// Moves are the routes of the requests that move money; see [On].
	Moves []string
}

// WalkKeys is a host that does things at random with idempotency keys and two
// accounts of a sandbox: it creates, refunds, looks up, configures, gives up, turns
// its clock, and starts the provider anew, while requests are held, lost or refused.
// draw returns a number from 0 to n-1. After each step what the provider said is
// compared with the ledgers, and the first difference ends the test:
//
//   - a key makes at most one payment, and one refund, in both accounts together;
//   - where there is one, or a request for one is on its way, its absence is not
//     proved and no outcome is NOT_ATTEMPTED or REJECTED;
//   - when the trouble is over, each payment that was asked for and not given up is
//     made, in the account in which it was first asked for.
//
// The host is a good one: it sends what contract.Attempt.Next returns, except that it
// forgets it at times, and after a restart it asks in the account in which it asked
// before.
func WalkKeys(test interface {
	Helper()
	Fatalf(format string, args ...any)
}, world *KeyWorld, steps int, draw func(n int) int) {
	test.Helper()
	w := &keyWalk{KeyWorld: world, test: test, draw: draw}
	w.begin()
	defer w.close()
	for range steps {
		w.step()
		w.check()
	}
	w.end()
}

type keyWalk struct {
	*KeyWorld

	test interface {
		Helper()
		Fatalf(format string, args ...any)
	}
	draw        func(n int) int
	provider    contract.PaymentProvider
	accounts    [2]gateway.Scope
	connections []*gateway.Connection // one of the second account, and two of the first
	configured  int                   // the connection that is
	restarts    int
	keys        []*walkedKey
	traffic     keyTraffic
	trail       []string
}

// A walkedKey is a payment or refund that the host wants.
type walkedKey struct {
	key     string
	of      *walkedKey // the payment that a refund is of; nil: it is a payment
	attempt contract.Attempt
	asked   int           // the connection of the first call that may have made something
	askedIn int           // the life of the provider in which that was
	id      string        // what the provider answered
	absent  bool          // the host was told that there is none, and did not ask again
	life    int           // of the provider that was asked first
	calls   []*walkedCall // under way
	latest  *walkedCall
}

// A walkedCall is a call under way.
type walkedCall struct {
	began  time.Time
	leave  context.CancelFunc
	result chan walkedResult
	gaveUp bool
}

type walkedResult struct {
	id  string
	err error
}

// blink is how long a call may take to end or to be held. Those that take longer
// wait for others.
const blink = 25 * time.Millisecond

var errCutOff = errors.New("cut off")

func (w *keyWalk) begin() {
	for i := range w.accounts {
		scope, err := w.Gateway.NewScope(context.Background(), nil)
		if err != nil {
			w.test.Fatalf("an account cannot be opened: %v", err)
		}
		w.accounts[i] = scope
	}
	first, second := w.accounts[0].Connection(), w.accounts[1].Connection()
	rotated := *first
	rotated.Credentials = maps.Clone(first.Credentials)
	rotated.Credentials["secret_key"] += "0"
	w.connections = []*gateway.Connection{second, &rotated, first}
	faults := []Fault{alias(rotated.Credentials["secret_key"], first.Credentials["secret_key"])}
	for _, route := range w.Moves {
		faults = append(faults, On(route, w.traffic.pass))
	}
	w.Front.Set(faults...)
	w.configured = len(w.connections) - 1
	w.start()
}

func (w *keyWalk) close() {
	w.traffic.releaseAll()
	for _, scope := range w.accounts {
		_ = scope.Close(context.Background()) // one that stays open does no harm
	}
}

// alias makes a second secret key of an account's first.
func alias(second, first string) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if user, password, basic := r.BasicAuth(); basic && user == second {
			r.SetBasicAuth(first, password)
		} else if r.Header.Get("Authorization") == "Bearer "+second {
			r.Header.Set("Authorization", "Bearer "+first)
		}
		next.ServeHTTP(rw, r)
	}
}

// start starts a provider.
func (w *keyWalk) start() {
	w.provider = w.New()
	w.configure(w.configured, false)
}

func (w *keyWalk) configure(connection int, probe bool) {
	c := w.Configuration(w.connections[connection])
	c.Probe = probe
	if _, err := w.provider.Configure(context.Background(), c); err != nil {
		w.fail("Configure failed: %v", err)
	}
	w.configured = connection
}

// account returns which of the two accounts a connection is of.
func (w *keyWalk) account(connection int) int {
	if connection == 0 {
		return 1
	}
	return 0
}

func (w *keyWalk) fail(format string, args ...any) {
	w.test.Helper()
	w.test.Fatalf("%s\nthe steps were:\n%s", fmt.Sprintf(format, args...), strings.Join(w.trail, "\n"))
}

func (w *keyWalk) note(format string, args ...any) {
	w.trail = append(w.trail, fmt.Sprintf(format, args...))
}

// step does one thing.
func (w *keyWalk) step() {
	switch w.draw(12) {
	case 0, 1:
		w.keys = append(w.keys, &walkedKey{key: "key-" + strconv.Itoa(len(w.keys)) + "-", life: w.restarts})
		w.keys[len(w.keys)-1].key += strings.Repeat("x", 5)
		w.call(w.keys[len(w.keys)-1])
	case 2, 3, 4:
		w.repeat()
	case 5:
		w.refund()
	case 6:
		w.lookUp()
	case 7, 8:
		connection, probe := w.draw(len(w.connections)), w.draw(2) == 1
		w.note("configure %d, probe %t", connection, probe)
		w.configure(connection, probe)
	case 9:
		w.release()
	case 10:
		w.advance([]time.Duration{time.Second, w.SettleTime / 2, w.SettleTime + time.Second, -5 * time.Second}[w.draw(4)])
	case 11:
		if w.draw(3) > 0 {
			w.giveUp()
		} else {
			w.restart()
		}
	}
}

// repeat calls again with a key.
func (w *keyWalk) repeat() {
	if key := w.some(w.mayAsk); key != nil {
		w.call(key)
	}
}

// some returns a key that is fit, and nil if there is none.
func (w *keyWalk) some(fit func(*walkedKey) bool) *walkedKey {
	var found []*walkedKey
	for _, key := range w.keys {
		if fit(key) {
			found = append(found, key)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[w.draw(len(found))]
}

// mayAsk reports whether a good host asks for the key now. A provider that was
// started anew does not know of another account, nor of an answer, which the times
// of an attempt do not tell and a list may not show yet.
func (w *keyWalk) mayAsk(k *walkedKey) bool {
	return k.life == w.restarts || k.id == "" && (k.absent || w.account(k.asked) == w.account(w.configured))
}

// refund refunds a part of a payment.
func (w *keyWalk) refund() {
	payment := w.some(func(k *walkedKey) bool { return k.of == nil && k.id != "" && len(k.calls) == 0 })
	if payment == nil {
		return
	}
	scope := w.accounts[w.account(payment.asked)]
	// It may be paid already.
	_ = scope.Transition(context.Background(), payment.id, &gateway.Transition{To: gateway.StateSucceeded})
	key := &walkedKey{key: "refund-" + strconv.Itoa(len(w.keys)) + "-xxxxx", of: payment, life: w.restarts}
	w.keys = append(w.keys, key)
	w.call(key)
}

// giveUp ends a call whose request goes on.
func (w *keyWalk) giveUp() {
	key := w.some(func(k *walkedKey) bool { return len(k.calls) > 0 })
	if key == nil {
		return
	}
	call := key.calls[w.draw(len(key.calls))]
	w.note("give up a call with %s", key.key)
	call.leave()
	w.traffic.abandon(key.key, w.Clock.Now())
	w.ended(key, call, <-call.result)
}

// restart kills the provider's process. Its requests may still be on their way.
func (w *keyWalk) restart() {
	w.note("restart")
	for _, key := range w.keys {
		for _, call := range key.calls {
			call.leave()
			<-call.result
			key.attempt = key.attempt.Next(call.began, w.Clock.Now(), errCutOff)
		}
		key.calls = nil
		w.traffic.abandon(key.key, w.Clock.Now())
	}
	w.restarts++
	w.start()
}

// advance turns the clock. A request whose caller has left arrives within the
// settle time.
func (w *keyWalk) advance(by time.Duration) {
	w.note("advance by %s", by)
	w.traffic.releaseBefore(w.Clock.Now().Add(by - w.SettleTime))
	w.Clock.Advance(by)
	w.gather()
}

// release lets a held request go on.
func (w *keyWalk) release() {
	if key := w.traffic.release(w.draw); key != "" {
		w.note("release a request with %s", key)
		w.gather()
	}
}
