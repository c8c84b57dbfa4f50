package host

import (
	"context"
	"errors"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Checkout begins to be paid for an order, and returns the sale with what the payer
// has to do. With an ID that is known it returns the same sale, whatever its status,
// and makes no second payment; with another amount, currency or method it fails with an
// *OrderDiffersError. An order that is not valid fails with contract.InvalidRequest, whose
// violations name every field.
//
// It returns when there is something to show the payer, or when that will take longer
// than one call: the sale is OPEN then, and Run goes on with it. If the buyer leaves
// meanwhile, nothing is lost: what was begun is finished. While 64 buyers wait for the
// first provider of the order, others are refused at once with contract.ProviderUnreachable.
// An error means that nothing was stored and nothing was sent, or that it is stored and
// Run goes on; call Checkout again to know.
func (e *Engine) Checkout(ctx context.Context, order *Order) (_ *Sale, err error) {
	stored := false
	defer func() { err = busy(err, stored) }()
	if err := e.mayUse(ctx); err != nil {
		return nil, err
	}
	if err := order.validate(); err != nil {
		return nil, err
	}
	if !e.buyers.take(order.Providers[0]) {
		return e.whileCrowded(ctx, order)
	}
	defer e.buyers.free(order.Providers[0])
	next, err := e.openSale(ctx, order)
	if err != nil {
		return nil, err
	}
	stored = true
	if err := e.drive(ctx, next); err != nil {
		return nil, err
	}
	return e.Sale(ctx, order.ID)
}

// whileCrowded returns a sale that is known, for which nothing is done now. Others are
// refused.
func (e *Engine) whileCrowded(ctx context.Context, order *Order) (*Sale, error) {
	known, err := e.store.Sale(ctx, order.ID)
	if errors.Is(err, ErrNotFound) {
		return nil, errCrowded(order.Providers[0])
	}
	if err == nil {
		err = order.differs(known)
	}
	if err != nil {
		return nil, err
	}
	return e.Sale(ctx, order.ID)
}

// areLoaded returns contract.InvalidRequest if a provider of an order is not loaded.
func (e *Engine) areLoaded(order *Order) error {
	var invalid violations
	for _, name := range order.Providers {
		if _, ok := e.providers(name); !ok {
			invalid.add("providers", "must be loaded, which "+name+" is not")
		}
	}
	return invalid.of("order", order.ID)
}

// openSale stores a new sale with its first call. For one that is there it returns what
// can be done at once, if nothing is known of a payment yet.
func (e *Engine) openSale(ctx context.Context, order *Order) (*step, error) {
	known, err := e.store.Sale(ctx, order.ID)
	if errors.Is(err, ErrNotFound) {
		return e.newSale(ctx, order)
	}
	if err != nil {
		return nil, err
	}
	if err := order.differs(known); err != nil || known.Status != string(SaleOpen) {
		return nil, err
	}
	payments := known.Payments()
	return e.run(ctx, order.ID, payments[len(payments)-1].Key, onOrder)
}

func (e *Engine) newSale(ctx context.Context, order *Order) (*step, error) {
	if err := e.areLoaded(order); err != nil {
		return nil, err
	}
	key := newID("")
	sealed, err := e.seal.payer(order.Payer, key)
	if err != nil {
		return nil, err
	}
	found := e.presentsFor(ctx, order.Providers...)
	stray, err := e.strayOf(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	return e.transact(ctx, found, func(ctx context.Context, tx *ledger.Tx, m *move) (*step, error) {
		known, err := tx.Lock(ctx, order.ID) // another one may have been faster
		if err == nil {
			m.sale = known
			return nil, order.differs(known)
		}
		if !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		m.sale = ledger.NewSale(order.ID, order.Amount, order.Method, m.at)
		a := &ledger.Attempt{
			Key: key, Operation: contract.OperationCreatePayment, N: 1, OrderID: order.ID, Provider: order.Providers[0],
			Fallbacks: order.Providers[1:], Method: order.Method, Amount: order.Amount, Request: order.request(),
			Payer: sealed, NextCheckAt: m.at, CreatedAt: m.at,
		}
		m.sale.Attempts = append(m.sale.Attempts, a)
		m.note(a, "order", "%s by %s", order.Amount, order.Method)
		m.stray = stray
		return m.next(a), nil
	})
}

// differs returns an *OrderDiffersError if an order is not the one that is known under
// its ID.
func (o *Order) differs(known *ledger.Sale) error {
	if known.Amount == o.Amount && known.Method == o.Method {
		return nil
	}
	return &OrderDiffersError{
		OrderID: o.ID, Known: known.Amount.String() + " by " + known.Method, Asked: o.Amount.String() + " by " + o.Method,
	}
}

// PayAgain begins another payment for a sale that was not paid, with a key of its own.
// The order has the ID and the amount of the sale; method, providers, return URL and
// payer are what was chosen this time. It fails with a *NotFreeError, and sends nothing,
// if any payment of the sale has succeeded or may still be paid.
func (e *Engine) PayAgain(ctx context.Context, order *Order) (*Sale, error) {
	if err := e.mayUse(ctx); err != nil {
		return nil, err
	}
	if err := order.validate(); err != nil {
		return nil, err
	}
	if err := e.areLoaded(order); err != nil {
		return nil, err
	}
	if !e.buyers.take(order.Providers[0]) {
		return nil, errCrowded(order.Providers[0])
	}
	defer e.buyers.free(order.Providers[0])
	sale, err := e.store.Sale(ctx, order.ID)
	if err != nil {
		return nil, busy(err, false)
	}
	found := e.presentsFor(ctx, append(namesOf(sale), order.Providers...)...)
	next, err := e.move(ctx, order.ID, found, func(m *move) (*step, error) { return m.payAgain(order) })
	if err != nil {
		return nil, busy(err, false)
	}
	return e.finish(ctx, order.ID, next)
}

func (m *move) payAgain(order *Order) (*step, error) {
	if m.sale.Amount != order.Amount {
		return nil, &OrderDiffersError{OrderID: order.ID, Known: m.sale.Amount.String(), Asked: order.Amount.String()}
	}
	payments := m.sale.Payments()
	for _, a := range payments {
		if v := m.decide(a, m.present(a.Provider)); !v.Free {
			return nil, &NotFreeError{OrderID: order.ID, Why: v.Why, From: v.From}
		}
	}
	for _, a := range payments {
		if !a.Released {
			m.release(a, "the payer chose again")
			a.Payer = nil
		}
	}
	a := m.attemptAfter(payments[len(payments)-1], order.Providers)
	a.Method, a.Request = order.Method, order.request()
	sealed, err := m.engine.seal.payer(order.Payer, a.Key)
	if err != nil {
		return nil, err
	}
	a.Payer = sealed
	m.sale.CancelWanted = false
	m.sale.Attempts = append(m.sale.Attempts, a)
	m.note(a, "order", "%s by %s, once more", a.Amount, a.Method)
	return m.next(a), nil
}

// Cancel gives up being paid for a sale: nothing is begun any more, and a payment that
// waits for its payer is canceled at the gateway, if its provider can do that. The sale
// tells what became of it: a payment may have been paid in the same moment, and one
// that cannot be canceled is waited for.
func (e *Engine) Cancel(ctx context.Context, saleID string) (*Sale, error) {
	if err := e.mayUse(ctx); err != nil {
		return nil, err
	}
	sale, err := e.store.Sale(ctx, saleID)
	if err != nil {
		return nil, busy(err, false)
	}
	found := e.presentsFor(ctx, namesOf(sale)...)
	next, err := e.move(ctx, saleID, found, func(m *move) (*step, error) {
		if !m.sale.CancelWanted && m.sale.PaidBy == "" {
			m.sale.CancelWanted = true
			m.sale.Note(m.at, "", "cancel", "it is to be canceled")
		}
		payments := m.sale.Payments()
		m.reads = m.sale.PaidBy == ""
		return m.next(payments[len(payments)-1]), nil
	})
	if err != nil {
		return nil, busy(err, false)
	}
	return e.finish(ctx, saleID, next)
}

// finish makes the calls of what is stored, and returns the sale.
func (e *Engine) finish(ctx context.Context, saleID string, next *step) (*Sale, error) {
	if err := e.drive(ctx, next); err != nil {
		return nil, busy(err, true)
	}
	sale, err := e.Sale(ctx, saleID)
	return sale, busy(err, true)
}
