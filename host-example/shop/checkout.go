package shop

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
)

// Order is an order that a buyer pays.
type Order struct {
	// Reference is the order's number, for people; 1 to 255 bytes.
	Reference string

	// Description is for people at the gateway; up to 255 bytes.
	Description string

	// Amount is the price. The shop sets it, never the buyer's browser.
	Amount contract.Money

	// Provider is the name of the provider, as in Shop.Add.
	Provider string

	// Method is the code of the payment method that the buyer chose; empty for the
	// first of the account that redirects the buyer to a page.
	Method string

	// Phone is the buyer's phone number in the form of E.164, for payment methods
	// that need it; empty if the shop does not have it.
	Phone contract.Secret
}

// Checkout stores a new sale and then has the provider create its payment. Once
// the sale is stored Checkout returns it, also with an error. While it is
// [Unknown] the payment may exist; [Shop.Resume] goes on with it.
//
// An order that is not valid, and one for a provider that was never ready, is
// refused before anything is stored. The error is then a *NotFoundError, a
// *MethodError or a *contract.Error, and the returned Sale has no ID.
func (s *Shop) Checkout(ctx context.Context, order *Order) (Sale, error) {
	provider, err := s.provider(order.Provider)
	if err != nil {
		return Sale{}, err
	}
	sale := &Sale{
		ID: rand.Text(), Reference: order.Reference, Provider: order.Provider, Amount: order.Amount, Live: s.live,
		Attempt: newAttempt(), State: Intent, AmountRefunded: contract.Money{Currency: order.Amount.Currency},
		Description: order.Description, Phone: order.Phone,
	}
	// The fields of the order are checked first: that a price is negative has
	// nothing to do with payment methods.
	sale.Method = placeholderMethod
	if err := s.createRequest(sale).Validate(); err != nil {
		return Sale{}, err
	}
	if sale.Method, err = s.chooseMethod(provider, sale, order.Method); err != nil {
		return Sale{}, err
	}
	added := s.store.add(sale)
	return s.Resume(ctx, added.ID)
}

// placeholderMethod is a valid method for checking an order before its method is
// chosen.
const placeholderMethod = "any"

// chooseMethod returns the chosen payment method, or the first of the account that
// redirects the buyer and takes the sale as it is. What is wrong with a chosen one is
// for the contract to say.
func (s *Shop) chooseMethod(provider *namedProvider, sale *Sale, chosen string) (string, error) {
	account, err := s.account(provider)
	if err != nil {
		return "", err
	}
	request, descriptor := s.createRequest(sale), provider.Descriptor()
	if request.Method = chosen; chosen != "" {
		if err := descriptor.CheckCreatePayment(request, account); err != nil {
			return "", err
		}
	}
	for i := range account.PaymentMethods {
		m := &account.PaymentMethods[i]
		request.Method = m.Code
		if shows(m, chosen) && descriptor.CheckCreatePayment(request, account) == nil {
			return m.Code, nil
		}
	}
	return "", &MethodError{Provider: provider.name, Method: chosen, Amount: sale.Amount}
}

// shows reports whether the shop can lead the buyer to pay with a method: with the
// chosen one, or with any that redirects to a page if none is. A code for the buyer to
// scan is shown by no page of this shop. A gateway's way into an app begins with a page.
func shows(m *contract.PaymentMethod, chosen string) bool {
	if chosen == "" {
		return m.Flow == contract.FlowRedirect
	}
	return m.Code == chosen && m.Flow != contract.FlowQR
}

func (s *Shop) createRequest(sale *Sale) *contract.CreatePaymentRequest {
	request := &contract.CreatePaymentRequest{
		Attempt:     contract.Attempt{Key: sale.Attempt.Key},
		Reference:   sale.Reference,
		Amount:      sale.Amount,
		Method:      sale.Method,
		ReturnURL:   s.ReturnURL(sale.ID),
		Description: sale.Description,
	}
	if sale.Phone.Reveal() != "" {
		request.Payer = &contract.Payer{Phone: sale.Phone}
	}
	return request
}

// Resume goes on with an open sale: it has the provider create the payment, with
// the sale's own idempotency key, or looks the payment up if its id is known. It
// returns a sale that is not open as it is.
func (s *Shop) Resume(ctx context.Context, saleID string) (Sale, error) {
	sale, err := s.store.sale(saleID)
	if err != nil || !sale.State.Open() {
		return sale, err
	}
	if sale.PaymentID != "" {
		return s.Confirm(ctx, saleID)
	}
	err = s.retry(ctx, func() (outcome contract.Outcome, err error) {
		sale, outcome, err = s.createOnce(ctx, saleID)
		return outcome, err
	})
	if err != nil {
		return sale, fmt.Errorf("sale %s is %s: %w", saleID, sale.State, err)
	}
	return sale, nil
}

// createOnce calls CreatePayment once: it commits that the call begins, calls, and
// commits how the call ended. No lock is held during the call.
func (s *Shop) createOnce(ctx context.Context, saleID string) (Sale, contract.Outcome, error) {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return sale, "", err
	}
	provider, descriptor, err := s.describedProvider(sale.Provider)
	if err != nil {
		return sale, "", err
	}
	var attempt contract.Attempt
	sale, err = s.store.update(saleID, func(sale *Sale) error {
		if !sale.State.Open() || sale.PaymentID != "" {
			return &StateError{SaleID: saleID, State: sale.State, Requested: "another payment"}
		}
		if !sale.Attempt.mayRetry(s.now(), descriptor.CreateIdempotency) {
			return &StateError{SaleID: saleID, State: sale.State, Requested: "another call: the gateway no longer knows its idempotency key"}
		}
		var err error
		attempt, err = sale.Attempt.beginCall(s.now(), s.options.CallTimeout)
		return err
	})
	if err != nil {
		return sale, "", err
	}

	request := s.createRequest(&sale)
	request.Attempt = attempt
	callCtx, cancel := s.callContext(ctx)
	defer cancel()
	payment, callErr := provider.CreatePayment(callCtx, request)
	return s.finishCreate(ctx, saleID, payment, callErr)
}

// finishCreate commits how a call of CreatePayment ended. That includes the link,
// so that nobody sees a link that is not stored: a sale without one cannot have
// been paid.
func (s *Shop) finishCreate(ctx context.Context, saleID string, payment *contract.Payment, callErr error) (sale Sale, outcome contract.Outcome, err error) {
	var mismatch error
	sale, err = s.store.update(saleID, func(sale *Sale) error {
		outcome = sale.Attempt.endCall(s.now(), callErr)
		switch {
		case callErr == nil:
			mismatch = sale.apply(payment)
		case !sale.State.Open() || sale.PaymentID != "": // a webhook has updated the sale meanwhile
		case outcome == contract.Indeterminate:
			sale.State = Unknown
			if needsReview(callErr) {
				sale.flagForReview(callErr.Error())
			}
		case !isRetryable(callErr, outcome):
			sale.State = Abandoned
		}
		return nil
	})
	s.log.LogAttrs(ctx, logLevel(outcome), "a call of CreatePayment ended", slog.String("provider", sale.Provider), slog.String("sale", saleID),
		slog.String("key", sale.Attempt.Key), slog.String("payment_id", sale.PaymentID), slog.String("state", string(sale.State)),
		slog.Any("error", callErr))
	switch {
	case err != nil:
		return sale, outcome, err
	case callErr != nil:
		return sale, outcome, callErr
	}
	return sale, contract.Rejected, mismatch // a mismatch is never retried
}
