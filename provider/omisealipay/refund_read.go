package omisealipay

import (
	"context"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// GetRefund reads a refund by its id, or finds it among its charge's refunds
// by the key that is kept in its metadata.
func (p *Provider) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	s, err := p.configured()
	if err != nil {
		return nil, err
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	var refund *contract.Refund
	if request.Attempt == nil {
		refund, err = s.readRefund(ctx, request.PaymentID, request.RefundID)
	} else {
		refund, err = s.readRefundByKey(ctx, request.PaymentID, request.Attempt)
	}
	if err != nil {
		return nil, err
	}
	return refund, nil
}

func (s *session) readRefund(ctx context.Context, paymentID, id string) (*contract.Refund, *contract.Error) {
	refund, err := s.client.RetrieveRefund(ctx, paymentID, id)
	if err != nil {
		return nil, refusal(err)
	}
	return refundOf(refund)
}

func (s *session) readRefundByKey(ctx context.Context, paymentID string, attempt *contract.Attempt) (*contract.Refund, *contract.Error) {
	key := paymentID + " " + attempt.Key
	underWay := s.refunds.open(key)
	known := s.refunds.recall(key, s.settings.account)
	whole := known.over(*attempt)
	settled := whole.SettledAt(s.now(), s.settings.lookupSettle)
	refunds, err := s.everyRefund(ctx, paymentID)
	if err != nil {
		return nil, err
	}
	found, err := withKey(refunds, attempt.Key)
	switch {
	case err != nil:
		return nil, err
	case found == nil && known.id != "":
		return s.readRefund(ctx, paymentID, known.id)
	case found == nil:
		searched := s.windowOf(&whole)
		return nil, contract.NotFoundByKey(contract.RefundNotFound, true, settled && !underWay, searched.from, searched.until)
	}
	refund, err := refundOf(found)
	if err != nil {
		return nil, err
	}
	refund.TotalRefunded = contract.Money{Currency: refund.Amount.Currency, MinorUnits: sumOf(refunds)}
	return refund, nil
}

// everyRefund reads every page of a charge's refunds.
func (s *session) everyRefund(ctx context.Context, chargeID string) ([]omise.Refund, *contract.Error) {
	var all []omise.Refund
	for {
		page, err := s.client.ListRefunds(ctx, chargeID, &omise.ListOptions{Limit: omise.MaxPageSize, Offset: len(all)})
		if err != nil {
			return nil, refusal(err)
		}
		all = append(all, page.Data...)
		if len(all) >= page.Total {
			return all, nil
		}
		if len(page.Data) == 0 {
			return nil, unbelievable("Omise's list of refunds ends before its own total")
		}
	}
}

// refundsOf gives the refunds that stand in the charge itself, and whether
// those are all.
func refundsOf(charge *omise.Charge) (refunds []omise.Refund, whole bool) {
	if charge.Refunds == nil {
		return nil, false
	}
	return charge.Refunds.Data, charge.Refunds.Offset == 0 && len(charge.Refunds.Data) >= charge.Refunds.Total
}

// withKey finds the refund that was made with a key; nil if there is none.
func withKey(refunds []omise.Refund, key string) (*omise.Refund, *contract.Error) {
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

func duplicateRefunds(ids ...string) *contract.Error {
	return contract.NewError(contract.DuplicateRefunds,
		"Omise has several refunds for this idempotency key; compare them in the dashboard").
		With(contract.MetaRefundIDs, strings.Join(ids, ","))
}

// sumOf adds up the refunds that took place or still may.
func sumOf(refunds []omise.Refund) int64 {
	var sum int64
	for i := range refunds {
		if refundStatusOf(&refunds[i]) != contract.RefundFailed {
			sum += refunds[i].Amount
		}
	}
	return sum
}

// totalRefunded is what the charge says of all its refunds, where that can
// stand beside this one.
func totalRefunded(charge *omise.Charge, refund *contract.Refund) contract.Money {
	total := refundedOf(charge)
	if charge.Currency != refund.Amount.Currency || total < 0 {
		return contract.Money{}
	}
	return contract.Money{Currency: charge.Currency, MinorUnits: total}
}

// refundStatusOf is the table of refund statuses. Omise's refunds are done when
// they are answered: older versions give no status at all, newer ones "closed".
func refundStatusOf(refund *omise.Refund) contract.RefundStatus {
	switch refund.Status {
	case "", "closed":
		return contract.RefundSucceeded
	case "pending":
		return contract.RefundPending
	case "failed":
		return contract.RefundFailed
	default:
		return contract.RefundUnknown
	}
}

// refundOf says in the contract's words what a refund is.
func refundOf(refund *omise.Refund) (*contract.Refund, *contract.Error) {
	if refund.Deleted || refund.CreatedAt.IsZero() || !payable(refund.Currency, refund.Amount) {
		return nil, unbelievable("the refund lacks an amount, a currency or a time that every refund has").
			With(contract.MetaRefundID, refund.ID)
	}
	r := &contract.Refund{
		RefundID:       refund.ID,
		IdempotencyKey: keyOf(refund.Metadata),
		PaymentID:      refund.Charge,
		Status:         refundStatusOf(refund),
		ProviderStatus: bounded(refund.Status, maxWord),
		Amount:         contract.Money{Currency: refund.Currency, MinorUnits: refund.Amount},
		Voided:         refund.Voided != nil && *refund.Voided,
		CreatedAt:      refund.CreatedAt,
		Live:           isLive(refund.Live, refund.ID),
	}
	return r, nil
}
