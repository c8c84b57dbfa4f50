package scripted

import (
	"github.com/paysocket/paysocket/contract"
)

// refund makes a refund, if the payment allows it. It returns a copy, and whether it was
// replayed.
func (l *ledger) refund(r *contract.RefundRequest, call int) (*LedgerRefund, bool, *contract.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.find(r.PaymentID)
	if p == nil {
		return nil, false, contract.NewError(contract.PaymentNotFound, "the gateway has no such payment").WithOutcome(contract.Rejected)
	}
	if l.native() {
		for i := range p.Refunds {
			f := &p.Refunds[i]
			if f.IdempotencyKey != r.Attempt.Key || f.Hidden || !l.honours(f.CreatedAt) {
				continue
			}
			if f.Amount != r.Amount {
				return nil, false, keyReused().With(contract.MetaRefundID, f.RefundID)
			}
			return new(*f), true, nil
		}
	}
	if e := p.refundable(r.Amount, l.shape.Refunds); e != nil {
		return nil, false, e.WithOutcome(contract.Rejected)
	}
	made := l.addRefund(p, r.Amount)
	made.IdempotencyKey, made.Call = r.Attempt.Key, call
	return new(*made), false, nil
}

// refundable returns why an amount cannot be refunded; nil if it can.
func (p *LedgerPayment) refundable(amount contract.Money, terms *contract.RefundTerms) *contract.Error {
	left := p.Amount.MinorUnits - p.AmountRefunded.MinorUnits
	switch {
	case p.Status != contract.PaymentSucceeded:
		return contract.NewError(contract.PaymentNotRefundable, "the payment was not paid")
	case amount.Currency != p.Amount.Currency:
		return contract.NewError(contract.CurrencyUnsupported, "the payment has another currency")
	case amount.MinorUnits <= 0:
		return contract.NewError(contract.AmountOutOfRange, "an amount must be more than 0")
	case amount.MinorUnits > left:
		return contract.NewError(contract.RefundExceedsPayment, "it is more than what is left of the payment")
	case !terms.Partial && amount != p.Amount:
		return contract.NewError(contract.InvalidRequest, "the gateway refunds whole payments only")
	case !terms.Full && amount == p.Amount:
		return contract.NewError(contract.InvalidRequest, "the gateway refunds parts of payments only")
	case !terms.Multiple && len(p.Refunds) > 0, terms.MaxCount > 0 && len(p.Refunds) >= terms.MaxCount:
		return contract.NewError(contract.PaymentNotRefundable, "the payment has as many refunds as it can have")
	}
	return nil
}

func (l *ledger) addRefund(p *LedgerPayment, amount contract.Money) *LedgerRefund {
	p.Refunds = append(p.Refunds, LedgerRefund{Refund: contract.Refund{
		RefundID: "ref_" + random(10), PaymentID: p.PaymentID, Status: contract.RefundSucceeded, ProviderStatus: "done",
		Amount: amount, CreatedAt: l.now(), Live: l.shape.Live,
	}})
	p.total()
	return &p.Refunds[len(p.Refunds)-1]
}

// total sums the refunds up; those that failed take nothing from the payment.
func (p *LedgerPayment) total() {
	p.AmountRefunded.MinorUnits = 0
	for i := range p.Refunds {
		if p.Refunds[i].Status != contract.RefundFailed {
			p.AmountRefunded.MinorUnits += p.Refunds[i].Amount.MinorUnits
		}
	}
	for i := range p.Refunds {
		p.Refunds[i].TotalRefunded = p.AmountRefunded
	}
}

// refunds returns copies of the refunds of a payment for which the test is true.
func (l *ledger) refunds(payment string, test func(*LedgerRefund) bool) ([]LedgerRefund, *contract.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.find(payment)
	if p == nil {
		return nil, contract.NewError(contract.PaymentNotFound, "the gateway has no such payment")
	}
	var found []LedgerRefund
	for i := range p.Refunds {
		if test(&p.Refunds[i]) {
			found = append(found, p.Refunds[i])
		}
	}
	return found, nil
}
