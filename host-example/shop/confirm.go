package shop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
)

// Confirm looks the payment of a sale up, and updates the sale if the answer
// agrees with the record. It returns the sale as it is afterwards. If the error is
// a *MismatchError, only the sale's Attention has changed.
//
// A sale becomes SUCCEEDED here, or by a webhook event that the provider has read
// back at the gateway, and nowhere else.
func (s *Shop) Confirm(ctx context.Context, saleID string) (Sale, error) {
	return s.confirm(ctx, saleID, "")
}

// confirm is Confirm with a hint: the payment's id from a verified webhook, for a
// sale whose own answer was lost. The hint may be empty.
func (s *Shop) confirm(ctx context.Context, saleID, hint string) (Sale, error) {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return sale, err
	}
	provider, descriptor, err := s.describedProvider(sale.Provider)
	if err != nil {
		return sale, err
	}
	request := statusRequest(&sale, hint, descriptor)
	if request == nil {
		return sale, &StateError{SaleID: saleID, State: sale.State, Requested: "a look-up: the id of its payment is not known"}
	}
	callCtx, cancel := s.readContext(ctx)
	defer cancel()
	payment, err := provider.GetStatus(callCtx, request)
	if proof, ok := errors.AsType[*contract.Error](err); ok && request.Attempt != nil && proof.ProvesAbsence() {
		return s.abandonIfAbsent(saleID, request.Attempt)
	}
	if err != nil {
		return sale, fmt.Errorf("look up sale %s: %w", saleID, err)
	}
	return s.applyPayment(ctx, saleID, payment)
}

// abandonIfAbsent abandons a sale after a look-up proved that the gateway has no
// payment for it. The proof holds for the calls that the look-up named, so
// nothing changes if another call began or ended since.
func (s *Shop) abandonIfAbsent(saleID string, asked *contract.Attempt) (Sale, error) {
	return s.store.update(saleID, func(sale *Sale) error {
		attempt := &sale.Attempt
		if attempt.CallDeadline.IsZero() && attempt.LastUnknownAt.Equal(asked.LastUnknownAt) && sale.PaymentID == "" && sale.State.Open() {
			sale.State = Abandoned
		}
		return nil
	})
}

// statusRequest returns a request that names the payment by its id or, if that is
// not known, by its key; nil if the provider cannot find it by either.
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

// applyPayment commits a provider's answer.
func (s *Shop) applyPayment(ctx context.Context, saleID string, payment *contract.Payment) (Sale, error) {
	var mismatch error
	sale, err := s.store.update(saleID, func(sale *Sale) error {
		mismatch = sale.apply(payment)
		return nil
	})
	if err == nil {
		err = mismatch
	}
	level := slog.LevelInfo
	if len(sale.Attention) > 0 {
		level = slog.LevelError
	}
	s.log.LogAttrs(ctx, level, "a payment was looked up", slog.String("provider", sale.Provider), slog.String("sale", saleID),
		slog.String("payment_id", sale.PaymentID), slog.String("state", string(sale.State)),
		slog.Any("attention", sale.Attention), slog.Any("error", err))
	return sale, err
}
