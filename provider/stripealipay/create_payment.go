package stripealipay

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

var (
	errMode      = errors.New("its mode, test or live, is not the configured one")
	errReference = errors.New("it has another reference than was asked for")
	errNoLink    = errors.New("it has no link for the payer")
)

// CreatePayment creates a PaymentIntent and confirms it in one request. A
// repeated call is sent again with the same key, which Stripe honours, as long
// as the key lives there. After that the payment is looked up first, and the
// request is sent only once the look-up proves that there is none.
//
// Only a payment ends an attempt whose earlier calls are unknown. A refusal of
// this call does not: it may have been made before Stripe looked at the key,
// and the earlier request may still be under way.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, &request.Attempt, (*session).createPayment)
}

func (s *session) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	if e := checkMetadata(r.Metadata); e != nil {
		return nil, e
	}
	if s.hasOutlived(&r.Attempt) {
		payment, e := s.findPayment(ctx, &r.Attempt)
		if e == nil {
			return s.existing(r, payment, true)
		}
		if !e.ProvesAbsence() {
			return nil, s.undecided(&r.Attempt, e)
		}
	}
	x, e := s.sendPayment(ctx, r)
	id := ""
	if e != nil {
		id = e.Metadata[contract.MetaPaymentID]
	} else if isReplay(x) { // the answer shows the payment as it was then
		id = idOf(x.Body)
	}
	switch {
	case id != "":
		return s.readBack(ctx, r, id, isReplay(x))
	case e != nil && (e.Reason == contract.IdempotencyKeyReused || e.Reason == contract.ProviderFault && isReplay(x)):
		return s.paymentOfKey(ctx, r, e)
	case e != nil:
		return nil, e
	}
	_, payment, e := paymentOf(x.Body)
	if e != nil {
		return nil, e
	}
	return payment, s.checkPayment(r, payment)
}

func (s *session) sendPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*roundtrip.Exchange, *contract.Error) {
	params := &stripe.PaymentIntentCreateParams{
		Amount:             &r.Amount.MinorUnits,
		Currency:           new(currencyOf(r.Amount)),
		Confirm:            new(true),
		PaymentMethodTypes: []*string{new(methodAlipay)},
		PaymentMethodData:  &stripe.PaymentIntentCreatePaymentMethodDataParams{Type: new(methodAlipay)},
		ReturnURL:          &r.ReturnURL,
		Metadata:           metadataOf(r.Metadata, r.Attempt.Key),
		Expand:             []*string{new(expandCharge)},
	}
	params.Metadata[contract.MetadataReference] = r.Reference
	if r.Description != "" {
		params.Description = &r.Description
	}
	params.IdempotencyKey = &r.Attempt.Key
	return s.gateway.do(ctx, &request{
		what: "create payment", moves: true,
		send: func(ctx context.Context) error {
			_, err := s.gateway.api.V1PaymentIntents.Create(ctx, params)
			return err
		},
	})
}

// readBack reads a payment if only the id in Stripe's answer can be used: a stored
// answer, or an error about the payment, such as a decline.
func (s *session) readBack(ctx context.Context, r *contract.CreatePaymentRequest, id string, replayed bool) (*contract.Payment, *contract.Error) {
	payment, e := s.readPayment(ctx, id)
	if e != nil { // a payment exists, so it cannot be NotAttempted nor Rejected
		return nil, e.WithOutcome(contract.Indeterminate).With(contract.MetaPaymentID, id)
	}
	return s.existing(r, payment, replayed)
}

// existing returns a payment that was not in the answer to this request. For the
// contract the request is the same if amount, currency and method are equal;
// another description must not hide the payment from the host.
func (s *session) existing(r *contract.CreatePaymentRequest, payment *contract.Payment, replayed bool) (*contract.Payment, *contract.Error) {
	if payment.IdempotencyKey == r.Attempt.Key && payment.Live == s.settings.live &&
		(payment.Amount != r.Amount || payment.Method != r.Method) {
		return nil, keyReused().With(contract.MetaPaymentID, payment.PaymentID)
	}
	payment.Replayed = replayed
	return payment, s.checkPayment(r, payment)
}

// paymentOfKey looks for the payment of a key in the list, because Stripe does not
// say more about the key: it has seen it with other parameters, or it has stored
// its own failure under it, and would repeat that for a day.
func (s *session) paymentOfKey(ctx context.Context, r *contract.CreatePaymentRequest, refusal *contract.Error) (*contract.Payment, *contract.Error) {
	payment, e := s.findPayment(ctx, &r.Attempt)
	switch {
	case e == nil:
		return s.existing(r, payment, true)
	case e.Reason == contract.PaymentNotFound:
		return nil, refusal // INDETERMINATE in both cases
	default:
		return nil, e.WithOutcome(contract.Indeterminate)
	}
}

// checkPayment compares the payment that Stripe made with the request.
func (s *session) checkPayment(r *contract.CreatePaymentRequest, payment *contract.Payment) *contract.Error {
	err := r.CheckAnswer(payment)
	switch {
	case err != nil:
	case payment.Live != s.settings.live:
		err = errMode
	case payment.Replayed: // its reference may differ from the request's
		return nil
	case payment.Reference != kit.Whole(r.Reference, contract.MaxReferenceLength): // as it is read
		err = errReference
	case payment.Status == contract.PaymentPending && payment.NextAction == nil:
		err = errNoLink // without a link nobody can pay
	default:
		return nil
	}
	return kit.Malformed(err).With(contract.MetaPaymentID, payment.PaymentID)
}

// hasOutlived reports whether a key was first used so long ago that Stripe may
// have forgotten it, and would create another payment.
func (s *session) hasOutlived(attempt *contract.Attempt) bool {
	return attempt.Repeated() && s.now().Sub(attempt.FirstAt) > keyLife
}

// undecided returns the error of a call whose look-up does not prove that there is
// no payment: then nothing is sent.
func (s *session) undecided(attempt *contract.Attempt, e *contract.Error) *contract.Error {
	if e.Reason != contract.PaymentNotFound && e.Reason != contract.RefundNotFound {
		return e.WithOutcome(contract.Indeterminate)
	}
	wait := attempt.LastUnknownAt.Add(settleTime).Sub(s.now())
	return contract.NewError(contract.AttemptUnsettled,
		"an earlier call may still be under way, and Stripe may have forgotten its key; repeat the call later").
		WithRetryAfter(max(wait, time.Second))
}

// metadataOf returns the metadata that Stripe keeps with a payment or a refund.
func metadataOf(given map[string]string, key string) map[string]string {
	kept := map[string]string{}
	maps.Copy(kept, given)
	kept[contract.MetadataKey] = key
	return kept
}

// checkMetadata refuses metadata that Stripe would drop silently or change.
func checkMetadata(metadata map[string]string) *contract.Error {
	for name, value := range metadata {
		if value == "" || strings.ContainsAny(name, "[]") {
			return contract.NewError(contract.InvalidRequest, "the request is invalid; nothing was sent").
				WithViolation("metadata", "Stripe keeps no empty values, and no names with [ or ]")
		}
	}
	return nil
}
