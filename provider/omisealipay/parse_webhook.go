package omisealipay

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// translatedKinds returns the kinds of events that bring a payment or a refund.
// What they tell is decided by the object in them and never by the kind:
// charge.complete is sent for charges that failed, too.
func translatedKinds() []string {
	return []string{
		"charge.create", "charge.complete", "charge.update", "charge.capture", "charge.reverse", "charge.expire",
		"refund.create",
	}
}

// attentionKinds returns the kinds of events that are ignored, but that a person
// should know of.
func attentionKinds() []string {
	return []string{"dispute.create", "dispute.update", "dispute.accept", "dispute.close"}
}

// ParseWebhook verifies a webhook, by its signature or by fetching its event, and
// returns what it tells.
func (p *Provider) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).parseWebhook)
}

func (s *session) parseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, *contract.Error) {
	if s.settings.fetch {
		return s.fetchEvent(ctx, request.Body)
	}
	return s.parseSigned(ctx, request)
}

func (s *session) parseSigned(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, *contract.Error) {
	err := s.verifier.Verify(request.Headers[omise.SignatureHeader], request.Headers[omise.TimestampHeader], request.Body, request.ReceivedAt)
	if err != nil {
		return nil, signatureError(err)
	}
	event, failed := s.readEvent(request.Body)
	if failed != nil {
		return nil, failed
	}
	return s.resultOf(ctx, event)
}

// signatureError returns the error of a webhook that the verifier refused.
func signatureError(err error) *contract.Error {
	switch {
	case errors.Is(err, omise.ErrSignatureMissing):
		return contract.Errorf(contract.WebhookSignatureMissing,
			"%w; create a webhook secret in Omise's dashboard, or set webhook_verification to fetch", err)
	case errors.Is(err, omise.ErrSignatureStale):
		return contract.Errorf(contract.WebhookSignatureStale, "%w; check the host's clock if this goes on", err)
	default:
		return contract.Errorf(contract.WebhookSignatureInvalid,
			"%w; check that webhook_secrets has the account's secret, and that the host passes the body on byte for byte", err)
	}
}

// readEvent reads an event without its object. It must be of the account's mode.
func (s *session) readEvent(body []byte) (*omise.Event, *contract.Error) {
	event, err := omise.ParseEvent(body)
	if err != nil {
		return nil, webhookMalformed(err)
	}
	if kit.Clip(event.Key, maxWord) != event.Key || event.Key == "" {
		return nil, webhookMalformed(errors.New("its key is not the name of an event"))
	}
	if isLive(event.Live, event.ID) != s.settings.live || isTestID(event.ID) == s.settings.live {
		return nil, errOtherMode()
	}
	return event, nil
}

func webhookMalformed(err error) *contract.Error {
	return contract.Errorf(contract.WebhookMalformed, "the webhook cannot be read: %w", err)
}

func errOtherMode() *contract.Error {
	return contract.NewError(contract.ModeMismatch,
		"the webhook is of the other mode, test or live, than this account was configured for; set a webhook endpoint for each mode in Omise's dashboard")
}

// resultOf returns what a verified event tells. One without an object, or with the
// stub of a deleted one, tells nothing.
func (s *session) resultOf(ctx context.Context, event *omise.Event) (*contract.WebhookResult, *contract.Error) {
	result := &contract.WebhookResult{
		Disposition:  contract.DispositionIgnored,
		Kind:         event.Key,
		Verification: contract.VerificationSignature,
		DedupeKey:    event.ID,
		Ack:          contract.Ack{Status: http.StatusOK},
	}
	if !slices.Contains(translatedKinds(), event.Key) || event.Data == nil {
		return result, nil
	}
	happened := &contract.Event{Kind: event.Key, OccurredAt: event.CreatedAt}
	var err *contract.Error
	if strings.HasPrefix(event.Key, "refund.") {
		happened.Refund, err = s.refundOfEvent(ctx, event.Data)
	} else {
		happened.Payment, err = s.paymentOfEvent(event)
	}
	if err != nil {
		return nil, err
	}
	if happened.Payment != nil || happened.Refund != nil {
		result.Disposition, result.Events = contract.DispositionEvents, []contract.Event{*happened}
	}
	return result, nil
}

// paymentOfEvent returns the payment of an event's charge, and nil if that is a
// stub or was not made through this provider.
func (s *session) paymentOfEvent(event *omise.Event) (*contract.Payment, *contract.Error) {
	charge, err := event.Charge()
	switch {
	case err != nil:
		return nil, webhookMalformed(err)
	case isLive(charge.Live, charge.ID) != s.settings.live:
		return nil, errOtherMode()
	case charge.Deleted || !isOurs(charge):
		return nil, nil
	}
	payment, failed := paymentOf(charge)
	if failed != nil {
		return nil, webhookMalformed(errors.New(failed.Message))
	}
	return payment, nil
}

// refundOfEvent returns the refund of an event, and nil if that is a stub or of a
// payment that was not made through this provider. A refund from the dashboard has
// no key, so its charge is read.
func (s *session) refundOfEvent(ctx context.Context, data []byte) (*contract.Refund, *contract.Error) {
	made, err := omise.DecodeRefund(data)
	switch {
	case err != nil:
		return nil, webhookMalformed(err)
	case isLive(made.Live, made.ID) != s.settings.live:
		return nil, errOtherMode()
	case made.Deleted:
		return nil, nil
	}
	refund, failed := refundOf(made)
	if failed != nil {
		return nil, webhookMalformed(errors.New(failed.Message))
	}
	if refund.IdempotencyKey != "" {
		return refund, nil
	}
	charge, failed := s.readCharge(ctx, refund.PaymentID)
	switch {
	case failed != nil && failed.Reason == contract.PaymentNotFound:
		return nil, nil
	case failed != nil:
		return nil, failed
	case !isOurs(charge):
		return nil, nil
	}
	refund.TotalRefunded = totalRefunded(charge, refund)
	return refund, nil
}
