package stripealipay

import (
	"context"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

// GetStatus reads a payment at Stripe, by its id or by its key.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	payment, e := inSession(ctx, p, request, (*session).getStatus)
	if e != nil {
		return nil, e
	}
	return payment, nil
}

func (s *session) getStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	if r.Attempt != nil {
		return s.findPayment(ctx, r.Attempt)
	}
	return s.readPayment(ctx, r.PaymentID)
}

func (s *session) readPayment(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	payment, _, e := s.readIntent(ctx, id)
	return payment, e
}

// readIntent also gives the payment in Stripe's own words, and what went over
// the wire.
func (s *session) readIntent(ctx context.Context, id string) (*contract.Payment, *reading, *contract.Error) {
	if e := checkPaymentID(id); e != nil {
		return nil, nil, e
	}
	var found reading
	var e *contract.Error
	found.exchange, e = s.gateway.do(ctx, &request{
		what: "read payment", missing: contract.PaymentNotFound,
		send: func(ctx context.Context) (err error) {
			found.intent, err = s.gateway.api.V1PaymentIntents.Retrieve(ctx, id, &stripe.PaymentIntentRetrieveParams{
				Expand: []*string{new(expandCharge)},
			})
			return err
		},
	})
	if e != nil {
		return nil, nil, e
	}
	payment, e := paymentOf(found.intent, found.exchange.body)
	if e != nil {
		return nil, nil, e
	}
	if err := (&contract.GetStatusRequest{PaymentID: id}).CheckAnswer(payment); err != nil {
		return nil, nil, malformed(err)
	}
	return payment, &found, nil
}

// reading is a PaymentIntent and how it came.
type reading struct {
	intent   *stripe.PaymentIntent
	exchange *exchange
}

// checkPaymentID refuses an id that is not of Stripe's form: it names none of
// its payments, and must not choose another path.
func checkPaymentID(id string) *contract.Error {
	if !idForm.MatchString(id) {
		return contract.NewError(contract.PaymentNotFound, "the payment id is not one of Stripe's")
	}
	return nil
}
