package omisealipay

import (
	"context"
	"fmt"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// Refund gives a charge's money back, or finds the refund that the key has led
// to.
func (p *Provider) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	s, err := p.configured()
	if err != nil {
		return nil, err.ForAttempt(&request.Attempt)
	}
	if err := checkRefund(request); err != nil {
		return nil, err.ForAttempt(&request.Attempt)
	}
	w := wish{
		key:     request.PaymentID + " " + request.Attempt.Key, // keys are unique within their payment
		account: s.settings.account,
		terms:   fmt.Sprintf("%d %s", request.Amount.MinorUnits, request.Amount.Currency),
		attempt: request.Attempt,
	}
	refund, joined, failed := s.refunds.do(ctx, w, s.settings.timeout, func(f *flight[contract.Refund]) (*contract.Refund, *contract.Error) {
		return s.refund(f, request)
	})
	if failed != nil {
		return nil, failed
	}
	refund.Replayed = refund.Replayed || joined
	return refund, nil
}

func checkRefund(request *contract.RefundRequest) *contract.Error {
	if err := request.Validate(); err != nil {
		return asError(err)
	}
	return checkMetadata(request.Metadata)
}

// refund is the work of one flight: read the charge, find out what the key has
// led to, and only if that is nothing, for certain, and the charge has that
// much left, refund.
func (s *session) refund(f *flight[contract.Refund], request *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	endTurn, err := s.turns.take(f.ctx, request.PaymentID)
	if err != nil {
		return nil, asError(contract.FromContext(f.ctx)).ForAttempt(&request.Attempt)
	}
	defer endTurn()

	known := f.recall()
	attempt := known.over(request.Attempt)
	settled := attempt.SettledAt(s.now(), s.settings.lookupSettle)
	charge, failed := s.charge(f.ctx, request.PaymentID)
	if failed != nil {
		return nil, duringFlight(f.ctx, failed).ForAttempt(&attempt)
	}
	earlier, failed := s.earlierRefund(f.ctx, charge, &attempt, known.id)
	if failed != nil {
		return nil, duringFlight(f.ctx, failed).ForAttempt(&attempt)
	}
	if earlier != nil {
		return s.replayRefund(f, earlier, charge, request)
	}
	if !settled {
		return nil, s.unsettled(&attempt)
	}
	if err := s.refundable(charge, request); err != nil {
		return nil, err
	}
	return s.makeRefund(f, charge, request)
}

// earlierRefund finds the refund that was made with the attempt's key; nil if
// there is none. The charge's own list is enough where it is whole; what
// memory knows is read even if a list does not show it yet.
func (s *session) earlierRefund(
	ctx context.Context, charge *omise.Charge, attempt *contract.Attempt, remembered string,
) (*omise.Refund, *contract.Error) {
	refunds, whole := refundsOf(charge)
	if !whole && (attempt.Repeated() || remembered != "") {
		var err *contract.Error
		if refunds, err = s.everyRefund(ctx, charge.ID); err != nil {
			return nil, err
		}
	}
	found, err := withKey(refunds, attempt.Key)
	if err != nil || found != nil && (remembered == "" || found.ID == remembered) || remembered == "" {
		return found, err
	}
	refund, failed := s.client.RetrieveRefund(ctx, charge.ID, remembered)
	if failed != nil {
		return nil, refusal(failed).With(contract.MetaRefundID, remembered).WithOutcome(contract.Indeterminate)
	}
	if found != nil {
		return nil, duplicateRefunds(found.ID, refund.ID)
	}
	return refund, nil
}

// replayRefund answers with the refund that the key has led to.
func (s *session) replayRefund(
	f *flight[contract.Refund], earlier *omise.Refund, charge *omise.Charge, request *contract.RefundRequest,
) (*contract.Refund, *contract.Error) {
	if earlier.Amount != request.Amount.MinorUnits || earlier.Currency != request.Amount.Currency {
		return nil, contract.NewError(contract.IdempotencyKeyReused,
			"this key was used for a refund of another amount; take a new key for another refund").
			With(contract.MetaRefundID, earlier.ID)
	}
	refund, err := refundOf(earlier)
	if err != nil {
		return nil, err
	}
	f.learnt(earlier.ID)
	refund.TotalRefunded = totalRefunded(charge, refund)
	refund.Replayed = true
	return refund, nil
}

// refundable refuses what Omise would refuse too, as far as the charge tells.
// Nothing has been sent that moves money.
func (s *session) refundable(charge *omise.Charge, request *contract.RefundRequest) *contract.Error {
	if _, known := methodOf(charge); !known {
		return contract.NewError(contract.PaymentNotRefundable, "the payment was not made with a method of this provider's; refund it in Omise's dashboard")
	}
	if status, word := statusOf(charge); status != contract.PaymentSucceeded {
		return contract.Errorf(contract.PaymentNotRefundable, "only a payment that was paid can be refunded; Omise says it is %s", word)
	}
	paid := contract.Money{Currency: charge.Currency, MinorUnits: charge.Amount}
	left, err := paid.Sub(contract.Money{Currency: charge.Currency, MinorUnits: refundedOf(charge)})
	if err != nil || request.Amount.Currency != left.Currency {
		e := contract.NewError(contract.CurrencyUnsupported, "a refund must be in the currency of its payment")
		e.Violations = []contract.Violation{{Field: "amount.currency", Description: "is not the payment's, " + charge.Currency}}
		return e
	}
	if request.Amount.MinorUnits > left.MinorUnits {
		return contract.Errorf(contract.RefundExceedsPayment, "%s is left of the payment, and %s was asked for", left, request.Amount)
	}
	if charge.Refunds != nil && charge.Refunds.Total >= maxRefundCount {
		return contract.Errorf(contract.PaymentNotRefundable, "the payment has had %d refunds, and Omise allows no more", maxRefundCount)
	}
	if pastWindow(charge, s.clockOf(charge), graceAtEdge) {
		return contract.NewError(contract.RefundWindowExpired, "Alipay payments can be refunded for three months; pay the money back in another way")
	}
	return nil
}

// makeRefund sends the one request that moves money.
func (s *session) makeRefund(f *flight[contract.Refund], charge *omise.Charge, request *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	order := omise.NewRefund{Amount: request.Amount.MinorUnits, Metadata: labelled(request.Metadata, request.Attempt.Key)}
	if _, taken := order.Metadata[reasonLabel]; !taken && request.Reason != "" {
		order.Metadata[reasonLabel] = request.Reason
	}
	if err := f.commit(s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	made, err := s.client.CreateRefund(f.ctx, charge.ID, order)
	if err != nil {
		refused := refusal(err)
		if refused.Reason == contract.PaymentNotRefundable && pastWindow(charge, s.clockOf(charge), 0) {
			refused.Reason = contract.RefundWindowExpired // at the edge Omise decides, and does not say why
		}
		return nil, refused
	}
	if difference := s.refundDiffers(made, charge, request); difference != "" {
		return nil, unbelievable("Omise made a refund with another "+difference+" than was asked for").
			With(contract.MetaRefundID, made.ID)
	}
	f.learnt(made.ID)
	refund, failed := refundOf(made)
	if failed != nil {
		return nil, failed
	}
	refund.TotalRefunded = totalRefunded(charge, refund)
	if refund.Status != contract.RefundFailed {
		refund.TotalRefunded.MinorUnits += made.Amount // at most the payment's amount: it was compared with what is left
	}
	return refund, nil
}

// reasonLabel is where a refund's reason is kept for people who look at it in
// the dashboard.
const reasonLabel = "reason"

// refundDiffers names what distinguishes a refund from the one that was asked
// for.
func (s *session) refundDiffers(made *omise.Refund, charge *omise.Charge, request *contract.RefundRequest) string {
	switch {
	case made.Amount != request.Amount.MinorUnits:
		return "amount"
	case made.Currency != request.Amount.Currency:
		return "currency"
	case made.Charge != charge.ID:
		return "payment"
	case keyOf(made.Metadata) != request.Attempt.Key:
		return "idempotency key"
	case isLive(made.Live, made.ID) != s.settings.live:
		return "mode"
	default:
		return ""
	}
}
