package shop

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
)

// Order is what a buyer wants to pay for.
type Order struct {
	// Reference is the order's number, for people; 1 to 255 bytes.
	Reference string

	// Description is for people at the gateway; up to 255 bytes.
	Description string

	// Amount is the price, set by the shop and never by the buyer's browser.
	Amount contract.Money

	// Provider is the name of the provider that takes the payment.
	Provider string
}

// Checkout opens a sale and asks the provider for its payment. The sale is
// kept before the first call, and is given back whenever it was kept, also with
// an error: while it is [Unknown] the payment may exist, and [Shop.Resume] goes
// on with it. An order that is not legal is refused with an *contract.Error or
// a *MethodError before anything is kept, and so is one for a provider that
// has never been ready.
func (s *Shop) Checkout(ctx context.Context, order *Order) (Sale, error) {
	provider, err := s.provider(order.Provider)
	if err != nil {
		return Sale{}, err
	}
	sale := &Sale{
		ID: rand.Text(), Reference: order.Reference, Provider: order.Provider, Amount: order.Amount, Live: s.live,
		Attempt: newAttempt(), State: Intent, AmountRefunded: contract.Money{Currency: order.Amount.Currency},
		Description: order.Description,
	}
	// The order's own fields come first: a negative price is no matter of
	// payment methods.
	sale.Method = anyMethod
	if err := s.request(sale).Validate(); err != nil {
		return Sale{}, err
	}
	if sale.Method, err = s.method(provider, order.Amount); err != nil {
		return Sale{}, err
	}
	kept := s.book.add(sale)
	return s.Resume(ctx, kept.ID)
}

// anyMethod stands for the method while none is chosen.
const anyMethod = "any"

// method picks the first method of the account that takes the amount on a page
// in the browser.
func (s *Shop) method(provider *named, amount contract.Money) (string, error) {
	account, err := s.account(provider)
	if err != nil {
		return "", err
	}
	for i := range account.PaymentMethods {
		m := &account.PaymentMethods[i]
		limits, ok := m.Currency(amount.Currency)
		if ok && m.Flow == contract.FlowRedirect && amount.MinorUnits >= limits.MinMinorUnits &&
			(limits.MaxMinorUnits == 0 || amount.MinorUnits <= limits.MaxMinorUnits) {
			return m.Code, nil
		}
	}
	return "", &MethodError{Provider: provider.name, Amount: amount}
}

func (s *Shop) request(sale *Sale) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt:     contract.Attempt{Key: sale.Attempt.Key},
		Reference:   sale.Reference,
		Amount:      sale.Amount,
		Method:      sale.Method,
		ReturnURL:   s.ReturnURL(sale.ID),
		Description: sale.Description,
	}
}

// Resume asks for the payment of a sale that has none yet, with the key that
// was kept for it. If it has its payment and is still open, it is looked up.
func (s *Shop) Resume(ctx context.Context, saleID string) (Sale, error) {
	sale, err := s.book.sale(saleID)
	if err != nil || !sale.State.Open() {
		return sale, err
	}
	if sale.PaymentID != "" {
		return s.Confirm(ctx, saleID)
	}
	err = s.repeated(ctx, func() (certain contract.Outcome, err error) {
		sale, certain, err = s.create(ctx, saleID)
		return certain, err
	})
	if err != nil {
		return sale, fmt.Errorf("sale %s is %s: %w", saleID, sale.State, err)
	}
	return sale, nil
}

// create makes one call of CreatePayment: commit that it begins, call, commit
// how it ended. No lock is held during the call.
func (s *Shop) create(ctx context.Context, saleID string) (Sale, contract.Outcome, error) {
	sale, err := s.book.sale(saleID)
	if err != nil {
		return sale, "", err
	}
	provider, descriptor, err := s.described(sale.Provider)
	if err != nil {
		return sale, "", err
	}
	var call contract.Attempt
	sale, err = s.book.change(saleID, func(sale *Sale) error {
		if !sale.State.Open() || sale.PaymentID != "" {
			return &StateError{SaleID: saleID, State: sale.State, Asked: "a payment"}
		}
		if !sale.Attempt.mayRepeat(s.now(), descriptor.CreateIdempotency) {
			return &StateError{SaleID: saleID, State: sale.State, Asked: "a repetition: the gateway has forgotten the key"}
		}
		var err error
		call, err = sale.Attempt.begin(s.now(), s.options.CallTimeout)
		return err
	})
	if err != nil {
		return sale, "", err
	}

	request := s.request(&sale)
	request.Attempt = call
	callCtx, cancel := s.detached(ctx)
	defer cancel()
	payment, callErr := provider.CreatePayment(callCtx, request)
	return s.created(ctx, saleID, payment, callErr)
}

// created commits how a call of CreatePayment ended. The link is committed here
// before anybody sees it: a sale without a link was never payable.
func (s *Shop) created(ctx context.Context, saleID string, payment *contract.Payment, callErr error) (sale Sale, certain contract.Outcome, err error) {
	var mismatch error
	sale, err = s.book.change(saleID, func(sale *Sale) error {
		certain = sale.Attempt.end(s.now(), callErr)
		switch {
		case callErr == nil:
			mismatch = sale.take(payment)
		case !sale.State.Open() || sale.PaymentID != "": // a webhook told more meanwhile
		case certain == contract.Indeterminate:
			sale.State = Unknown
			if needsPerson(callErr) {
				sale.alarm(callErr.Error())
			}
		case !worthRepeating(callErr, certain):
			sale.State = Abandoned
		}
		return nil
	})
	s.log.LogAttrs(ctx, levelOf(certain), "payment asked for", slog.String("provider", sale.Provider), slog.String("sale", saleID),
		slog.String("key", sale.Attempt.Key), slog.String("payment_id", sale.PaymentID), slog.String("state", string(sale.State)),
		slog.Any("error", callErr))
	switch {
	case err != nil:
		return sale, certain, err
	case callErr != nil:
		return sale, certain, callErr
	}
	return sale, contract.Rejected, mismatch // a mismatch is never repeated
}
