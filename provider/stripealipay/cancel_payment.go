package stripealipay

import (
	"context"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// CancelPayment cancels a payment. There is no key of the host's: the SDK makes
// one for each call, and repeating the call is harmless.
func (p *Provider) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).cancelPayment)
}

func (s *session) cancelPayment(ctx context.Context, r *contract.CancelPaymentRequest) (*contract.Payment, *contract.Error) {
	if e := checkPaymentID(r.PaymentID); e != nil {
		return nil, e
	}
	var canceled *stripe.PaymentIntent
	x, e := s.gateway.do(ctx, &request{
		what: "cancel payment", moves: true, missing: contract.PaymentNotFound, unexpected: contract.PaymentNotCancelable,
		send: func(ctx context.Context) (err error) {
			canceled, err = s.gateway.api.V1PaymentIntents.Cancel(ctx, r.PaymentID, &stripe.PaymentIntentCancelParams{
				Expand: []*string{new(expandCharge)},
			})
			return err
		},
	})
	if e != nil && isRefusedCancel(e) {
		return s.afterRefusedCancel(ctx, r, e)
	}
	if e != nil {
		return nil, e
	}
	payment, e := paymentOf(canceled, x.Body)
	if e != nil {
		return nil, e
	}
	if err := r.CheckAnswer(payment); err != nil { // another payment, or still pending
		return nil, kit.Malformed(err).With(contract.MetaPaymentID, r.PaymentID)
	}
	return payment, nil
}

// afterRefusedCancel reads what made Stripe refuse: normally somebody has paid
// in the meantime, or it was canceled before, and that is the answer.
func (s *session) afterRefusedCancel(ctx context.Context, r *contract.CancelPaymentRequest, refusal *contract.Error) (*contract.Payment, *contract.Error) {
	payment, e := s.readPayment(ctx, r.PaymentID)
	if e != nil { // the refusal is certain, where the payment stands is not
		return nil, e.WithOutcome(contract.Indeterminate)
	}
	if payment.Status == contract.PaymentPending {
		refusal.Reason = contract.PaymentNotCancelable // whatever Stripe called it
		return nil, refusal
	}
	return payment, nil
}

// isRefusedCancel tells a refusal that is about the payment from one that is
// about the credentials or the id.
func isRefusedCancel(e *contract.Error) bool {
	return e.Outcome == contract.Rejected && e.Reason != contract.ProviderAuthFailed && e.Reason != contract.PaymentNotFound
}
