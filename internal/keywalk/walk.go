package keywalk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// A World is a provider and its gateway.
type World struct {
	// New returns a provider without a configuration, whose clock is Clock. A
	// provider in a process of its own shares no clock: then Clock is nil, and time
	// is what it is. End ends the last one; nil if there is nothing to end.
	New   func() contract.PaymentProvider
	End   func(contract.PaymentProvider)
	Clock *kittest.Clock

	// Gateway is the sandbox behind Front, whose clock is Clock too. Two accounts
	// of it are used, each of which has the credential secret_key.
	Gateway gateway.Gateway
	Front   *kittest.Front

	// Configuration returns the configuration for a connection. It lets requests
	// begin until the end of a call.
	Configuration func(to *gateway.Connection) *contract.Configuration

	// Payment returns the request for a payment that can be refunded in part.
	Payment func(key string) *contract.CreatePaymentRequest

	// SettleTime is the one in force.
	SettleTime time.Duration

	// Creates, Refunds, Cancels and Probes are the routes of requests; see
	// [kittest.On]. Blank ones are those of operations that the provider lacks.
	Creates, Refunds, Cancels, Probes string
}

// Walk is a host that does things at random with idempotency keys and two accounts of
// a sandbox: it creates, refunds, cancels, reads, lists and looks up, configures with
// and without a probe and in vain, cancels calls, turns its clock, and restarts the
// provider, while requests are held, lost or refused. draw returns a number from 0 to n-1.
// After each step what the provider said is compared with the ledgers, and the first
// difference ends the test:
//
//   - a key makes at most one payment, and one refund, in both accounts together;
//   - where there is one, or a request for one is on its way, its absence is not
//     proved and no outcome is NOT_ATTEMPTED or REJECTED;
//   - only the account of a payment cancels, reads and lists it;
//   - when the trouble is over, each payment that the host still wants is
//     made, in the account in which it was last sent.
//
// The host is a good one: it sends what contract.Attempt.Next returns, except that it
// forgets it at times, and after a restart it asks in the account in which it asked
// before.
func Walk(test interface {
	Helper()
	Fatalf(format string, args ...any)
}, world *World, steps int, draw func(n int) int,
) {
	test.Helper()
	w := &walk{World: world, test: test, draw: draw}
	w.begin()
	defer w.close()
	for range steps {
		if w.probing != nil && time.Since(w.probing.began) > patience/2 { // before it times out
			w.endProbe()
		}
		w.step()
		w.check()
	}
	w.end()
}

type walk struct {
	*World

	test interface {
		Helper()
		Fatalf(format string, args ...any)
	}
	draw        func(n int) int
	provider    contract.PaymentProvider
	can         *contract.Descriptor
	accounts    [2]gateway.Scope
	connections []*gateway.Connection // one of the second account, and two of the first
	configured  int                   // the connection that is
	restarts    int
	keys        []*key
	cancels     []*cancellation
	traffic     traffic // of calls with keys
	canceling   traffic
	probes      traffic
	probing     *probe // the configuration that is under way; nil: none
	trail       []string
}

// A key is a payment or refund that the host wants.
type key struct {
	key     string
	of      *key // the payment that a refund is of; nil: it is a payment
	attempt contract.Attempt
	asked   int    // the connection of the latest call that sent something, or of the first that may have
	askedIn int    // the life of the provider in which that was
	id      string // what the provider answered
	absent  bool   // a look-up proved that there is none, and the host did not ask again
	life    int    // of the provider that was asked first
	calls   []*call
	latest  *call
}

// A call is under way.
type call struct {
	began  time.Time
	leave  context.CancelFunc
	result chan result
	held   bool // the gateway holds a request of it
	gaveUp bool
}

type result struct {
	id  string
	err error
}

const (
	// blink is how long a call may take that may have to wait for another.
	blink = 25 * time.Millisecond

	// patience is how long a call may take that waits for nothing.
	patience = 5 * time.Second
)

var errCutOff = errors.New("cut off")

func (w *walk) begin() {
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
	faults := []kittest.Fault{alias(rotated.Credentials["secret_key"], first.Credentials["secret_key"])}
	for route, traffic := range map[string]*traffic{
		w.Creates: &w.traffic, w.Refunds: &w.traffic, w.Cancels: &w.canceling, w.Probes: &w.probes,
	} {
		if route != "" {
			faults = append(faults, kittest.On(route, traffic.pass))
		}
	}
	w.Front.Set(faults...)
	w.configured = len(w.connections) - 1
	w.start()
}

// start starts a provider.
func (w *walk) start() {
	w.provider = w.New()
	can, err := w.provider.Describe(context.Background())
	if err != nil {
		w.fail("Describe failed: %v", err)
	}
	w.can = can
	w.configure(w.configured, false)
}

func (w *walk) close() {
	for _, traffic := range []*traffic{&w.traffic, &w.canceling, &w.probes} {
		traffic.releaseAll()
	}
	if w.End != nil && w.provider != nil {
		w.End(w.provider)
	}
	for _, scope := range w.accounts {
		_ = scope.Close(context.Background()) // one that stays open does no harm
	}
}

func (w *walk) now() time.Time {
	if w.Clock == nil {
		return time.Now()
	}
	return w.Clock.Now()
}

func (w *walk) fail(format string, args ...any) {
	w.test.Helper()
	w.test.Fatalf("%s\nthe steps were:\n%s", fmt.Sprintf(format, args...), strings.Join(w.trail, "\n"))
}

func (w *walk) note(format string, args ...any) {
	w.trail = append(w.trail, fmt.Sprintf(format, args...))
}

// step does one thing.
func (w *walk) step() {
	switch w.draw(16) {
	case 0, 1:
		w.keys = append(w.keys, &key{key: "key-" + strconv.Itoa(len(w.keys)) + "-xxxxx", life: w.restarts})
		w.call(w.keys[len(w.keys)-1])
	case 2, 3, 4:
		w.repeat()
	case 5:
		w.refund()
	case 6, 7:
		w.lookUp()
	case 8, 9:
		w.reconfigure()
	case 10:
		w.release()
	case 11:
		w.advance([]time.Duration{time.Second, w.SettleTime / 2, w.SettleTime + time.Second, -5 * time.Second}[w.draw(4)])
	case 12:
		w.giveUp()
	case 13:
		w.cancel()
	case 14:
		w.read()
	case 15:
		if w.draw(2) == 0 {
			w.restart()
		}
	}
}

// repeat calls again with a key.
func (w *walk) repeat() {
	if k := w.some(w.mayAsk); k != nil {
		w.call(k)
	}
}

// some returns a key that is fit, and nil if there is none.
func (w *walk) some(fit func(*key) bool) *key {
	var found []*key
	for _, k := range w.keys {
		if fit(k) {
			found = append(found, k)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[w.draw(len(found))]
}

// mayAsk reports whether a good host asks for the key now. A provider that was
// started anew does not know of another account, nor of an answer, which is not in
// the times of an attempt and may not be in a list yet.
func (w *walk) mayAsk(k *key) bool {
	return k.life == w.restarts || k.id == "" && (k.absent || account(k.asked) == account(w.configured))
}

// account returns which of the two accounts a connection is of.
func account(connection int) int {
	if connection == 0 {
		return 1
	}
	return 0
}

func (w *walk) does(operation contract.Operation) bool {
	return slices.Contains(w.can.Operations, operation)
}

// refund refunds a part of a payment.
func (w *walk) refund() {
	payment := w.some(func(k *key) bool { return k.of == nil && k.id != "" && len(k.calls) == 0 })
	if payment == nil || !w.does(contract.OperationRefund) {
		return
	}
	scope := w.accounts[account(payment.asked)]
	// It may be paid already.
	_ = scope.Transition(context.Background(), payment.id, &gateway.Transition{To: gateway.StateSucceeded})
	k := &key{key: "refund-" + strconv.Itoa(len(w.keys)) + "-xxxxx", of: payment, life: w.restarts}
	w.keys = append(w.keys, k)
	w.call(k)
}

// giveUp ends a call whose request goes on.
func (w *walk) giveUp() {
	k := w.some(func(k *key) bool { return len(k.calls) > 0 })
	if k == nil {
		return
	}
	c := k.calls[w.draw(len(k.calls))]
	w.note("cancel a call with %s", k.key)
	c.leave()
	r := <-c.result
	w.straggle(c)
	w.traffic.abandon(k.key, w.now())
	w.ended(k, c, r)
}

// straggle waits for a request of a call that has ended, unless the gateway holds it.
// It was begun before, and must not come when the clock was turned.
func (w *walk) straggle(c *call) {
	if !c.held {
		<-time.After(blink)
	}
}

// restart kills the provider's process. Its requests may still be on their way.
func (w *walk) restart() {
	w.note("restart")
	w.cancelProbe()
	for _, k := range w.keys {
		for _, c := range k.calls {
			c.leave()
			<-c.result
			w.straggle(c)
			k.attempt = k.attempt.Next(c.began, w.now(), errCutOff)
		}
		k.calls = nil
		w.traffic.abandon(k.key, w.now())
	}
	w.endCancels()
	w.restarts++
	if w.End != nil {
		w.End(w.provider)
	}
	w.start()
}

// advance turns the clock. A request whose caller has left arrives within the
// settle time.
func (w *walk) advance(by time.Duration) {
	if w.Clock == nil {
		return
	}
	w.note("advance by %s", by)
	w.traffic.releaseBefore(w.now().Add(by - w.SettleTime))
	w.Clock.Advance(by)
	w.gather()
}

// release lets a held request go on.
func (w *walk) release() {
	word := w.traffic.release(w.draw)
	if word == "" {
		word = w.canceling.release(w.draw)
	}
	switch {
	case word != "":
		w.note("release a request with %s", word)
		w.gather()
	case w.probing != nil:
		w.endProbe()
	}
}
