package stripealipay

import (
	"context"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// metadataReason is the key of the reason of a refund, if it is not one of the
// three that Stripe knows.
const metadataReason = "paysocket_reason"

// Refund refunds a payment, in part or in full. Its key works as in CreatePayment,
// within one payment. The payment is read first, to know whether and when it was
// paid. Stripe decides how much can be refunded: only it knows the refunds that are
// made at the same time.
func (p *Provider) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createRefund)
}

func (s *session) createRefund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	if e := checkMetadata(r.Metadata); e != nil {
		return nil, e
	}
	payment, found, e := s.readIntent(ctx, r.PaymentID)
	if e != nil {
		return nil, beforeRefund(ctx, e)
	}
	if e := checkRefundable(payment, r); e != nil {
		return nil, e
	}
	late := isPastWindow(found, 24*time.Hour) // at the edge Stripe decides
	if late || s.hasOutlived(&r.Attempt) {
		refund, e := s.findRefund(ctx, r.PaymentID, &r.Attempt)
		switch {
		case e == nil:
			return s.existingRefund(r, refund)
		case !e.ProvesAbsence() && r.Attempt.Repeated():
			return nil, s.undecided(&r.Attempt, e)
		case late:
			return nil, errWindow()
		}
	}
	refund, e := s.sendRefund(ctx, r)
	if e != nil && e.Reason == contract.PaymentNotRefundable && isPastWindow(found, 0) {
		return nil, errWindow().WithOutcome(e.Outcome) // Stripe decided, and does not say why
	}
	return refund, e
}

func errWindow() *contract.Error {
	return contract.Errorf(contract.RefundWindowExpired, "Alipay payments can be refunded for %d days; return the money another way", refundDays)
}

// beforeRefund returns an error that was met while the payment was read with its
// outcome for the refund: nothing was sent that moves money. That there is no such
// payment is a refusal of Stripe's.
func beforeRefund(ctx context.Context, e *contract.Error) *contract.Error {
	ended := contract.FromContext(ctx)
	switch {
	case ended != nil:
		return kit.AsError(ended)
	case e.Reason == contract.PaymentNotFound || e.Reason == contract.ProviderAuthFailed:
		return e.WithOutcome(contract.Rejected)
	case e.Reason.Allows(contract.NotAttempted):
		return e.WithOutcome(contract.NotAttempted)
	default:
		return e
	}
}

// checkRefundable refuses what cannot have been refunded before either. A
// payment that seems to have too little left may owe that to an earlier call
// with the same key, so Stripe is asked.
func checkRefundable(payment *contract.Payment, r *contract.RefundRequest) *contract.Error {
	switch payment.Status {
	case contract.PaymentPending, contract.PaymentFailed, contract.PaymentExpired, contract.PaymentCanceled:
		return contract.NewError(contract.PaymentNotRefundable, "only a payment that succeeded can be refunded; this one is "+string(payment.Status))
	case contract.PaymentSucceeded, contract.PaymentUnknown:
	}
	if payment.Amount.Currency != r.Amount.Currency {
		return contract.NewError(contract.CurrencyUnsupported, "a refund must be in the currency of the payment, "+payment.Amount.Currency)
	}
	return nil
}

// isPastWindow reports whether the time in which a payment can be refunded, and
// the spare time after that, are over by Stripe's own clock.
func isPastWindow(found *intentAnswer, spare time.Duration) bool {
	charge := chargeOf(found.intent)
	if charge == nil {
		return false
	}
	now, ok := found.exchange.Date()
	if !ok {
		now = time.Now()
	}
	last := time.Unix(charge.Created, 0).UTC().Truncate(24*time.Hour).AddDate(0, 0, refundDays+1) // the end of the last day
	return now.After(last.Add(spare))
}

func (s *session) sendRefund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	params := &stripe.RefundCreateParams{
		PaymentIntent: &r.PaymentID,
		Amount:        &r.Amount.MinorUnits,
		Metadata:      metadataOf(r.Metadata, r.Attempt.Key),
		Expand:        []*string{new("charge")},
	}
	if isStripeReason(r.Reason) {
		params.Reason = &r.Reason
	} else if r.Reason != "" {
		params.Metadata[metadataReason] = r.Reason
	}
	// At Stripe a key is the account's; here it is its payment's.
	params.IdempotencyKey = new(r.PaymentID + ":" + r.Attempt.Key)
	x, e := s.gateway.do(ctx, &request{
		what: "create refund", moves: true, missing: contract.PaymentNotFound,
		unexpected: contract.PaymentNotRefundable, tooMuch: contract.RefundExceedsPayment,
		send: func(ctx context.Context) error {
			_, err := s.gateway.api.V1Refunds.Create(ctx, params)
			return err
		},
	})
	id := ""
	if e == nil && isReplay(x) { // as it was then, and not as it is
		id = idOf(x.Body)
	}
	switch {
	case id != "":
		return s.readBackRefund(ctx, r, id)
	case e != nil && (e.Reason == contract.IdempotencyKeyReused || e.Reason == contract.ProviderFault && isReplay(x)):
		return s.refundOfKey(ctx, r, e)
	case e != nil:
		delete(e.Metadata, contract.MetaPaymentID) // names a payment that was created in spite of the error
		return nil, e
	}
	refund, e := refundOf(x.Body)
	if e != nil {
		return nil, e
	}
	return refund, s.checkRefund(r, refund)
}

func isStripeReason(reason string) bool {
	return slices.Contains([]stripe.RefundReason{
		stripe.RefundReasonDuplicate, stripe.RefundReasonFraudulent, stripe.RefundReasonRequestedByCustomer,
	}, stripe.RefundReason(reason))
}

func (s *session) readBackRefund(ctx context.Context, r *contract.RefundRequest, id string) (*contract.Refund, *contract.Error) {
	refund, e := s.readRefund(ctx, r.PaymentID, id)
	if e != nil { // a refund exists, so it cannot be NotAttempted nor Rejected
		return nil, e.WithOutcome(contract.Indeterminate).With(contract.MetaRefundID, id)
	}
	return s.existingRefund(r, refund)
}

// existingRefund returns a refund that an earlier request made. The reason of a
// refund is for people, and may differ.
func (s *session) existingRefund(r *contract.RefundRequest, refund *contract.Refund) (*contract.Refund, *contract.Error) {
	if refund.IdempotencyKey == r.Attempt.Key && refund.Live == s.settings.live && refund.Amount != r.Amount {
		return nil, keyReused().With(contract.MetaRefundID, refund.RefundID)
	}
	refund.Replayed = true
	return refund, s.checkRefund(r, refund)
}

// refundOfKey is paymentOfKey for refunds.
func (s *session) refundOfKey(ctx context.Context, r *contract.RefundRequest, refusal *contract.Error) (*contract.Refund, *contract.Error) {
	refund, e := s.findRefund(ctx, r.PaymentID, &r.Attempt)
	switch {
	case e == nil:
		return s.existingRefund(r, refund)
	case e.Reason == contract.RefundNotFound:
		return nil, refusal // both reasons for it are Indeterminate
	default:
		return nil, e.WithOutcome(contract.Indeterminate)
	}
}

// checkRefund compares the refund that Stripe made with the request.
func (s *session) checkRefund(r *contract.RefundRequest, refund *contract.Refund) *contract.Error {
	err := r.CheckAnswer(refund)
	if err == nil && refund.Live != s.settings.live {
		err = errMode
	}
	if err == nil {
		return nil
	}
	return kit.Malformed(err).With(contract.MetaRefundID, refund.RefundID)
}
