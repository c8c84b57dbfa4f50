package memory

import (
	"context"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// CancelPayment calls a payment off. There is no key, since repeating it is
// harmless.
func (p *Provider) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).cancelPayment)
}

func (s *session) cancelPayment(ctx context.Context, r *contract.CancelPaymentRequest) (*contract.Payment, *contract.Error) {
	path, e := paymentPath(r.PaymentID)
	if e != nil {
		return nil, e
	}
	var canceled paymentAnswer
	_, e = s.gateway.Do(ctx, &kit.Request{Method: http.MethodPost, Path: path + "/cancel", Moves: true}, &canceled)
	if e != nil && isRefusedCancel(e) {
		return s.afterRefusedCancel(ctx, r, e)
	}
	if e != nil {
		return nil, e
	}
	payment, e := canceled.payment()
	if e != nil {
		return nil, e
	}
	if err := r.CheckAnswer(payment); err != nil { // another payment, or still pending
		return nil, kit.Malformed(err).With(contract.MetaPaymentID, r.PaymentID)
	}
	return payment, nil
}

// afterRefusedCancel reads what made the gateway refuse: normally somebody has
// paid in the meantime, and that is the answer.
func (s *session) afterRefusedCancel(ctx context.Context, r *contract.CancelPaymentRequest, refusal *contract.Error) (*contract.Payment, *contract.Error) {
	payment, e := s.readPayment(ctx, r.PaymentID)
	if e != nil { // the refusal is certain, where the payment stands is not
		return nil, e.WithOutcome(contract.Indeterminate)
	}
	if payment.Status == contract.PaymentPending {
		refusal.Reason = contract.PaymentNotCancelable // whatever the gateway called it
		return nil, refusal
	}
	return payment, nil
}

// isRefusedCancel tells a refusal that is about the payment from one that is
// about the credentials or the id.
func isRefusedCancel(e *contract.Error) bool {
	return e.Outcome == contract.Rejected && e.Reason != contract.ProviderAuthFailed && e.Reason != contract.PaymentNotFound
}
