package stripealipay

import (
	"context"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// CancelPayment cancels a payment. It needs no key of the host's: the SDK makes
// one for each call, and repeating the call does no harm.
func (p *Provider) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).cancelPayment)
}

func (s *session) cancelPayment(ctx context.Context, r *contract.CancelPaymentRequest) (*contract.Payment, *contract.Error) {
	if e := checkPaymentID(r.PaymentID); e != nil {
		return nil, e
	}
	x, e := s.gateway.do(ctx, &request{
		what: "cancel payment", moves: true, missing: contract.PaymentNotFound, unexpected: contract.PaymentNotCancelable,
		send: func(ctx context.Context) error {
			_, err := s.gateway.api.V1PaymentIntents.Cancel(ctx, r.PaymentID, &stripe.PaymentIntentCancelParams{
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
	_, payment, e := paymentOf(x.Body)
	if e != nil {
		return nil, e
	}
	if err := r.CheckAnswer(payment); err != nil { // another payment, or still pending
		return nil, kit.Malformed(err).With(contract.MetaPaymentID, r.PaymentID)
	}
	return payment, nil
}

// afterRefusedCancel reads the payment that Stripe refused to cancel. Usually it
// was paid in the meantime or canceled before, and then it is the answer.
func (s *session) afterRefusedCancel(ctx context.Context, r *contract.CancelPaymentRequest, refusal *contract.Error) (*contract.Payment, *contract.Error) {
	payment, e := s.readPayment(ctx, r.PaymentID)
	if e != nil { // the refusal is certain, the status of the payment is not
		return nil, e.WithOutcome(contract.Indeterminate)
	}
	if payment.Status == contract.PaymentPending {
		refusal.Reason = contract.PaymentNotCancelable // whatever code Stripe sent
		return nil, refusal
	}
	return payment, nil
}

// isRefusedCancel reports whether Stripe refused because of the payment, and not
// because of the credentials or the id.
func isRefusedCancel(e *contract.Error) bool {
	return e.Outcome == contract.Rejected && e.Reason != contract.ProviderAuthFailed && e.Reason != contract.PaymentNotFound
}
