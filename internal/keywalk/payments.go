package keywalk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// A cancellation is under way, in the account of its payment.
type cancellation struct {
	payment string
	leave   context.CancelFunc
	result  chan error
}

// cancel cancels a payment, in whatever account is configured.
func (w *walk) cancel() {
	k := w.some(func(k *key) bool { return k.of == nil && k.id != "" })
	if k == nil || !w.does(contract.OperationCancelPayment) {
		return
	}
	before, of := w.entry(k.id)
	if of != account(w.configured) {
		w.note("cancel %s in another account", k.id)
		_, err := w.provider.CancelPayment(context.Background(), &contract.CancelPaymentRequest{PaymentID: k.id})
		if after, _ := w.entry(k.id); err == nil || after.State != before.State {
			w.fail("another account canceled %s: it was %s and is %s, and the error is %v", k.id, before.State, after.State, err)
		}
		return
	}
	what := trouble(w.draw(int(troubles)))
	w.note("cancel %s, trouble %d", k.id, what)
	held := w.canceling.arm(k.id, what)
	ctx, leave := context.WithCancel(context.Background())
	c := &cancellation{payment: k.id, leave: leave, result: make(chan error, 1)}
	w.cancels = append(w.cancels, c)
	go func(provider contract.PaymentProvider) {
		_, err := provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: c.payment})
		c.result <- err
	}(w.provider)
	select {
	case err := <-c.result:
		w.canceled(c, err)
	case <-held:
	case <-time.After(patience):
		w.fail("a cancellation neither ended nor reached the gateway")
	}
	w.canceling.disarm(k.id)
}

// canceled compares what a cancellation led to with the ledger.
func (w *walk) canceled(c *cancellation, err error) {
	w.note("  canceled %s: %v", c.payment, err)
	c.leave()
	w.cancels = slices.DeleteFunc(slices.Clone(w.cancels), func(other *cancellation) bool { return other == c })
	entry, _ := w.entry(c.payment)
	if err == nil && entry.State == gateway.StatePending {
		w.fail("%s was canceled, and is pending", c.payment)
	}
}

// gatherCancels takes the results of the cancellations whose requests are not held.
func (w *walk) gatherCancels() {
	for _, c := range w.cancels {
		if w.canceling.holds(c.payment) {
			continue
		}
		select {
		case err := <-c.result:
			w.canceled(c, err)
		case <-time.After(patience):
			w.fail("a cancellation does not end")
		}
	}
}

// endCancels ends all calls of CancelPayment. Their requests go on.
func (w *walk) endCancels() {
	for _, c := range w.cancels {
		c.leave()
		w.canceled(c, <-c.result)
	}
}

// read reads a payment or refund by its id, and the list, in whatever account is
// configured.
func (w *walk) read() {
	k := w.some(func(k *key) bool { return k.id != "" })
	if k == nil {
		return
	}
	w.note("read %s, connection %d", k.id, w.configured)
	payment := k
	if k.of != nil {
		payment = k.of
	}
	_, of := w.entry(payment.id)
	own := of == account(w.configured)
	id, err := w.readByID(k)
	notFound := errors.Is(err, contract.PaymentNotFound) || errors.Is(err, contract.RefundNotFound)
	switch {
	case own && (err != nil || id != k.id):
		w.fail("%s cannot be read in its own account: %q %v", k.id, id, err)
	case !own && !notFound:
		w.fail("%s is read in another account: %q %v", k.id, id, err)
	}
	if w.does(contract.OperationListPayments) {
		w.list()
	}
}

func (w *walk) readByID(k *key) (string, error) {
	if k.of == nil {
		payment, err := w.provider.GetStatus(context.Background(), &contract.GetStatusRequest{PaymentID: k.id})
		if err != nil {
			return "", err
		}
		return payment.PaymentID, nil
	}
	refund, err := w.provider.GetRefund(context.Background(), &contract.GetRefundRequest{PaymentID: k.of.id, RefundID: k.id})
	if err != nil {
		return "", err
	}
	return refund.RefundID, nil
}

// list lists the payments of the account that is configured.
func (w *walk) list() {
	page, err := w.provider.ListPayments(context.Background(), &contract.ListPaymentsRequest{
		CreatedFrom: w.now().Add(-time.Hour), CreatedUntil: w.now().Add(time.Minute),
	})
	if err != nil {
		w.fail("the list of payments cannot be read: %v", err)
	}
	own := w.ledger(account(w.configured))
	for i := range page.Payments {
		id := page.Payments[i].PaymentID
		if !slices.ContainsFunc(own, func(p gateway.Payment) bool { return p.ID == id }) {
			w.fail("the list has %s, which is another account's", id)
		}
	}
}
