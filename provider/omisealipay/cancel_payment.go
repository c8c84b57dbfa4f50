package omisealipay

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// CancelPayment expires a charge. Which charges Omise lets expire is for Omise
// to say; after a refusal the charge is read, since it may have been paid.
func (p *Provider) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	s, err := p.configured()
	if err != nil {
		return nil, err
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	payment, err := s.cancelPayment(ctx, request.PaymentID)
	if err != nil {
		return nil, err
	}
	return payment, nil
}

func (s *session) cancelPayment(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	if err := s.timeFor(ctx); err != nil {
		return nil, err
	}
	charge, err := s.client.ExpireCharge(ctx, id)
	if err != nil {
		refused := refusal(err)
		if refused.Outcome != contract.Rejected || refused.Reason == contract.PaymentNotFound || refused.Reason == contract.ProviderAuthFailed {
			return nil, refused
		}
		return s.afterRefusal(ctx, id, refused)
	}
	payment, failed := paymentOf(charge)
	if failed != nil {
		return nil, failed
	}
	if payment.Status == contract.PaymentPending {
		return nil, unbelievable("Omise says that it expired the charge, and that it is pending").With(contract.MetaPaymentID, id)
	}
	return payment, nil
}

// afterRefusal finds out why a payment cannot be stopped: it is decided
// already, which is an answer, or it is pending and stays so.
func (s *session) afterRefusal(ctx context.Context, id string, refused *contract.Error) (*contract.Payment, *contract.Error) {
	payment, err := s.read(ctx, id)
	if err != nil {
		return nil, err
	}
	if payment.Status != contract.PaymentPending {
		return payment, nil
	}
	refused.Reason = contract.PaymentNotCancelable
	return nil, refused.WithOutcome(contract.Rejected)
}

// timeFor fails if too little of the call's time is left to move money.
func (s *session) timeFor(ctx context.Context) *contract.Error {
	if ended := contract.FromContext(ctx); ended != nil {
		return asError(ended)
	}
	if deadline, bound := ctx.Deadline(); bound && time.Until(deadline) < s.settings.minTimeLeft {
		return tooShort(s.settings.minTimeLeft)
	}
	return nil
}
