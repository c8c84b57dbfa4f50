package omisealipay

import (
	"context"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// GetRefund reads a refund by its id, or finds it among its charge's refunds by
// the key in its metadata.
func (p *Provider) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getRefund)
}

func (s *session) getRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, *contract.Error) {
	if request.Attempt != nil {
		return s.findRefund(ctx, request.PaymentID, request.Attempt)
	}
	return s.readRefund(ctx, request.PaymentID, request.RefundID)
}

func (s *session) readRefund(ctx context.Context, paymentID, id string) (*contract.Refund, *contract.Error) {
	refund, err := s.client.RetrieveRefund(ctx, paymentID, id)
	if err != nil {
		return nil, errorOf(err)
	}
	return refundOf(refund)
}

// findRefund looks a refund up by its key, among all refunds of its charge.
func (s *session) findRefund(ctx context.Context, paymentID string, attempt *contract.Attempt) (*contract.Refund, *contract.Error) {
	settled := attempt.SettledAt(s.now(), s.settings.lookupSettle)
	refunds, unreadable, err := s.listRefunds(ctx, paymentID)
	if err != nil {
		return nil, err
	}
	found, err := refundOfKey(refunds, attempt.Key)
	if err == nil && found == nil {
		err = unreadableRefund(unreadable, attempt.Key)
	}
	if err != nil {
		return nil, err
	}
	searched := s.lookupWindow(attempt)
	absent := func(sure bool) *contract.Error {
		return contract.NotFoundByKey(contract.RefundNotFound, sure, settled, searched.from, searched.until)
	}
	_, made, _ := kit.HoldKey(ctx)
	switch {
	case found == nil && made != "":
		refund, err := s.readRefund(ctx, paymentID, made)
		switch {
		case err != nil && err.Reason == contract.RefundNotFound: // this process made it
			return nil, absent(false).With(contract.MetaRefundID, made)
		case err != nil:
			return nil, err
		}
		if err := (&contract.GetRefundRequest{PaymentID: paymentID, Attempt: attempt}).CheckAnswer(refund); err != nil {
			return nil, kit.Malformed(err).With(contract.MetaRefundID, made)
		}
		return refund, nil
	case found == nil:
		return nil, absent(!isDoubtful(refunds, unreadable))
	}
	refund, err := refundOf(found)
	if err != nil {
		return nil, err
	}
	if len(unreadable) == 0 {
		refund.TotalRefunded = contract.Money{Currency: refund.Amount.Currency, MinorUnits: sumOf(refunds)}
	}
	return refund, nil
}

// listRefunds reads every page of a charge's refunds, and what is left of those
// that cannot be read.
func (s *session) listRefunds(ctx context.Context, chargeID string) (all []omise.Refund, unreadable []omise.Remnant, _ *contract.Error) {
	for {
		offset := len(all) + len(unreadable)
		page, err := s.client.ListRefunds(ctx, chargeID, &omise.ListOptions{Limit: omise.MaxPageSize, Offset: offset})
		if err != nil {
			return nil, nil, errorOf(err)
		}
		all, unreadable = append(all, page.Data...), append(unreadable, page.Unreadable...)
		if offset+page.Len() >= page.Total {
			return all, unreadable, nil
		}
		if page.Len() == 0 {
			return nil, nil, malformed("Omise's list of refunds ends before its total")
		}
	}
}

// refundsOf returns the refunds that the charge itself shows, and whether those
// are all.
func refundsOf(charge *omise.Charge) (refunds []omise.Refund, whole bool) {
	if charge.Refunds == nil {
		return nil, false
	}
	return charge.Refunds.Data, charge.Refunds.Offset == 0 && len(charge.Refunds.Data) >= charge.Refunds.Total
}

// refundOfKey returns the refund that was made with a key, and nil if there is
// none.
func refundOfKey(refunds []omise.Refund, key string) (*omise.Refund, *contract.Error) {
	var found *omise.Refund
	var ids []string
	for i := range refunds {
		if refund := &refunds[i]; !refund.Deleted && keyOf(refund.Metadata) == key && !slices.Contains(ids, refund.ID) {
			found = refund
			ids = append(ids, refund.ID)
		}
	}
	if len(ids) > 1 {
		return nil, duplicateRefunds(ids...)
	}
	return found, nil
}

// unreadableRefund returns an error if the refund that was made with a key is among
// those that cannot be read.
func unreadableRefund(unreadable []omise.Remnant, key string) *contract.Error {
	for i := range unreadable {
		if left := &unreadable[i]; left.Problem == nil && keyOf(left.Metadata) == key {
			return malformed("the refund that was made with the key cannot be read").
				With(contract.MetaRefundID, left.ID).WithOutcome(contract.Indeterminate)
		}
	}
	return nil
}

// isDoubtful reports whether there is a refund of which nobody can know with which
// key it was made.
func isDoubtful(refunds []omise.Refund, unreadable []omise.Remnant) bool {
	return slices.ContainsFunc(unreadable, func(left omise.Remnant) bool { return left.Problem != nil }) ||
		slices.ContainsFunc(refunds, func(refund omise.Refund) bool { return refund.MetadataLost })
}

func duplicateRefunds(ids ...string) *contract.Error {
	return contract.NewError(contract.DuplicateRefunds,
		"Omise has several refunds for one idempotency key; compare them in the dashboard").
		With(contract.MetaRefundIDs, strings.Join(ids, ","))
}
