package host

import (
	"context"
	"errors"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/jobs"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// errCutOff is what a call without an end is taken to have ended with.
var errCutOff = errors.New("the call was cut off")

// move runs do within a transaction that has locked the sale. do may be called again
// if another transaction is in the way.
func (e *Engine) move(ctx context.Context, saleID string, found presents, do func(*move) (*step, error)) (*step, error) {
	return e.transact(ctx, found, func(ctx context.Context, tx *ledger.Tx, m *move) (*step, error) {
		sale, err := tx.Lock(ctx, saleID)
		if err != nil {
			return nil, err
		}
		m.sale = sale
		return do(m)
	})
}

// transact runs do within a transaction, and stores what it has changed of the sale.
// What fails in it beside the ledger does not undo that: see doWithout.
func (e *Engine) transact(ctx context.Context, found presents, do func(context.Context, *ledger.Tx, *move) (*step, error)) (*step, error) {
	var next *step
	var without beside
	var looks []jobs.Look
	var at time.Time
	once := func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		if at, err = e.time(ctx); err != nil {
			return err
		}
		m := &move{engine: e, at: at, presents: found}
		if next, err = do(ctx, tx, m); err != nil {
			return err
		}
		if looks = nil; m.sale == nil { // nothing of a sale has changed
			return nil
		}
		for _, a := range m.learned {
			if err := e.matchEvents(ctx, tx, m, a); err != nil {
				return err
			}
		}
		if m.adopted != nil {
			if err := tx.RemoveStray(ctx, m.adopted); err != nil {
				return err
			}
		}
		m.conclude()
		if err := e.deliverNew(ctx, tx, m.sale, without.onChange); err != nil {
			return err
		}
		if err := tx.Save(ctx, m.sale); err != nil {
			return err
		}
		looks = m.soon()
		return e.insertLooks(ctx, tx, looks, &without)
	}
	err := e.doWithout(ctx, &without, once)
	if _, ok := errors.AsType[*ledger.CommitUnknownError](err); ok && !e.isStored(ctx, next) {
		if next != nil && next.kind == stepCall {
			return nil, err // nothing was sent
		}
		err = e.doWithout(ctx, &without, once)
	} else if ok {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if next != nil && next.kind == stepCall {
		e.mark(ctx, next.record.CreatedAt)
	}
	e.expect(looks, at, !without.jobs)
	return next, nil
}

// beside is what has failed in a transaction beside the ledger, the time before.
type beside struct {
	onChange error // what ended the transaction in OnChange, which is told later; nil if nothing did
	jobs     bool  // River has not taken the looks, and a sweep finds what is due
}

// doWithout runs a transaction, and runs it again without what has failed in it beside
// the ledger: a payment is stored whatever becomes of that.
func (e *Engine) doWithout(ctx context.Context, without *beside, once func(context.Context, *ledger.Tx) error) error {
	for {
		err := e.store.Do(ctx, once)
		lost, inOnChange := errors.AsType[*ledger.SavepointError](err)
		refused, inJobs := errors.AsType[*jobs.InsertError](err)
		switch {
		case inOnChange && without.onChange == nil:
			without.onChange = lost
		case inJobs && !without.jobs:
			without.jobs = true
			e.fail(ctx, "other processes could not be told what is due, and find it later", remedyRiver, refused)
		default:
			return err
		}
	}
}

// isStored reports whether the call of a step was committed, by its number and time,
// after a commit of which nobody was told.
func (e *Engine) isStored(ctx context.Context, s *step) bool {
	if s == nil || s.kind != stepCall {
		return false
	}
	sale, err := e.store.Sale(ctx, s.saleID)
	if err != nil {
		return false
	}
	a := sale.Attempt(s.key)
	if a == nil || a.Try(s.try) == nil {
		return false
	}
	stored, meant := a.Try(s.try), s.record.Try(s.try)
	return stored.Ended.IsZero() && stored.Began.Equal(meant.Began) && stored.Deadline.Equal(meant.Deadline)
}

// matchEvents looks at a payment again of which a webhook came before its id was known.
func (e *Engine) matchEvents(ctx context.Context, tx *ledger.Tx, m *move, a *ledger.Attempt) error {
	found, err := tx.MatchEvents(ctx, a)
	if len(found) > 0 {
		m.note(a, "webhook", "a webhook had come before the id was known")
		m.hint(a)
	}
	for i := range found {
		m.attendEvent(a, &found[i])
	}
	return err
}

// drive makes the calls of a step and of those that follow from it, until nothing is
// left to be done now. The calls do not end with the caller's context: a buyer who
// leaves changes nothing.
func (e *Engine) drive(ctx context.Context, next *step) error {
	ctx = context.WithoutCancel(ctx)
	for next != nil {
		var err error
		if next, err = e.perform(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

// perform makes the call of a step, and stores what it brought with what follows.
func (e *Engine) perform(ctx context.Context, s *step) (*step, error) {
	brought := e.ask(ctx, s)
	found := presents{s.record.Provider: s.with}
	for _, name := range s.record.Fallbacks {
		found[name] = e.present(ctx, name)
	}
	return e.move(ctx, s.saleID, found, func(m *move) (*step, error) {
		a := m.sale.Attempt(s.key)
		m.end(a, s, brought)
		return m.next(a), nil
	})
}

// result is what a call brought: a payment, a refund or an error.
type result struct {
	payment *contract.Payment
	refund  *contract.Refund
	err     error
}

// ask makes the call of a step, and makes it again at once where nothing was sent
// because the process was replaced after it was decided on.
func (e *Engine) ask(ctx context.Context, s *step) result {
	brought := e.askOnce(ctx, s)
	if contract.NeverSent(brought.err) {
		if successor := e.successor(ctx, s); successor != nil {
			s.with = successor
			return e.askOnce(ctx, s)
		}
	}
	return brought
}

func (e *Engine) askOnce(ctx context.Context, s *step) result {
	if s.kind == stepCall {
		return e.callWithin(ctx, s)
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	if s.record.Operation == contract.OperationRefund {
		request := &contract.GetRefundRequest{PaymentID: s.of, RefundID: s.record.GatewayID}
		if s.kind == stepLookUp {
			request = &contract.GetRefundRequest{PaymentID: s.of, Attempt: &s.attempt}
		}
		refund, err := s.with.pinned.GetRefund(ctx, request)
		return result{refund: refund, err: err}
	}
	if s.kind == stepCancel {
		if payment, err := s.with.pinned.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: s.record.GatewayID}); err == nil {
			return result{payment: payment}
		}
	}
	request := &contract.GetStatusRequest{PaymentID: s.record.GatewayID}
	if s.kind == stepLookUp {
		request = &contract.GetStatusRequest{Attempt: &s.attempt}
	}
	payment, err := s.with.pinned.GetStatus(ctx, request)
	return result{payment: payment, err: err}
}

// since returns how long ago a step was decided on.
func (e *Engine) since(s *step) time.Duration { return e.options.monotonic().Sub(s.began) }

// leastTimeLeft is how much of its time a call must have left when it begins: a commit
// may have taken long, and who takes over counts from the deadline.
func (e *Engine) leastTimeLeft() time.Duration { return e.options.CallTime / 2 }

// callWithin makes a call that moves money within the time that was committed, or not
// at all if too little of it is left by either clock.
func (e *Engine) callWithin(ctx context.Context, s *step) result {
	at, err := e.time(ctx)
	left := min(s.until.Sub(at), e.options.CallTime-e.since(s))
	if err != nil || left < e.leastTimeLeft() {
		call := contract.Call{Operation: s.record.Operation, Request: e.request(s, nil)}
		return result{err: call.NotSent(contract.Errorf(contract.DeadlineTooShort,
			"nothing was sent: storing the call took so long that %s of its time is left", left))}
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	payer, err := e.seal.openPayer(s.record.Payer, s.key)
	if err != nil {
		call := contract.Call{Operation: s.record.Operation, Request: e.request(s, nil)}
		return result{err: call.NotSent(contract.Errorf(contract.InvalidRequest, "nothing was sent: %v", err))}
	}
	switch request := e.request(s, payer).(type) {
	case *contract.RefundRequest:
		refund, err := s.with.pinned.Refund(ctx, request)
		return result{refund: refund, err: err}
	case *contract.CreatePaymentRequest:
		payment, err := s.with.pinned.CreatePayment(ctx, request)
		return result{payment: payment, err: err}
	default:
		panic("host: no such request")
	}
}

// request returns what a call of a step carries.
func (e *Engine) request(s *step, payer *contract.Payer) any {
	if s.record.Operation == contract.OperationRefund {
		return &contract.RefundRequest{
			Attempt: s.attempt, PaymentID: s.of, Amount: s.record.Amount, Reason: s.record.Request.Reason, Metadata: s.record.Request.Metadata,
		}
	}
	return paymentRequest(s.attempt, s.record, payer)
}
