package scripted

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Refund implements contract.PaymentProvider.
func (p *provider) Refund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, r, p.honoured(&r.Attempt), (*configured).makeRefundOnce)
}

func (c *configured) makeRefundOnce(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	if e := kit.TimeLeft(ctx, c.minTimeLeft); e != nil {
		return nil, e.ForAttempt(&r.Attempt)
	}
	if c.account.ledger.native() {
		return c.makeRefund(ctx, r)
	}
	c.creating.Lock() // calls with one key in one process meet
	defer c.creating.Unlock()
	attempt, made, end := kit.HoldKey(ctx)
	if attempt.Repeated() {
		found, e := c.earlierRefund(r, &attempt, made)
		if e != nil {
			return nil, end("", false, e)
		}
		if found != nil {
			return found, end(found.RefundID, true, nil)
		}
	}
	refund, e := c.makeRefund(ctx, r)
	if e != nil {
		return nil, end("", true, e)
	}
	return refund, end(refund.RefundID, true, nil)
}

// earlierRefund is earlierPayment for refunds.
func (c *configured) earlierRefund(r *contract.RefundRequest, attempt *contract.Attempt, made string) (*contract.Refund, *contract.Error) {
	found, e := c.findRefund(r.PaymentID, attempt)
	switch {
	case e == nil && found.Amount != r.Amount:
		return nil, keyReused().With(contract.MetaRefundID, found.RefundID)
	case e == nil:
		found.Replayed = true
		return found, nil
	case e.Reason != contract.RefundNotFound:
		return nil, e.ForAttempt(attempt)
	case !e.ProvesAbsence() || made != "":
		return nil, c.unsettled(attempt)
	}
	return nil, nil
}

func (c *configured) makeRefund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	made, replayed, e := c.account.ledger.refund(r, callOf(ctx))
	if e != nil {
		return nil, e
	}
	made.Replayed = replayed
	return &made.Refund, nil
}

// findRefund looks a refund up by its key.
func (c *configured) findRefund(payment string, a *contract.Attempt) (*contract.Refund, *contract.Error) {
	asked := time.Now()
	found, e := c.account.ledger.refunds(payment, func(f *LedgerRefund) bool { return f.IdempotencyKey == a.Key && !f.Hidden })
	if e != nil {
		return nil, e
	}
	switch len(found) {
	case 0:
		return nil, contract.NotFoundByKey(contract.RefundNotFound, true, a.SettledAt(asked, c.shape.SettleTime), a.FirstAt, asked)
	case 1:
		return &found[0].Refund, nil
	}
	var ids []string
	for i := range found {
		ids = append(ids, found[i].RefundID)
	}
	return nil, contract.NewError(contract.DuplicateRefunds, "the gateway has several refunds for one idempotency key; a person must decide").
		With(contract.MetaRefundIDs, strings.Join(ids, ","))
}

// GetRefund implements contract.PaymentProvider.
func (p *provider) GetRefund(ctx context.Context, r *contract.GetRefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, r, nil, (*configured).getRefund)
}

func (c *configured) getRefund(_ context.Context, r *contract.GetRefundRequest) (*contract.Refund, *contract.Error) {
	if r.Attempt != nil {
		return c.findRefund(r.PaymentID, r.Attempt)
	}
	found, e := c.account.ledger.refunds(r.PaymentID, func(f *LedgerRefund) bool { return f.RefundID == r.RefundID })
	if e != nil {
		return nil, e
	}
	if len(found) == 0 {
		return nil, contract.NewError(contract.RefundNotFound, "the payment has no such refund")
	}
	return &found[0].Refund, nil
}

// pageSize is how many payments a page has at most; few, so that a host has to turn it.
const pageSize = 10

// ListPayments implements contract.PaymentProvider.
func (p *provider) ListPayments(ctx context.Context, r *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return kit.Run(ctx, &p.sessions, r, nil, (*configured).listPayments)
}

// listPayments lists a page. The token is the time of the last payment of the page before,
// so that a payment which comes meanwhile moves none to another page.
func (c *configured) listPayments(_ context.Context, r *contract.ListPaymentsRequest) (*contract.PaymentPage, *contract.Error) {
	size := pageSize
	if r.PageSize > 0 {
		size = min(size, r.PageSize)
	}
	listed := c.account.ledger.window(r.CreatedFrom, r.CreatedUntil)
	if r.PageToken != "" {
		after, err := strconv.ParseInt(r.PageToken, 10, 64)
		if err != nil {
			return nil, contract.NewError(contract.InvalidRequest, "the request is invalid").
				WithViolation("page_token", "is not one of this provider's")
		}
		for len(listed) > 0 && listed[0].CreatedAt.UnixNano() <= after {
			listed = listed[1:]
		}
	}
	page := &contract.PaymentPage{}
	for i, p := range listed {
		if i == size {
			page.NextPageToken = strconv.FormatInt(listed[i-1].CreatedAt.UnixNano(), 10)
			break
		}
		page.Payments = append(page.Payments, *p.answer(c.shape.Methods))
	}
	return page, nil
}
