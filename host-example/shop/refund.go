package shop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
)

// Refund is the shop's record of one wish to give money back. Its states are
// those of a sale that fit: INTENT, UNKNOWN, PENDING, SUCCEEDED, FAILED, and
// ABANDONED when it is certain that the gateway has no such refund.
type Refund struct {
	// ID is the shop's own.
	ID string

	// Reason is for people.
	Reason string

	Amount  contract.Money
	Attempt Attempt
	State   State

	// RefundID is the gateway's id; empty until an answer told it.
	RefundID string
}

// holds reports whether the refund's money is given back, or may be.
func (r *Refund) holds() bool { return r.State != Failed && r.State != Abandoned }

// Refund gives a part of a sale back, or what is left of it. The refund is
// kept, with its amount reserved, before the first call; it is given back
// whenever it was kept, also with an error. While it is [Unknown] the
// reservation stays, and [Shop.ResumeRefund] goes on with it.
func (s *Shop) Refund(ctx context.Context, saleID string, amount contract.Money, reason string) (Refund, error) {
	refund := Refund{ID: rand.Text(), Reason: reason, Amount: amount, Attempt: newAttempt(), State: Intent}
	_, err := s.book.change(saleID, func(sale *Sale) error {
		if sale.State != Succeeded {
			return &StateError{SaleID: saleID, State: sale.State, Asked: "a refund"}
		}
		if err := refundRequest(sale, &refund).Validate(); err != nil {
			return err
		}
		left, err := sale.left()
		if err != nil {
			return err
		}
		if amount.Currency != left.Currency || amount.MinorUnits > left.MinorUnits {
			return &LeftError{SaleID: saleID, Asked: amount, Left: left}
		}
		sale.Refunds = append(sale.Refunds, refund)
		return nil
	})
	if err != nil {
		return Refund{}, err
	}
	return s.ResumeRefund(ctx, saleID, refund.ID)
}

func refundRequest(sale *Sale, refund *Refund) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt:   contract.Attempt{Key: refund.Attempt.Key},
		PaymentID: sale.PaymentID,
		Amount:    refund.Amount,
		Reason:    refund.Reason,
	}
}

// ResumeRefund asks for a refund that the gateway is not known to have, with
// the key that was kept for it. A refund that has an answer is given back as
// it is.
func (s *Shop) ResumeRefund(ctx context.Context, saleID, refundID string) (Refund, error) {
	refund, err := s.refundOf(saleID, refundID)
	if err != nil || refund.RefundID != "" || !refund.State.Open() {
		return refund, err
	}
	err = s.repeated(ctx, func() (certain contract.Outcome, err error) {
		refund, certain, err = s.giveBack(ctx, saleID, refundID)
		return certain, err
	})
	if err != nil {
		return refund, fmt.Errorf("refund of %s for sale %s is %s: %w", refund.Amount, saleID, refund.State, err)
	}
	return refund, nil
}

func (s *Shop) refundOf(saleID, refundID string) (Refund, error) {
	sale, err := s.book.sale(saleID)
	if err != nil {
		return Refund{}, err
	}
	refund, err := sale.refund(refundID)
	if err != nil {
		return Refund{}, err
	}
	return *refund, nil
}

// changeRefund is book.change for one refund of a sale.
func (s *Shop) changeRefund(saleID, refundID string, change func(*Sale, *Refund) error) (Sale, Refund, error) {
	var changed Refund
	sale, err := s.book.change(saleID, func(sale *Sale) error {
		refund, err := sale.refund(refundID)
		if err != nil {
			return err
		}
		err = change(sale, refund)
		changed = *refund
		return err
	})
	return sale, changed, err
}

// giveBack makes one call of Refund, in the way of create.
func (s *Shop) giveBack(ctx context.Context, saleID, refundID string) (Refund, contract.Outcome, error) {
	sale, err := s.book.sale(saleID)
	if err != nil {
		return Refund{}, "", err
	}
	provider, descriptor, err := s.described(sale.Provider)
	if err != nil {
		return Refund{}, "", err
	}
	var call contract.Attempt
	sale, refund, err := s.changeRefund(saleID, refundID, func(_ *Sale, refund *Refund) error {
		if !refund.Attempt.mayRepeat(s.now(), descriptor.RefundIdempotency) {
			return &StateError{SaleID: saleID, State: refund.State, Asked: "a repetition: the gateway has forgotten the key"}
		}
		var err error
		call, err = refund.Attempt.begin(s.now(), s.options.CallTimeout)
		return err
	})
	if err != nil {
		return refund, "", err
	}

	request := refundRequest(&sale, &refund)
	request.Attempt = call
	callCtx, cancel := s.detached(ctx)
	defer cancel()
	answer, callErr := provider.Refund(callCtx, request)

	var certain contract.Outcome
	var ended error
	_, refund, err = s.changeRefund(saleID, refundID, func(sale *Sale, refund *Refund) error {
		certain, ended = refund.end(sale, s.now(), answer, callErr)
		return nil
	})
	s.log.LogAttrs(ctx, levelOf(certain), "refund asked for", slog.String("provider", provider.name), slog.String("sale", saleID),
		slog.String("key", refund.Attempt.Key), slog.String("refund_id", refund.RefundID), slog.String("state", string(refund.State)), slog.Any("error", ended))
	return refund, certain, errors.Join(ended, err)
}

// confirmRefunds asks after the refunds of a sale that are not decided, where
// the provider can say.
func (s *Shop) confirmRefunds(ctx context.Context, saleID string) (Sale, error) {
	sale, err := s.book.sale(saleID)
	if err != nil {
		return sale, err
	}
	provider, descriptor, err := s.described(sale.Provider)
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

func (s *Shop) confirmRefund(ctx context.Context, provider *named, sale *Sale, refund *Refund) (Sale, error) {
	callCtx, cancel := s.reading(ctx)
	defer cancel()
	answer, err := provider.GetRefund(callCtx, &contract.GetRefundRequest{PaymentID: sale.PaymentID, RefundID: refund.RefundID})
	if err != nil {
		return *sale, fmt.Errorf("look up refund %s of sale %s: %w", refund.RefundID, sale.ID, err)
	}
	var mismatch error
	changed, _, err := s.changeRefund(sale.ID, refund.ID, func(sale *Sale, refund *Refund) error {
		mismatch = refund.take(sale, answer)
		return nil
	})
	return changed, errors.Join(mismatch, err)
}
