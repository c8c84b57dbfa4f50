package host

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// SaleStatus is where a sale stands.
type SaleStatus string

// The statuses of a sale.
const (
	// SaleOpen means that it is being found out whether there is a payment. There is
	// nothing to show the payer but that; see Sale.Blocked.
	SaleOpen SaleStatus = "OPEN"

	// SaleWaiting means that the payer can pay: see NextAction, if the method needs
	// the payer to act.
	SaleWaiting SaleStatus = "WAITING"

	// SalePaid means that the money has arrived. A sale stays paid, whatever is
	// refunded.
	SalePaid SaleStatus = "PAID"

	// SaleUnpaid means that nothing is left that could be paid. PayAgain may begin
	// another payment.
	SaleUnpaid SaleStatus = "UNPAID"
)

// Sale is an order and everything that was tried to be paid for it, as it was when it
// was read.
type Sale struct {
	ID        string // the order's
	Status    SaleStatus
	Amount    contract.Money
	CreatedAt time.Time

	// NextAction is what the payer has to do; nil if there is nothing to do, or not yet.
	NextAction *contract.NextAction

	// Blocked says that the payer cannot pay this way until a person has looked: the
	// gateway's link is none that anybody may be sent to, or the provider's answers about
	// the payment cannot be used. It is still looked at, and counts if it is paid.
	Blocked bool

	// Payments are the attempts to be paid, and Refunds those to pay back, each in the
	// order of their making.
	Payments, Refunds []Attempt

	// Timeline is everything that happened with the sale, oldest first: calls, answers,
	// webhooks, decisions and what persons did. Nothing of it is ever changed.
	Timeline []Entry
}

// Attempt is one payment or one refund of a sale.
type Attempt struct {
	N        int    // from 1
	OrderID  string // the platform's id of the sale, or of the refund
	Key      string // the idempotency key, for people who talk to the gateway
	Provider string
	Method   string
	Amount   contract.Money

	// CreatedAt is when it was begun.
	CreatedAt time.Time

	// GatewayID is the gateway's id of the payment (refund); empty if it is not known.
	GatewayID string

	// Status is what the gateway says; empty as long as no payment (refund) is known.
	Status contract.PaymentStatus

	// Failure says why a payment failed.
	Failure contract.FailureCode

	// Refunded is the sum of all refunds of a payment, wherever they were made.
	Refunded contract.Money

	// Left is what of a payment that has succeeded can still be paid back, as far as its
	// amount goes: refunds that are under way and those that were made at the gateway are
	// counted. The gateway's terms may allow less. Only Engine.Sale and what returns a
	// sale set it.
	Left contract.Money

	// Settlement is what the merchant will receive for a payment, in a currency of the
	// merchant's; nil as long as the gateway has not said it, as it may do before the
	// payment has succeeded.
	Settlement *contract.Settlement

	// Over says that no call will be made for it any more.
	Over bool

	// Released says that it was given up, and is only looked at for money that comes
	// late.
	Released bool

	// Attention says why a person should look at it; empty if nobody has to. See
	// Engine.Resolve.
	Attention string
}

// viewOf returns a sale as its platform sees it.
func (m *move) viewOf() *Sale {
	s := &Sale{ID: m.sale.ID, Amount: m.sale.Amount, CreatedAt: m.sale.CreatedAt, Status: m.status()}
	for _, a := range m.sale.Attempts {
		view := attemptView(a)
		view.Over = m.decide(a, m.present(a.Provider)).Do == contract.ActionNothing
		if a.Operation == contract.OperationRefund {
			s.Refunds = append(s.Refunds, view)
			continue
		}
		if a.Status == contract.PaymentSucceeded {
			view.Left = m.left(a)
		}
		s.Payments = append(s.Payments, view)
		s.Blocked = s.Status == SaleOpen && isBlocked(a) // the latest one's
		if s.Status == SaleWaiting && a.NextAction != nil && !m.sale.CancelWanted {
			s.NextAction = a.NextAction
		}
	}
	return s
}

func attemptView(a *ledger.Attempt) Attempt {
	return Attempt{
		N: a.N, OrderID: a.OrderID, CreatedAt: a.CreatedAt, Settlement: settlementView(a.Settlement), Key: a.Key, Provider: a.Provider, Method: a.Method, Amount: a.Amount, GatewayID: a.GatewayID,
		Status: a.Status, Failure: a.Failure, Refunded: contract.Money{Currency: a.Amount.Currency, MinorUnits: a.Refunded},
		Released: a.Released, Attention: a.Attention,
	}
}

func settlementView(s *ledger.Settlement) *contract.Settlement {
	if s == nil {
		return nil
	}
	in := func(minorUnits int64) contract.Money {
		return contract.Money{Currency: s.Currency, MinorUnits: minorUnits}
	}
	return &contract.Settlement{Currency: s.Currency, Net: in(s.Net), Fee: in(s.Fee)}
}

// conclude stores where the sale stands, and tells if nothing is left to be paid.
func (m *move) conclude() {
	status := m.status()
	if status == SaleUnpaid && SaleStatus(m.sale.Status) != SaleUnpaid {
		payments := m.sale.Payments()
		m.sale.Change(m.at, payments[len(payments)-1].Key, string(ChangeUnpaid))
	}
	m.sale.Status = string(status)
}

func (m *move) status() SaleStatus {
	if m.sale.PaidBy != "" {
		return SalePaid
	}
	status := SaleUnpaid
	for _, a := range m.sale.Payments() {
		switch v := m.decide(a, m.present(a.Provider)); {
		case a.Released, v.Do == contract.ActionNothing:
		case v.Do == contract.ActionRead && a.Status == contract.PaymentPending && !isBlocked(a):
			return SaleWaiting
		default:
			status = SaleOpen
		}
	}
	return status
}

// Sale returns the sale of an order.
func (e *Engine) Sale(ctx context.Context, id string) (_ *Sale, err error) {
	defer func() { err = busy(err, false) }()
	sale, err := e.store.Sale(ctx, id)
	if err != nil {
		return nil, err
	}
	m := &move{engine: e, sale: sale, at: e.now(ctx), presents: e.presentsFor(ctx, namesOf(sale)...)}
	view := m.viewOf()
	entries, err := e.store.Timeline(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		view.Timeline = append(view.Timeline, Entry{At: entries[i].At, Key: entries[i].Key, Kind: entries[i].Kind, Text: entries[i].Text})
	}
	return view, nil
}

// Entry is one line of a sale's timeline.
type Entry struct {
	At   time.Time
	Key  string // of the attempt that it is about; empty if it is about the sale
	Kind string // such as "call", "answer", "status"
	Text string
}
