package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Refund pays money back. With an ID that is known it returns what became of that
// refund, and makes no second one; with another amount, payment or sale it fails with an
// *OrderDiffersError. It fails with contract.InvalidRequest if the sale has no such
// payment or another currency, and with a *NotFreeError if the payment has not so much
// left, counting refunds that are under way and those that were made at the gateway.
// Neither sends anything.
func (e *Engine) Refund(ctx context.Context, saleID string, order *RefundOrder) (*Attempt, error) {
	if err := e.mayUse(ctx); err != nil {
		return nil, err
	}
	if err := order.validate(); err != nil {
		return nil, err
	}
	other, err := e.store.SaleOfRefund(ctx, order.ID)
	switch {
	case err == nil && other != saleID:
		return nil, &OrderDiffersError{OrderID: order.ID, Known: "order " + other, Asked: "order " + saleID}
	case err != nil && !errors.Is(err, ErrNotFound):
		return nil, busy(err, false)
	}
	known := err == nil
	sale, err := e.readPayment(ctx, saleID, order)
	if err != nil {
		return nil, busy(err, known)
	}
	found := e.presentsFor(ctx, namesOf(sale)...)
	next, err := e.move(ctx, saleID, found, func(m *move) (*step, error) { return m.refund(order) })
	if err != nil {
		return nil, busy(err, known)
	}
	if err := e.drive(ctx, next); err != nil {
		return nil, busy(err, true)
	}
	if sale, err = e.store.Sale(ctx, saleID); err != nil {
		return nil, busy(err, true)
	}
	view := attemptView(refundOf(sale, order.ID))
	return &view, nil
}

// readPayment reads the payment that is to be paid back, so that refunds of which the
// engine was not told are counted. If it cannot be read, what is known counts.
func (e *Engine) readPayment(ctx context.Context, saleID string, order *RefundOrder) (*ledger.Sale, error) {
	sale, err := e.store.Sale(ctx, saleID)
	if err != nil {
		return nil, err
	}
	if refundOf(sale, order.ID) != nil {
		return sale, nil
	}
	if err := order.fits(sale); err != nil {
		return nil, err
	}
	a := paymentOf(sale, order)
	if a == nil || a.GatewayID == "" {
		return sale, nil
	}
	next, err := e.run(ctx, saleID, a.Key, onDemand)
	if err != nil {
		return nil, err
	}
	return sale, e.drive(ctx, next)
}

// fits returns contract.InvalidRequest if a sale can never have such a refund, whatever
// is paid of it.
func (r *RefundOrder) fits(sale *ledger.Sale) error {
	var e violations
	if n := len(sale.Payments()); r.Payment != 0 && paymentOf(sale, r) == nil {
		e.add("payment", fmt.Sprintf("must be the number of a payment of order %q, which has %d, not %d", sale.ID, n, r.Payment))
	}
	if r.Amount.Currency != sale.Amount.Currency {
		e.add("amount.currency", fmt.Sprintf("must be %s, the currency of order %q, not %s", sale.Amount.Currency, sale.ID, r.Amount.Currency))
	}
	return e.of("refund", r.ID)
}

// differs returns an *OrderDiffersError if a refund is not the one that is known under
// its ID.
func (r *RefundOrder) differs(sale *ledger.Sale, known *ledger.Attempt) error {
	asked := r.Payment
	if payment := paymentOf(sale, r); payment != nil {
		asked = payment.N
	}
	of := sale.Attempt(known.Of).N
	if known.Amount == r.Amount && of == asked {
		return nil
	}
	describe := func(amount contract.Money, n int) string { return fmt.Sprintf("%s of payment %d", amount, n) }
	return &OrderDiffersError{OrderID: r.ID, Known: describe(known.Amount, of), Asked: describe(r.Amount, asked)}
}

func refundOf(sale *ledger.Sale, orderID string) *ledger.Attempt {
	for _, a := range sale.Refunds() {
		if a.OrderID == orderID {
			return a
		}
	}
	return nil
}

// paymentOf returns the payment that a refund is of; nil if there is none.
func paymentOf(sale *ledger.Sale, order *RefundOrder) *ledger.Attempt {
	for _, a := range sale.Payments() {
		if order.Payment == a.N || order.Payment == 0 && a.Key == sale.PaidBy {
			return a
		}
	}
	return nil
}

// refund reserves the amount and begins the call, or returns what is left to do of a
// refund that is known.
func (m *move) refund(order *RefundOrder) (*step, error) {
	if known := refundOf(m.sale, order.ID); known != nil {
		return nil, order.differs(m.sale, known) // or it is under way, or done
	}
	payment := paymentOf(m.sale, order)
	if payment == nil || payment.Status != contract.PaymentSucceeded {
		return nil, &NotFreeError{OrderID: order.ID, Why: "the payment has not succeeded"}
	}
	if p := m.present(payment.Provider); p.pinned != nil && p.pinned.Descriptor.RefundTerms(payment.Method, p.pinned.Account) == nil {
		return nil, &NotFreeError{OrderID: order.ID, Why: payment.Provider + " makes no refunds of " + payment.Method}
	}
	left := m.left(payment)
	if order.Amount.MinorUnits > left.MinorUnits {
		return nil, &NotFreeError{OrderID: order.ID, Why: "only " + left.String() + " of the payment is left", Left: left}
	}
	a := &ledger.Attempt{
		Key: newID(""), Operation: contract.OperationRefund, N: len(m.sale.Refunds()) + 1, OrderID: order.ID, Of: payment.Key,
		Provider: payment.Provider, Account: payment.Account, Mode: payment.Mode, Method: payment.Method, Amount: order.Amount,
		Request: ledger.Request{Reason: order.Reason}, NextCheckAt: m.at, CreatedAt: m.at,
	}
	m.sale.Attempts = append(m.sale.Attempts, a)
	m.note(a, "refund", "%s is to be paid back", order.Amount)
	return m.next(a), nil
}

// left returns what of a payment can be paid back: not what is held by refunds that
// may succeed, nor what was paid back without the engine.
func (m *move) left(payment *ledger.Attempt) contract.Money {
	held, made := m.refunds(payment)
	elsewhere := max(0, payment.Refunded-made)
	return contract.Money{Currency: payment.Amount.Currency, MinorUnits: max(0, payment.Amount.MinorUnits-held-elsewhere)}
}

// refunds returns the sums of the engine's refunds of a payment: of those that have
// succeeded or may succeed, and of those among them that the gateway has, which are in
// its own sum.
func (m *move) refunds(payment *ledger.Attempt) (held, made int64) {
	for _, a := range m.sale.Refunds() {
		if a.Of != payment.Key || m.isOff(a) {
			continue
		}
		held += a.Amount.MinorUnits
		if a.GatewayID != "" {
			made += a.Amount.MinorUnits
		}
	}
	return held, made
}

// setRefunded sets what the gateway says was paid back of a payment in all.
func (m *move) setRefunded(payment *ledger.Attempt, sum int64) {
	before := payment.Refunded
	if sum == before {
		return
	}
	payment.Refunded = sum
	m.note(payment, "refunded", "%s in all", contract.Money{Currency: payment.Amount.Currency, MinorUnits: sum})
	if held, _ := m.refunds(payment); sum > max(held, before) {
		m.sale.Change(m.at, payment.Key, string(ChangeRefunded)) // not by a refund of ours
	}
}

// isOff reports whether a refund will not be made: it ended without one, or nothing was
// made and nothing will be tried.
func (m *move) isOff(a *ledger.Attempt) bool {
	v := m.decide(a, m.present(a.Provider))
	return v.Do == contract.ActionNothing && a.Status != contract.PaymentSucceeded
}
