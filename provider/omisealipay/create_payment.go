package omisealipay

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// CreatePayment creates a charge, or finds the one that the key led to.
//
// Run gets no attempt here and in Refund: once a look-up has shown what an
// earlier call of unknown result led to, the error of this call is certain.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).createPayment)
}

func (s *session) createPayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	if err := checkMetadata(request.Metadata); err != nil {
		return nil, err.ForAttempt(&request.Attempt)
	}
	payment, joined, err := s.payments.do(ctx, keyedRequest{
		key:     request.Attempt.Key,
		terms:   fmt.Sprintf("%d %s %s", request.Amount.MinorUnits, request.Amount.Currency, request.Method),
		attempt: request.Attempt,
	}, s.settings.timeout, func(call *sharedCall[contract.Payment]) (*contract.Payment, *contract.Error) {
		return s.findOrSendPayment(call, request)
	})
	if err != nil {
		return nil, err
	}
	payment.Replayed = payment.Replayed || joined
	return payment, nil
}

// checkMetadata refuses names that would mean something else in a form.
func checkMetadata(metadata map[string]string) *contract.Error {
	for name := range metadata {
		if strings.ContainsAny(name, "[]") {
			return contract.NewError(contract.InvalidRequest, "Omise cannot keep the metadata; nothing was sent").
				WithViolation("metadata["+name+"]", "must not have [ or ] in its name")
		}
	}
	return nil
}

// findOrSendPayment is the work of a shared call: it finds out what the key led
// to, and creates a charge only if that is nothing, for certain.
func (s *session) findOrSendPayment(call *sharedCall[contract.Payment], request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	attempt := call.attempt
	id := call.known
	if attempt.Repeated() {
		found, err := s.search(call.ctx, &attempt, id)
		if err != nil {
			return nil, orDeadline(call.ctx, err).ForAttempt(&attempt)
		}
		if id, err = found.onlyID(); err != nil {
			return nil, err
		}
		if id == "" && !found.settled {
			return nil, s.unsettled(&attempt)
		}
		if id == "" && found.doubtful {
			return nil, s.doubtful()
		}
	}
	if id != "" {
		return s.existing(call, id, request)
	}
	return s.sendPayment(call, request)
}

// orDeadline returns the error of the work's deadline if that has passed, and err
// if Omise was slow. Nothing that moves money was sent before it.
func orDeadline(ctx context.Context, err *contract.Error) *contract.Error {
	if ended := kit.TimeLeft(ctx, 0); ended != nil {
		return ended
	}
	return err
}

// existing returns the payment that the key led to, as it is now. Its errors name
// the payment: whatever goes wrong now, a payment exists.
func (s *session) existing(call *sharedCall[contract.Payment], id string, request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	named := func(err *contract.Error) *contract.Error {
		return err.WithOutcome(contract.Indeterminate).With(contract.MetaPaymentID, id)
	}
	charge, err := s.client.RetrieveCharge(call.ctx, id)
	if err != nil {
		return nil, named(errorOf(err))
	}
	if difference := difference(charge, request); difference != "" {
		return nil, named(contract.Errorf(contract.IdempotencyKeyReused,
			"the key was used for a payment with another %s; use a new key for another payment", difference))
	}
	if keyOf(charge.Metadata) != request.Attempt.Key {
		return nil, named(malformed("the charge's metadata was changed, and its idempotency key is lost"))
	}
	payment, failed := s.paymentOrError(charge, request)
	if failed != nil {
		return nil, named(failed)
	}
	call.made = id
	payment.Replayed = true
	return payment, nil
}

// difference returns in what a charge differs from the payment that is asked for.
func difference(charge *omise.Charge, request *contract.CreatePaymentRequest) string {
	m, known := methodOf(charge)
	switch {
	case charge.Currency != request.Amount.Currency:
		return "currency"
	case charge.Amount != request.Amount.MinorUnits:
		return "amount"
	case !known && isOurType(charge.SourceType(), charge.Card): // the answer has only the id of the source
		return ""
	case m.code != request.Method:
		return "method"
	default:
		return ""
	}
}

// paymentOrError returns the payment of a charge that fits the request. It must
// have a link for the payer while it is pending.
func (s *session) paymentOrError(charge *omise.Charge, request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	payment, err := paymentOf(charge)
	if err != nil {
		return nil, err
	}
	payment.Method = request.Method
	if payment.Status == contract.PaymentPending && payment.NextAction == nil {
		return nil, malformed("the charge has no link for the payer").With(contract.MetaPaymentID, charge.ID)
	}
	return payment, nil
}

// sendPayment sends the requests that create a charge. Omise has nothing with
// this key, as far as the contract asks to make sure of that.
func (s *session) sendPayment(call *sharedCall[contract.Payment], request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	if err := call.checkTime(s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	order, err := s.newCharge(call.ctx, request)
	if err != nil {
		return nil, orDeadline(call.ctx, err)
	}
	if err := call.commit(s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	before := s.clock.begin(&call.attempt)
	charge, failed := s.client.CreateCharge(call.ctx, order)
	if failed != nil {
		return nil, s.explainRejection(call.ctx, errorOf(failed), request.Method)
	}
	s.clock.compare(before, charge.CreatedAt, charge.Response.Date)
	if err := s.checkCharge(charge, request); err != nil {
		return nil, err
	}
	call.made = charge.ID
	return s.paymentOrError(charge, request)
}

// newCharge returns the request for the charge. In two steps it makes the source
// first, which moves no money and is worth nothing without a charge.
func (s *session) newCharge(ctx context.Context, request *contract.CreatePaymentRequest) (omise.NewCharge, *contract.Error) {
	m, _ := methodByCode(request.Method)
	wanted := omise.NewSource{Type: m.code, Amount: request.Amount.MinorUnits, Currency: request.Amount.Currency}
	if m.flow == flowApp {
		wanted.PlatformType = platformOf(request.Payer)
	}
	order := omise.NewCharge{
		Amount:      request.Amount.MinorUnits,
		Currency:    request.Amount.Currency,
		ReturnURI:   request.ReturnURL,
		Description: request.Description,
		Metadata:    metadataOf(request.Metadata, request.Attempt.Key),
	}
	order.Metadata[contract.MetadataReference] = request.Reference
	if s.settings.oneStep {
		order.Source = &wanted
		return order, nil
	}
	source, err := s.client.CreateSource(ctx, wanted)
	if err != nil {
		return order, s.explainRejection(ctx, errorOf(err), request.Method)
	}
	if source.Type != wanted.Type {
		return order, malformed("Omise made a source of another type than was asked for")
	}
	order.SourceID = source.ID
	return order, nil
}

// metadataOf returns what Omise is to keep with a charge or a refund.
func metadataOf(given map[string]string, key string) map[string]string {
	kept := make(map[string]string, len(given)+2)
	maps.Copy(kept, given)
	kept[contract.MetadataKey] = key
	return kept
}

// platformOf returns Omise's word for the payer's device, which is the contract's
// for all three.
func platformOf(payer *contract.Payer) string {
	if payer == nil || payer.Platform == "" {
		return string(contract.PlatformWeb)
	}
	return string(payer.Platform)
}

// explainRejection asks Omise whether a method that it refused is one that the
// account lacks, for which there is another remedy.
func (s *session) explainRejection(ctx context.Context, refused *contract.Error, code string) *contract.Error {
	if refused.Reason != contract.MethodUnsupported {
		return refused
	}
	capability, err := s.client.RetrieveCapability(ctx)
	if err != nil || capability.Method(code) != nil {
		return refused
	}
	refused.Reason = contract.MethodNotEnabled
	refused.Message = notEnabled(code, capability)
	return refused
}

// checkCharge compares what Omise says it made with what it was asked to make.
func (s *session) checkCharge(charge *omise.Charge, request *contract.CreatePaymentRequest) *contract.Error {
	difference := difference(charge, request)
	switch {
	case difference != "":
	case keyOf(charge.Metadata) != request.Attempt.Key:
		difference = "idempotency key"
	case isLive(charge.Live, charge.ID) != s.settings.live:
		difference = "mode"
	}
	if difference != "" {
		return malformed("Omise made a charge with another "+difference+" than was asked for").
			With(contract.MetaPaymentID, charge.ID)
	}
	if charge.ReturnURI != request.ReturnURL {
		s.logger.Warn("Omise returned another return URL than was sent",
			slog.String("payment_id", charge.ID))
	}
	if m, _ := methodOf(charge); m.flowOf(charge) != m.flow {
		s.logger.Warn("Omise chose another flow than the method usually has, which holds for this payment",
			slog.String("payment_id", charge.ID), slog.String("method", m.code), slog.String("flow", kit.Clip(m.flowOf(charge), maxWord)))
	}
	return nil
}
