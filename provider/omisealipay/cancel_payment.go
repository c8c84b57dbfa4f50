package omisealipay

import (
	"context"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// CancelPayment expires a charge. Omise decides which charges may expire. After a
// refusal the charge is read, because it may have been paid.
func (p *Provider) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).cancelPayment)
}

func (s *session) cancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, *contract.Error) {
	id := request.PaymentID
	if err := kit.TimeLeft(ctx, s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	charge, err := s.client.ExpireCharge(ctx, id)
	if err != nil {
		refused := errorOf(err)
		if !isRefusedCancel(refused) {
			return nil, refused
		}
		return s.afterRefusedCancel(ctx, id, refused)
	}
	payment, failed := paymentOf(charge)
	if failed != nil {
		return nil, failed
	}
	if payment.Status == contract.PaymentPending {
		return nil, malformed("Omise says that it expired the charge, and that it is pending").With(contract.MetaPaymentID, id)
	}
	return payment, nil
}

// afterRefusedCancel reads what made Omise refuse: the payment has ended already,
// which is an answer, or it is pending and stays so.
func (s *session) afterRefusedCancel(ctx context.Context, id string, refused *contract.Error) (*contract.Payment, *contract.Error) {
	payment, err := s.readPayment(ctx, id)
	if err != nil { // the refusal is certain, the status of the payment is not
		return nil, err.WithOutcome(contract.Indeterminate)
	}
	if payment.Status != contract.PaymentPending {
		return payment, nil
	}
	refused.Reason = contract.PaymentNotCancelable
	return nil, refused.WithOutcome(contract.Rejected)
}

// isRefusedCancel tells a refusal that is about the payment from one that is
// about the credentials or the id.
func isRefusedCancel(e *contract.Error) bool {
	return e.Outcome == contract.Rejected && e.Reason != contract.ProviderAuthFailed && e.Reason != contract.PaymentNotFound
}
