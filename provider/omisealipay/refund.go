package omisealipay

import (
	"context"
	"fmt"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// Refund refunds a charge, or finds the refund that the key led to.
func (p *Provider) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).createRefund)
}

func (s *session) createRefund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	if err := checkMetadata(request.Metadata); err != nil {
		return nil, err.ForAttempt(&request.Attempt)
	}
	refund, joined, err := s.refunds.do(ctx, keyedRequest{
		key:     request.PaymentID + " " + request.Attempt.Key, // keys are unique within their payment
		terms:   fmt.Sprintf("%d %s", request.Amount.MinorUnits, request.Amount.Currency),
		attempt: request.Attempt,
	}, s.settings.timeout, func(call *sharedCall[contract.Refund]) (*contract.Refund, *contract.Error) {
		return s.findOrSendRefund(call, request)
	})
	if err != nil {
		return nil, err
	}
	refund.Replayed = refund.Replayed || joined
	return refund, nil
}

// findOrSendRefund is the work of a shared call: it reads the charge, finds out
// what the key led to, and refunds only if that is nothing, for certain, and the
// charge has so much left.
func (s *session) findOrSendRefund(call *sharedCall[contract.Refund], request *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	unlock, err := s.refundTurns.Lock(call.ctx, request.PaymentID)
	if err != nil {
		return nil, kit.TimeLeft(call.ctx, 0).ForAttempt(&request.Attempt)
	}
	defer unlock()

	attempt := call.attempt
	settled := attempt.SettledAt(s.now(), s.settings.lookupSettle)
	charge, failed := s.readCharge(call.ctx, request.PaymentID)
	if failed != nil {
		return nil, orDeadline(call.ctx, failed).ForAttempt(&attempt)
	}
	earlier, failed := s.earlierRefund(call.ctx, charge, &attempt, call.known)
	if failed != nil {
		return nil, orDeadline(call.ctx, failed).ForAttempt(&attempt)
	}
	if earlier != nil {
		return s.existingRefund(call, earlier, charge, request)
	}
	if !settled {
		return nil, s.unsettled(&attempt)
	}
	if err := s.checkRefundable(charge, request); err != nil {
		return nil, err
	}
	return s.sendRefund(call, charge, request)
}

// earlierRefund returns the refund that was made with the attempt's key, and nil
// if there is none. The charge's own list is enough if it is complete. A remembered
// refund is read even if no list shows it yet.
func (s *session) earlierRefund(
	ctx context.Context, charge *omise.Charge, attempt *contract.Attempt, remembered string,
) (*omise.Refund, *contract.Error) {
	refunds, whole := refundsOf(charge)
	var unreadable []omise.Remnant
	if !whole && (attempt.Repeated() || remembered != "") {
		var err *contract.Error
		if refunds, unreadable, err = s.listRefunds(ctx, charge.ID); err != nil {
			return nil, err
		}
	}
	found, err := refundOfKey(refunds, attempt.Key)
	if err == nil && found == nil && remembered == "" {
		err = s.noneUnreadable(refunds, unreadable, attempt)
	}
	if err != nil || found != nil && (remembered == "" || found.ID == remembered) || remembered == "" {
		return found, err
	}
	refund, failed := s.client.RetrieveRefund(ctx, charge.ID, remembered)
	if failed != nil {
		return nil, errorOf(failed).With(contract.MetaRefundID, remembered).WithOutcome(contract.Indeterminate)
	}
	if found != nil {
		return nil, duplicateRefunds(found.ID, refund.ID)
	}
	return refund, nil
}

// noneUnreadable returns an error if a refund that cannot be read was made with the
// key, or may have been.
func (s *session) noneUnreadable(refunds []omise.Refund, unreadable []omise.Remnant, attempt *contract.Attempt) *contract.Error {
	if err := unreadableRefund(unreadable, attempt.Key); err != nil {
		return err
	}
	if isDoubtful(refunds, unreadable) {
		return s.doubtful()
	}
	return nil
}

// existingRefund returns the refund that the key led to.
func (s *session) existingRefund(
	call *sharedCall[contract.Refund], earlier *omise.Refund, charge *omise.Charge, request *contract.RefundRequest,
) (*contract.Refund, *contract.Error) {
	if earlier.Amount != request.Amount.MinorUnits || earlier.Currency != request.Amount.Currency {
		return nil, contract.NewError(contract.IdempotencyKeyReused,
			"the key was used for a refund of another amount; use a new key for another refund").
			With(contract.MetaRefundID, earlier.ID)
	}
	if err := s.checkEarlier(earlier, charge, request); err != nil {
		return nil, err
	}
	refund, err := refundOf(earlier)
	if err != nil {
		return nil, err
	}
	call.made = earlier.ID
	refund.TotalRefunded = totalRefunded(charge, refund)
	refund.Replayed = true
	return refund, nil
}

// checkEarlier returns an error if the refund of a key is shown as another than the one
// that the request asks for.
func (s *session) checkEarlier(earlier *omise.Refund, charge *omise.Charge, request *contract.RefundRequest) *contract.Error {
	difference := s.refundDifference(earlier, charge, request)
	if difference == "" {
		return nil
	}
	return malformed("Omise shows the refund of the key with another "+difference+" than was asked for").
		With(contract.MetaRefundID, earlier.ID).WithOutcome(contract.Indeterminate)
}

// checkRefundable refuses what Omise would refuse too, as far as the charge says.
func (s *session) checkRefundable(charge *omise.Charge, request *contract.RefundRequest) *contract.Error {
	m, _ := methodOf(charge)
	if !isOurType(charge.SourceType(), charge.Card) {
		return contract.NewError(contract.PaymentNotRefundable, "the payment's method is not one of this provider's; refund it in Omise's dashboard")
	}
	if status, word := statusOf(charge); status != contract.PaymentSucceeded {
		return contract.Errorf(contract.PaymentNotRefundable, "only a payment that succeeded can be refunded; its status at Omise is %s", word)
	}
	paid := contract.Money{Currency: charge.Currency, MinorUnits: charge.Amount}
	left, err := paid.Sub(contract.Money{Currency: charge.Currency, MinorUnits: refundedOf(charge)})
	if err != nil || request.Amount.Currency != left.Currency {
		return contract.NewError(contract.CurrencyUnsupported, "a refund must be in the currency of its payment").
			WithViolation("amount.currency", "must be %s, the payment's", charge.Currency)
	}
	if request.Amount.MinorUnits > left.MinorUnits {
		return contract.Errorf(contract.RefundExceedsPayment, "only %s of the payment is left to refund, not %s", left, request.Amount)
	}
	if most := m.refunds.MaxCount; most > 0 && charge.Refunds != nil && charge.Refunds.Total >= most {
		return contract.Errorf(contract.PaymentNotRefundable, "the payment was refunded %d times, and Omise allows no more", most)
	}
	if window := m.refunds.Window; pastWindow(window, charge, s.clockOf(charge), graceAtEdge) {
		return contract.Errorf(contract.RefundWindowExpired, "Omise refunds %s payments for %d months; return the money another way", m.code, window.Months)
	}
	return nil
}

// sendRefund sends the one request that moves money.
func (s *session) sendRefund(call *sharedCall[contract.Refund], charge *omise.Charge, request *contract.RefundRequest) (*contract.Refund, *contract.Error) {
	order := omise.NewRefund{Amount: request.Amount.MinorUnits, Metadata: metadataOf(request.Metadata, request.Attempt.Key)}
	if _, taken := order.Metadata[metadataReason]; !taken && request.Reason != "" {
		order.Metadata[metadataReason] = request.Reason
	}
	if err := call.commit(s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	made, err := s.client.CreateRefund(call.ctx, charge.ID, order)
	if err != nil {
		refused := errorOf(err)
		if m, _ := methodOf(charge); refused.Reason == contract.PaymentNotRefundable && pastWindow(m.refunds.Window, charge, s.clockOf(charge), 0) {
			refused.Reason = contract.RefundWindowExpired // at the edge Omise decided, and does not say why
		}
		return nil, refused
	}
	if difference := s.refundDifference(made, charge, request); difference != "" {
		return nil, malformed("Omise made a refund with another "+difference+" than was asked for").
			With(contract.MetaRefundID, made.ID)
	}
	call.made = made.ID
	refund, failed := refundOf(made)
	if failed != nil {
		return nil, failed
	}
	refund.TotalRefunded = totalRefunded(charge, refund)
	if refund.Status != contract.RefundFailed {
		refund.TotalRefunded.MinorUnits += made.Amount // at most the payment's amount, since it was compared with what is left
	}
	return refund, nil
}

// metadataReason is where a refund's reason is kept, for people who look at it in
// the dashboard.
const metadataReason = "reason"

// refundDifference returns in what a refund differs from the one that was asked
// for.
func (s *session) refundDifference(made *omise.Refund, charge *omise.Charge, request *contract.RefundRequest) string {
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
