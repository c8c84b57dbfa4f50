package scripted

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// LedgerPayment is a payment as the gateway has it. No answer that a rule makes changes it.
type LedgerPayment struct {
	contract.Payment

	// Request is what made it; nil if it was made elsewhere. Call is the number of that call.
	Request *contract.CreatePaymentRequest
	Call    int

	// Page is where the payer pays.
	Page string

	// Hidden is true if the gateway has it and finds it by its id only.
	Hidden bool

	Refunds []LedgerRefund
}

// LedgerRefund is a refund as the gateway has it.
type LedgerRefund struct {
	contract.Refund

	// Call is the number of the call that made it; 0 if it was made elsewhere.
	Call int

	// Hidden is true if the gateway has it and finds it by its id only.
	Hidden bool
}

// ledger is a gateway's account.
type ledger struct {
	shape *Shape

	mu       sync.Mutex
	payments []*LedgerPayment
	last     time.Time
}

func newLedger(shape *Shape) *ledger { return &ledger{shape: shape} }

// now returns the time, later than at any time before, so that a list has one order.
func (l *ledger) now() time.Time {
	now := time.Now().UTC()
	if !now.After(l.last) {
		now = l.last.Add(time.Nanosecond)
	}
	l.last = now
	return now
}

// native reports whether the gateway honours keys.
func (l *ledger) native() bool { return l.shape.Kind == contract.IdempotencyNative }

// honours reports whether the gateway still knows the key of what was made at a time.
func (l *ledger) honours(made time.Time) bool { return time.Since(made) < l.shape.KeyLife }

// create makes a payment. A gateway that honours keys replays the one with the key. It
// returns a copy, and whether it was replayed.
func (l *ledger) create(r *contract.CreatePaymentRequest, call int) (*LedgerPayment, bool, *contract.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.native() {
		for _, p := range l.payments {
			if p.IdempotencyKey != r.Attempt.Key || p.Hidden || !l.honours(p.CreatedAt) {
				continue
			}
			if p.Amount != r.Amount || p.Method != r.Method {
				return nil, false, keyReused().With(contract.MetaPaymentID, p.PaymentID)
			}
			return p.copy(), true, nil
		}
	}
	made := l.add(&contract.Payment{
		IdempotencyKey: r.Attempt.Key, Reference: r.Reference, Method: r.Method, Amount: r.Amount,
	})
	made.Request, made.Call = r, call
	made.Page = l.shape.PageBase + made.PaymentID
	return made.copy(), false, nil
}

func (l *ledger) add(p *contract.Payment) *LedgerPayment {
	p.PaymentID, p.Status, p.ProviderStatus = "pay_"+random(10), contract.PaymentPending, "open"
	p.AmountRefunded = contract.Money{Currency: p.Amount.Currency}
	p.CreatedAt, p.Live = l.now(), l.shape.Live
	made := &LedgerPayment{Payment: *p}
	l.payments = append(l.payments, made)
	return made
}

func keyReused() *contract.Error {
	return contract.NewError(contract.IdempotencyKeyReused, "the idempotency key belongs to another request")
}

// find returns the payment with the id; nil if there is none. Call it with the lock.
func (l *ledger) find(id string) *LedgerPayment {
	for _, p := range l.payments {
		if p.PaymentID == id {
			return p
		}
	}
	return nil
}

// byKey returns copies of the payments that a look-up finds.
func (l *ledger) byKey(key string) []*LedgerPayment {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []*LedgerPayment
	for _, p := range l.payments {
		if p.IdempotencyKey == key && !p.Hidden {
			found = append(found, p.copy())
		}
	}
	return found
}

// read returns a copy of a payment.
func (l *ledger) read(id string) (*LedgerPayment, *contract.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.find(id)
	if p == nil {
		return nil, contract.NewError(contract.PaymentNotFound, "the gateway has no such payment")
	}
	return p.copy(), nil
}

// cancel cancels a payment that is pending; it returns the payment as it is then.
func (l *ledger) cancel(id string) (*LedgerPayment, *contract.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.find(id)
	if p == nil {
		return nil, contract.NewError(contract.PaymentNotFound, "the gateway has no such payment")
	}
	if p.Status == contract.PaymentPending {
		p.set(contract.PaymentCanceled, l.now())
	}
	return p.copy(), nil
}

// window returns copies of the payments that were created in a window and are listed.
func (l *ledger) window(from, until time.Time) []*LedgerPayment {
	l.mu.Lock()
	defer l.mu.Unlock()
	var listed []*LedgerPayment
	for _, p := range l.payments {
		if !p.Hidden && !p.CreatedAt.Before(from) && p.CreatedAt.Before(until) {
			listed = append(listed, p.copy())
		}
	}
	return listed
}

// copy returns a copy that shares nothing that changes.
func (p *LedgerPayment) copy() *LedgerPayment {
	c := *p
	c.Refunds = slices.Clone(p.Refunds)
	if p.Failure != nil {
		c.Failure = new(*p.Failure)
	}
	return &c
}

// gatewayWords are the gateway's words for the statuses.
var gatewayWords = map[contract.PaymentStatus]string{
	contract.PaymentPending: "open", contract.PaymentSucceeded: "paid", contract.PaymentFailed: "refused",
	contract.PaymentExpired: "timed_out", contract.PaymentCanceled: "voided", contract.PaymentUnknown: "reviewing",
}

func (p *LedgerPayment) set(status contract.PaymentStatus, at time.Time) {
	p.Status, p.ProviderStatus, p.UpdatedAt = status, gatewayWords[status], at
	p.Failure = nil
	if status == contract.PaymentFailed {
		p.Failure = &contract.Failure{Code: contract.FailureOther, ProviderCode: "refused"}
	}
}

// answer returns the payment as the provider answers with it: with the payer's action while
// it is pending.
func (p *LedgerPayment) answer(methods []contract.PaymentMethod) *contract.Payment {
	a := p.copy().Payment
	if a.Status != contract.PaymentPending || p.Page == "" {
		return &a
	}
	for i := range methods {
		if m := &methods[i]; m.Code == a.Method && m.PayerAction == contract.PayerActionRequired {
			a.NextAction = action(m.Flow, p.Page)
		}
	}
	return &a
}

// action returns what the payer has to do by a flow.
func action(flow contract.Flow, page string) *contract.NextAction {
	switch flow {
	case contract.FlowQR:
		return &contract.NextAction{DisplayQR: &contract.DisplayQR{Payload: page}}
	case contract.FlowApp:
		return &contract.NextAction{OpenApp: &contract.OpenApp{URL: page}}
	case contract.FlowRedirect:
		return &contract.NextAction{Redirect: Link(page)}
	default:
		return nil
	}
}

// Link returns a redirect to a URL that says truthfully if it is insecure.
func Link(to string) *contract.Redirect {
	return &contract.Redirect{URL: to, Insecure: !strings.HasPrefix(to, "https:")}
}
