package shop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
)

// Refund is the shop's record of one refund. Its states are INTENT, UNKNOWN,
// PENDING, SUCCEEDED, FAILED, and ABANDONED if it is certain that the gateway
// has no such refund.
type Refund struct {
	// ID is the shop's own id.
	ID string

	// Reason is for people.
	Reason string

	Amount  contract.Money
	Attempt Attempt
	State   State

	// RefundID is the gateway's id of the refund; empty until an answer had it.
	RefundID string
}

// reservesMoney reports whether the amount was refunded, or may have been.
func (r *Refund) reservesMoney() bool { return r.State != Failed && r.State != Abandoned }

// Refund refunds a sale, in part or as a whole. It stores the refund, and so
// reserves its amount, before the first call, and from then on returns it, also
// with an error. While the refund is [Unknown] its amount stays reserved;
// [Shop.ResumeRefund] goes on with it.
//
// More than can still be refunded is refused with a *RefundTooLargeError. A sale
// whose payment method has no refunds is refused with PAYMENT_NOT_REFUNDABLE.
func (s *Shop) Refund(ctx context.Context, saleID string, amount contract.Money, reason string) (Refund, error) {
	refund := Refund{ID: rand.Text(), Reason: reason, Amount: amount, Attempt: newAttempt(), State: Intent}
	if err := s.refundsAtAll(saleID); err != nil {
		return Refund{}, err
	}
	_, err := s.store.update(saleID, func(sale *Sale) error {
		if sale.State != Succeeded {
			return &StateError{SaleID: saleID, State: sale.State, Requested: "a refund"}
		}
		if err := refundRequest(sale, &refund).Validate(); err != nil {
			return err
		}
		refundable, err := sale.refundable()
		if err != nil {
			return err
		}
		if amount.Currency != refundable.Currency || amount.MinorUnits > refundable.MinorUnits {
			return &RefundTooLargeError{SaleID: saleID, Requested: amount, Refundable: refundable}
		}
		sale.Refunds = append(sale.Refunds, refund)
		return nil
	})
	if err != nil {
		return Refund{}, err
	}
	return s.ResumeRefund(ctx, saleID, refund.ID)
}

// refundsAtAll fails if the payment method of a sale has no refunds, so that nobody
// is promised one. Everything else is left to the gateway.
func (s *Shop) refundsAtAll(saleID string) error {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return err
	}
	provider, descriptor, err := s.describedProvider(sale.Provider)
	if err != nil {
		return err
	}
	if descriptor.RefundTerms(sale.Method, provider.Account()) == nil {
		return contract.Errorf(contract.PaymentNotRefundable,
			"provider %s refunds no payment with %s; pay the money back in another way", sale.Provider, sale.Method)
	}
	return nil
}

func refundRequest(sale *Sale, refund *Refund) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt:   contract.Attempt{Key: refund.Attempt.Key},
		PaymentID: sale.PaymentID,
		Amount:    refund.Amount,
		Reason:    refund.Reason,
	}
}

// ResumeRefund goes on with a refund that the gateway is not known to have, with
// the refund's own idempotency key. It returns a refund that has an answer as it
// is.
func (s *Shop) ResumeRefund(ctx context.Context, saleID, refundID string) (Refund, error) {
	refund, err := s.refundRecord(saleID, refundID)
	if err != nil || refund.RefundID != "" || !refund.State.Open() {
		return refund, err
	}
	err = s.retry(ctx, func() (outcome contract.Outcome, err error) {
		refund, outcome, err = s.refundOnce(ctx, saleID, refundID)
		return outcome, err
	})
	if err != nil {
		return refund, fmt.Errorf("refund of %s for sale %s is %s: %w", refund.Amount, saleID, refund.State, err)
	}
	return refund, nil
}

func (s *Shop) refundRecord(saleID, refundID string) (Refund, error) {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return Refund{}, err
	}
	refund, err := sale.findRefund(refundID)
	if err != nil {
		return Refund{}, err
	}
	return *refund, nil
}

// updateRefund is store.update for one refund of a sale.
func (s *Shop) updateRefund(saleID, refundID string, change func(*Sale, *Refund) error) (Sale, Refund, error) {
	var updated Refund
	sale, err := s.store.update(saleID, func(sale *Sale) error {
		refund, err := sale.findRefund(refundID)
		if err != nil {
			return err
		}
		err = change(sale, refund)
		updated = *refund
		return err
	})
	return sale, updated, err
}

// refundOnce calls Refund once, as createOnce calls CreatePayment.
func (s *Shop) refundOnce(ctx context.Context, saleID, refundID string) (Refund, contract.Outcome, error) {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return Refund{}, "", err
	}
	provider, descriptor, err := s.describedProvider(sale.Provider)
	if err != nil {
		return Refund{}, "", err
	}
	var attempt contract.Attempt
	sale, refund, err := s.updateRefund(saleID, refundID, func(_ *Sale, refund *Refund) error {
		if !refund.Attempt.mayRetry(s.now(), descriptor.RefundIdempotency) {
			return &StateError{SaleID: saleID, State: refund.State, Requested: "another call: the gateway no longer knows its idempotency key"}
		}
		var err error
		attempt, err = refund.Attempt.beginCall(s.now(), s.options.CallTimeout)
		return err
	})
	if err != nil {
		return refund, "", err
	}

	request := refundRequest(&sale, &refund)
	request.Attempt = attempt
	callCtx, cancel := s.callContext(ctx)
	defer cancel()
	answer, callErr := provider.Refund(callCtx, request)

	var outcome contract.Outcome
	var endErr error
	_, refund, err = s.updateRefund(saleID, refundID, func(sale *Sale, refund *Refund) error {
		outcome, endErr = refund.endCall(sale, s.now(), answer, callErr)
		return nil
	})
	s.log.LogAttrs(ctx, logLevel(outcome), "a call of Refund ended", slog.String("provider", provider.name), slog.String("sale", saleID),
		slog.String("key", refund.Attempt.Key), slog.String("refund_id", refund.RefundID), slog.String("state", string(refund.State)), slog.Any("error", endErr))
	return refund, outcome, errors.Join(endErr, err)
}

// confirmRefunds looks up the open refunds of a sale, if the provider can.
func (s *Shop) confirmRefunds(ctx context.Context, saleID string) (Sale, error) {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return sale, err
	}
	provider, descriptor, err := s.describedProvider(sale.Provider)
	if err != nil || !descriptor.Has(contract.OperationGetRefund) {
		return sale, err
	}
	for _, refund := range sale.Refunds {
		if refund.RefundID == "" || !refund.State.Open() {
			continue
		}
		if sale, err = s.confirmRefund(ctx, provider, &sale, &refund); err != nil {
			return sale, err
		}
	}
	return sale, nil
}

func (s *Shop) confirmRefund(ctx context.Context, provider *namedProvider, sale *Sale, refund *Refund) (Sale, error) {
	callCtx, cancel := s.readContext(ctx)
	defer cancel()
	answer, err := provider.GetRefund(callCtx, &contract.GetRefundRequest{PaymentID: sale.PaymentID, RefundID: refund.RefundID})
	if err != nil {
		return *sale, fmt.Errorf("look up refund %s of sale %s: %w", refund.RefundID, sale.ID, err)
	}
	var mismatch error
	updated, _, err := s.updateRefund(sale.ID, refund.ID, func(sale *Sale, refund *Refund) error {
		mismatch = refund.apply(sale, answer)
		return nil
	})
	return updated, errors.Join(mismatch, err)
}
