package hostchecks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// currency is that of ordinary orders, and method how they are paid.
const (
	currency = "THB"
	method   = "wallet"
)

// Order is an order of a buyer. No other order of its world has its amount, by which its
// calls are recognised.
type Order struct {
	ID      string
	Amount  contract.Money
	Wallets []*Wallet // the first preferred
	Method  string

	t       *T
	process int         // of the host, at which the buyer is
	alone   atomic.Bool // the host refuses several providers for one order
	opened  time.Time
	keys    []string // of its calls; guarded by the world's lock

	mu      sync.Mutex
	last    *hostctl.Order       // that the host said
	printed string               // what of that is in the evidence
	refused error                // the host does not take it
	placed  chan struct{}        // closed when the host has answered; nil before Place
	ended   map[string]time.Time // when a payment first ended unpaid
	unpaid  time.Time            // when the host first said so
	refunds int                  // that were thought of
}

// NewOrder returns an order that is not placed yet, by the wallet of the check's first kind
// if none is named.
func (t *T) NewOrder(wallets ...*Wallet) *Order {
	if len(wallets) == 0 {
		wallets = []*Wallet{t.Wallet(t.check.kinds()[0])}
	}
	w := t.world
	w.mu.Lock()
	n := len(w.orders) + 1
	o := &Order{
		ID: fmt.Sprintf("order-%d", n), Amount: Money(firstAmount + int64(n)), Wallets: wallets, Method: method, t: t, opened: time.Now(),
	}
	w.orders = append(w.orders, o)
	w.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.orders = append(t.orders, o)
	return o
}

// firstAmount is below the amount of each order.
const firstAmount = 20_000

// NewOrders returns n orders.
func (t *T) NewOrders(n int, wallets ...*Wallet) []*Order {
	orders := make([]*Order, n)
	for i := range orders {
		orders[i] = t.NewOrder(wallets...)
	}
	return orders
}

func (o *Order) names() []string {
	if o.alone.Load() {
		return []string{o.Wallets[0].Name}
	}
	names := make([]string, len(o.Wallets))
	for i, w := range o.Wallets {
		names[i] = w.Name
	}
	return names
}

// Place has the buyer place the order, and does not wait for the host's answer. If the host
// has the order not stored, or is not there, the buyer tries again.
func (o *Order) Place() *Order {
	o.placed, o.opened = make(chan struct{}), time.Now()
	o.t.note("order %s: %s by %v is placed", o.ID, o.Amount, o.names())
	go func() {
		defer close(o.placed)
		for ctx := o.t.Context(); ctx.Err() == nil; wait(ctx, 2*askEvery) {
			if o.PlaceOnce(ctx) || o.isKnown(ctx) {
				return
			}
		}
	}()
	return o
}

// PlaceOnce sends the order to the host, and reports whether that answered for good.
func (o *Order) PlaceOnce(ctx context.Context) bool {
	answer, err := o.client().PlaceOrder(ctx, &hostctl.NewOrder{
		ID: o.ID, Amount: moneyOf(o.Amount), Providers: o.names(), Method: o.Method,
	})
	o.hear("the order", answer, err)
	if errors.Is(err, hostctl.ErrNotValid) && len(o.Wallets) > 1 && !o.alone.Swap(true) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.refused = nil
		return false
	}
	return err == nil || o.Refused() != nil
}

// isKnown reports whether the host has the order, after an answer was lost.
func (o *Order) isKnown(ctx context.Context) bool {
	_, err := o.client().Order(ctx, o.ID)
	return err == nil
}

func (o *Order) client() *hostctl.Client { return o.t.world.client(o.process) }

func moneyOf(m contract.Money) hostctl.Money {
	return hostctl.Money{Currency: m.Currency, MinorUnits: m.MinorUnits}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// hear keeps an answer of the host about the order. One that breaks the protocol fails the
// check.
func (o *Order) hear(what string, answer *hostctl.Order, err error) {
	o.t.world.heard(answer, err)
	text := shown(answer) + because(err)
	o.mu.Lock()
	isNew := text != o.printed
	o.printed = text
	if err == nil {
		o.last = answer
		if answer.State == hostctl.OrderUnpaid && o.unpaid.IsZero() {
			o.unpaid = time.Now()
		}
	}
	for _, definite := range []error{hostctl.ErrConflict, hostctl.ErrNotValid, hostctl.ErrMalformed} {
		if errors.Is(err, definite) {
			o.refused = err
		}
	}
	o.mu.Unlock()
	if isNew {
		o.t.note("%s %s: %s", what, o.ID, text)
	}
	if wrong, ok := errors.AsType[*hostctl.AnswerError](err); ok {
		o.t.Errorf("the host breaks hostctl/1: %s", wrong)
	}
}

func shown(o *hostctl.Order) string {
	if o == nil {
		return ""
	}
	words := []string{string(o.State)}
	add := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	if o.Link != "" {
		add("link %s", o.Link)
	}
	if o.Paid != nil {
		add("paid by %s at %s", o.Paid.Payment, o.Paid.Provider)
	}
	if o.Refunded != nil {
		add("refunded %d", o.Refunded.MinorUnits)
	}
	for _, r := range o.Refunds {
		add("refund %q %d %s", r.ID, r.Amount.MinorUnits, r.State)
	}
	add("effects %d", o.Effects)
	for _, a := range o.Attention {
		add("attention %q", a.Text)
	}
	return strings.Join(words, " ")
}

// givenUp returns when the host first said that nothing is left that could be paid; zero if
// it has not.
func (o *Order) givenUp() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.unpaid
}

// Refused returns why the host does not take the order; nil if it does, or has not said.
func (o *Order) Refused() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.refused
}

// Look asks the host about the order; nil if it does not answer, or does not know it.
func (o *Order) Look() *hostctl.Order {
	ctx, cancel := context.WithTimeout(o.t.Context(), callLimit)
	defer cancel()
	answer, err := o.client().Order(ctx, o.ID)
	if errors.Is(err, hostctl.ErrNotFound) || errors.As(err, new(*hostctl.LostError)) {
		return nil // it is not placed yet, or the host is not there
	}
	if o.t.world.lies {
		answer = lie(answer)
	}
	o.hear("read", answer, err)
	return answer
}

// Await waits until the host says something of the order, and returns what it said.
func (o *Order) Await(what string, so func(*hostctl.Order) bool) *hostctl.Order {
	var found *hostctl.Order
	o.t.Until(fmt.Sprintf("order %s %s", o.ID, what), func() bool {
		found = o.Look()
		return found != nil && so(found)
	})
	return found
}

// Link waits until there is a link for the buyer, and returns it.
func (o *Order) Link() string {
	return o.Await("has a link", func(h *hostctl.Order) bool { return h.Link != "" }).Link
}

// Paid waits until the order is paid, by the payment.
func (o *Order) Paid(payment string) *hostctl.Order {
	said := o.Await("is PAID", func(h *hostctl.Order) bool { return h.State == hostctl.OrderPaid })
	if said.Paid != nil && said.Paid.Payment != payment {
		o.t.Errorf("order %s is PAID by %s; the gateway says that %s was paid", o.ID, said.Paid.Payment, payment)
	}
	return said
}

// Unpaid waits until the host says that nothing is left that could be paid.
func (o *Order) Unpaid() *hostctl.Order {
	return o.Await("is UNPAID", func(h *hostctl.Order) bool { return h.State == hostctl.OrderUnpaid })
}

// Is reports whether the host says that the order has a state now. If it does not answer,
// nothing is known, and so it is.
func (o *Order) Is(states ...hostctl.OrderState) bool {
	said := o.Look()
	return said == nil || slices.Contains(states, said.State)
}

// Pay has the buyer pay the order's payment, which must be there, and returns its id. The
// host is not told.
func (o *Order) Pay() string {
	return o.Move(contract.PaymentSucceeded).ID
}

// Payment is one of the order's at a gateway.
type Payment struct {
	scripted.LedgerPayment

	ID     string
	Wallet *Wallet
}

// Payments returns what the gateways have for the order.
func (o *Order) Payments() []Payment {
	var found []Payment
	for _, w := range o.t.world.wallets {
		for _, p := range w.Of(o.Amount) {
			found = append(found, Payment{p, p.PaymentID, w})
		}
	}
	return found
}

// Payment returns the only payment that the gateways have for the order.
func (o *Order) Payment() Payment {
	found := o.Payments()
	if len(found) != 1 {
		o.t.Fatalf("order %s has %d payments at the gateways, and must have one", o.ID, len(found))
	}
	return found[0]
}

// Keys returns the keys with which the host has tried to create a payment of the order.
func (o *Order) Keys() []string {
	o.t.world.mu.Lock()
	defer o.t.world.mu.Unlock()
	return slices.Clone(o.keys)
}

// OneKey checks that one key was used for all calls that try to create a payment.
func (o *Order) OneKey() {
	if keys := o.Keys(); len(keys) > 1 {
		o.t.Errorf("order %s has the keys %v, and no call with the first was closed", o.ID, keys)
	}
}

// concerns reports whether a call is about the order.
func (o *Order) concerns(c *scripted.Call) bool {
	if c.Operation == contract.OperationCreatePayment {
		return c.Amount == o.Amount
	}
	if c.PaymentID != "" {
		return slices.ContainsFunc(o.Payments(), func(p Payment) bool { return p.ID == c.PaymentID })
	}
	return c.Key() != "" && slices.Contains(o.Keys(), c.Key())
}

// Calls returns the calls about the order, of one operation, or of all if it is empty.
func (o *Order) Calls(operation contract.Operation) []scripted.CallRecord {
	var found []scripted.CallRecord
	for _, w := range o.t.world.wallets {
		for _, c := range w.Calls() {
			if (operation == "" || c.Operation == operation) && o.concerns(c.Call) {
				found = append(found, c)
			}
		}
	}
	slices.SortFunc(found, func(a, b scripted.CallRecord) int { return a.Number - b.Number })
	return found
}

// On says how calls about the order end, at each of its wallets: those of an operation, or
// all if it is empty; so many of them, or all if times is 0. Of several rules, the first
// that fits counts. The function that it returns removes the rule.
func (o *Order) On(operation contract.Operation, times int, do func(*scripted.Call) scripted.Action) (remove func()) {
	var all []func()
	for _, w := range o.Wallets {
		all = append(all, w.On(o.rule(operation, times, do)))
	}
	return func() {
		for _, one := range all {
			one()
		}
	}
}

// Park makes the next call about the order wait at a point, at the first of its wallets. A
// call that is released, or that has ended, then does what do says; nil means honestly.
func (o *Order) Park(operation contract.Operation, at scripted.Point, do func(*scripted.Call) scripted.Action) *scripted.Parked {
	return o.Wallets[0].Park(o.rule(operation, 1, do), at)
}

func (o *Order) rule(operation contract.Operation, times int, do func(*scripted.Call) scripted.Action) scripted.Rule {
	return scripted.Rule{Operation: operation, Match: o.concerns, Times: times, Do: do}
}
