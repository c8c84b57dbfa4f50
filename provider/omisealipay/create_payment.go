package omisealipay

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// CreatePayment makes a charge, or finds the one that the key has led to.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	s, err := p.configured()
	if err != nil {
		return nil, err.ForAttempt(&request.Attempt)
	}
	if err := s.checkCreate(request); err != nil {
		return nil, err.ForAttempt(&request.Attempt)
	}
	w := wish{
		key:     request.Attempt.Key,
		account: s.settings.account,
		terms:   fmt.Sprintf("%d %s %s", request.Amount.MinorUnits, request.Amount.Currency, request.Method),
		attempt: request.Attempt,
	}
	payment, joined, failed := s.payments.do(ctx, w, s.settings.timeout, func(f *flight[contract.Payment]) (*contract.Payment, *contract.Error) {
		return s.createPayment(f, request)
	})
	if failed != nil {
		return nil, failed
	}
	payment.Replayed = payment.Replayed || joined
	return payment, nil
}

// checkCreate refuses what can be refused without asking Omise.
func (s *session) checkCreate(request *contract.CreatePaymentRequest) *contract.Error {
	if err := request.Validate(); err != nil {
		return asError(err)
	}
	if err := s.descriptor.CheckCreatePayment(request, s.account); err != nil {
		e := asError(err)
		if e.Reason == contract.MethodNotEnabled {
			e.Message = "this Omise account does not have the method; " + askOmise
		}
		return e
	}
	return checkMetadata(request.Metadata)
}

// checkMetadata refuses the keys that would mean something else in a form.
func checkMetadata(metadata map[string]string) *contract.Error {
	for key := range metadata {
		if strings.ContainsAny(key, "[]") {
			e := contract.NewError(contract.InvalidRequest, "the request is not legal; nothing was done")
			e.Violations = []contract.Violation{{Field: "metadata[" + key + "]", Description: "has a bracket in its key, which Omise cannot keep"}}
			return e
		}
	}
	return nil
}

// asError takes back the type that the contract's own checks give.
func asError(err error) *contract.Error {
	if e, ok := err.(*contract.Error); ok { //nolint:errorlint // The checks of contract give this type, never wrapped.
		return e
	}
	return contract.Errorf(contract.ProviderBug, "an error of another type: %w", err)
}

// createPayment is the work of one flight: find out what the key has led to,
// and only if that is nothing, for certain, create.
func (s *session) createPayment(f *flight[contract.Payment], request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	known := f.recall()
	attempt := known.over(request.Attempt)
	id := known.id
	if attempt.Repeated() {
		found, err := s.search(f.ctx, &attempt)
		if err != nil {
			return nil, duringFlight(f.ctx, err).ForAttempt(&attempt)
		}
		if id, err = found.one(); err != nil {
			return nil, err
		}
		if id == "" && !found.settled {
			return nil, s.unsettled(&attempt)
		}
	}
	if id != "" {
		return s.replay(f, id, request)
	}
	return s.create(f, request)
}

// duringFlight tells a request that failed because the work's time was up from
// one that Omise was slow with. Nothing that moves money was sent before it.
func duringFlight(ctx context.Context, err *contract.Error) *contract.Error {
	if ended := contract.FromContext(ctx); ended != nil {
		return asError(ended)
	}
	return err
}

// replay answers with the payment that the key has led to, read fresh. Its
// errors name it: whatever went wrong now, a payment exists.
func (s *session) replay(f *flight[contract.Payment], id string, request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	named := func(err *contract.Error) *contract.Error {
		return err.WithOutcome(contract.Indeterminate).With(contract.MetaPaymentID, id)
	}
	charge, err := s.client.RetrieveCharge(f.ctx, id)
	if err != nil {
		return nil, named(refusal(err))
	}
	if difference := differs(charge, request); difference != "" {
		return nil, named(contract.Errorf(contract.IdempotencyKeyReused,
			"this key was used for a payment with another %s; take a new key for another payment", difference))
	}
	if keyOf(charge.Metadata) != request.Attempt.Key {
		return nil, named(unbelievable("the charge has lost its idempotency key: its metadata was changed"))
	}
	payment, failed := s.handOut(charge)
	if failed != nil {
		return nil, named(failed)
	}
	f.learnt(id)
	payment.Replayed = true
	return payment, nil
}

// differs names what distinguishes a charge from the one that is asked for.
func differs(charge *omise.Charge, request *contract.CreatePaymentRequest) string {
	m, _ := methodOf(charge)
	switch {
	case charge.Currency != request.Amount.Currency:
		return "currency"
	case charge.Amount != request.Amount.MinorUnits:
		return "amount"
	case m.terms.Code != request.Method:
		return "method"
	default:
		return ""
	}
}

// handOut gives the payment of a charge, which a payer must be able to pay
// while it is pending.
func (s *session) handOut(charge *omise.Charge) (*contract.Payment, *contract.Error) {
	payment, err := paymentOf(charge)
	if err != nil {
		return nil, err
	}
	if payment.Status == contract.PaymentPending && payment.NextAction == nil {
		return nil, unbelievable("the charge has no link that a payer could be sent to").With(contract.MetaPaymentID, charge.ID)
	}
	return payment, nil
}

// create sends the requests that make a new charge. Nothing with this key
// exists at Omise, as far as the contract asks to make sure of that.
func (s *session) create(f *flight[contract.Payment], request *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	if err := f.timeFor(s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	order, err := s.order(f.ctx, request)
	if err != nil {
		return nil, duringFlight(f.ctx, err)
	}
	if err := f.commit(s.settings.minTimeLeft); err != nil {
		return nil, err
	}
	charge, failed := s.client.CreateCharge(f.ctx, order)
	if failed != nil {
		return nil, s.whyNot(f.ctx, refusal(failed), request.Method)
	}
	if err := s.compare(charge, request); err != nil {
		return nil, err
	}
	f.learnt(charge.ID)
	return s.handOut(charge)
}

// order writes the request for the charge; the two-step way makes the source
// first, which moves no money and is worth nothing without a charge.
func (s *session) order(ctx context.Context, request *contract.CreatePaymentRequest) (omise.NewCharge, *contract.Error) {
	m, _ := methodByCode(request.Method)
	wanted := omise.NewSource{Type: m.sourceType, Amount: request.Amount.MinorUnits, Currency: request.Amount.Currency}
	if m.platform {
		wanted.PlatformType = platformOf(request.Payer)
	}
	order := omise.NewCharge{
		Amount:      request.Amount.MinorUnits,
		Currency:    request.Amount.Currency,
		ReturnURI:   request.ReturnURL,
		Description: request.Description,
		Metadata:    labelled(request.Metadata, request.Attempt.Key),
	}
	order.Metadata[contract.MetadataReference] = request.Reference
	if s.settings.oneStep {
		order.Source = &wanted
		return order, nil
	}
	source, err := s.client.CreateSource(ctx, wanted)
	if err != nil {
		return order, s.whyNot(ctx, refusal(err), request.Method)
	}
	if source.Type != wanted.Type {
		return order, unbelievable("Omise made a source of another type than was asked for")
	}
	order.SourceID = source.ID
	return order, nil
}

// labelled adds the key to what the host wants kept.
func labelled(metadata map[string]string, key string) map[string]string {
	labels := make(map[string]string, len(metadata)+2)
	maps.Copy(labels, metadata)
	labels[contract.MetadataKey] = key
	return labels
}

// platformOf names the payer's device in Omise's words, which for these three
// are the contract's.
func platformOf(payer *contract.Payer) string {
	if payer == nil || payer.Platform == "" {
		return string(contract.PlatformWeb)
	}
	return string(payer.Platform)
}

// whyNot finds out whether a method that Omise refused is one that the account
// lacks, which has another remedy than one that does not exist.
func (s *session) whyNot(ctx context.Context, refused *contract.Error, code string) *contract.Error {
	if refused.Reason != contract.MethodUnsupported {
		return refused
	}
	capability, err := s.client.RetrieveCapability(ctx)
	m, _ := methodByCode(code)
	if err != nil || capability.Method(m.sourceType) != nil {
		return refused
	}
	refused.Reason = contract.MethodNotEnabled
	refused.Message = "this Omise account does not have the method; " + askOmise
	return refused
}

// compare holds what Omise says it made against what was asked for.
func (s *session) compare(charge *omise.Charge, request *contract.CreatePaymentRequest) *contract.Error {
	difference := differs(charge, request)
	switch {
	case difference != "":
	case keyOf(charge.Metadata) != request.Attempt.Key:
		difference = "idempotency key"
	case isLive(charge.Live, charge.ID) != s.settings.live:
		difference = "mode"
	}
	if difference != "" {
		return unbelievable("Omise made a charge with another "+difference+" than was asked for").
			With(contract.MetaPaymentID, charge.ID)
	}
	if charge.ReturnURI != request.ReturnURL {
		s.logger.Warn("Omise gave back another return URL than was sent",
			slog.String("payment_id", charge.ID))
	}
	return nil
}
