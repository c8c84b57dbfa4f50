package shop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
)

// Confirm looks a sale's payment up and takes the answer if it agrees with the
// record. It gives the sale as it is afterwards; with a *MismatchError the
// sale stands where it was.
//
// This is the only way to SUCCEEDED, but for an event that the provider itself
// read at the gateway.
func (s *Shop) Confirm(ctx context.Context, saleID string) (Sale, error) {
	return s.confirm(ctx, saleID, "")
}

// confirm is Confirm with the payment's id as a verified webhook told it, for
// a sale whose own answer was lost.
func (s *Shop) confirm(ctx context.Context, saleID, hint string) (Sale, error) {
	sale, err := s.book.sale(saleID)
	if err != nil {
		return sale, err
	}
	provider, descriptor, err := s.described(sale.Provider)
	if err != nil {
		return sale, err
	}
	request := statusRequest(&sale, hint, descriptor)
	if request == nil {
		return sale, &StateError{SaleID: saleID, State: sale.State, Asked: "a look-up: the payment's id is not known"}
	}
	callCtx, cancel := s.reading(ctx)
	defer cancel()
	payment, err := provider.GetStatus(callCtx, request)
	if proof, ok := errors.AsType[*contract.Error](err); ok && request.Attempt != nil && proof.ProvesAbsence() {
		return s.absent(saleID, request.Attempt)
	}
	if err != nil {
		return sale, fmt.Errorf("look up sale %s: %w", saleID, err)
	}
	return s.taken(ctx, saleID, payment)
}

// absent closes an attempt that was proved to have led to nothing. The proof is
// about the calls that the look-up knew of, so one that began or ended since
// then makes it worthless.
func (s *Shop) absent(saleID string, asked *contract.Attempt) (Sale, error) {
	return s.book.change(saleID, func(sale *Sale) error {
		a := &sale.Attempt
		if a.CallUntil.IsZero() && a.LastUnknownAt.Equal(asked.LastUnknownAt) && sale.PaymentID == "" && sale.State.Open() {
			sale.State = Abandoned
		}
		return nil
	})
}

// statusRequest names the payment by the best that is known of it; nil if that
// is not enough.
func statusRequest(sale *Sale, hint string, descriptor *contract.Descriptor) *contract.GetStatusRequest {
	switch {
	case sale.PaymentID != "":
		return &contract.GetStatusRequest{PaymentID: sale.PaymentID}
	case hint != "":
		return &contract.GetStatusRequest{PaymentID: hint}
	case sale.Attempt.FirstAt.IsZero() || descriptor.CreateIdempotency == nil || !descriptor.CreateIdempotency.LookupByKey:
		return nil
	}
	attempt := sale.Attempt.Attempt
	return &contract.GetStatusRequest{Attempt: &attempt}
}

// taken commits an answer.
func (s *Shop) taken(ctx context.Context, saleID string, payment *contract.Payment) (Sale, error) {
	var mismatch error
	sale, err := s.book.change(saleID, func(sale *Sale) error {
		mismatch = sale.take(payment)
		return nil
	})
	if err == nil {
		err = mismatch
	}
	level := slog.LevelInfo
	if len(sale.Attention) > 0 {
		level = slog.LevelError
	}
	s.log.LogAttrs(ctx, level, "payment looked up", slog.String("provider", sale.Provider), slog.String("sale", saleID),
		slog.String("payment_id", sale.PaymentID), slog.String("state", string(sale.State)),
		slog.Any("attention", sale.Attention), slog.Any("error", err))
	return sale, err
}
