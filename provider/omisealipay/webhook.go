package omisealipay

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// translatedKinds are the events that say something about a payment or a
// refund. What they say is decided by the object in them and never by the
// kind: charge.complete is sent for charges that failed, too.
func translatedKinds() []string {
	return []string{
		"charge.create", "charge.complete", "charge.update", "charge.capture", "charge.reverse", "charge.expire",
		"refund.create",
	}
}

// attentionKinds are ignored, and a person should hear of them.
func attentionKinds() []string {
	return []string{"dispute.create", "dispute.update", "dispute.accept", "dispute.close"}
}

// ParseWebhook verifies a webhook, by its signature or by reading it back, and
// translates what it says.
func (p *Provider) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	s, err := p.configured()
	if err != nil {
		return nil, err
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	var result *contract.WebhookResult
	if s.settings.fetch {
		result, err = s.readBack(ctx, request.Body)
	} else {
		result, err = s.parseSigned(ctx, request)
	}
	if err != nil {
		return nil, err
	}
	return result, nil
}

func (s *session) parseSigned(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, *contract.Error) {
	headers := http.Header{}
	for name, values := range request.Headers {
		for _, value := range values {
			headers.Add(name, value) // names in any case, as a host in this process may give them
		}
	}
	err := s.verifier.Verify(headers.Values(omise.SignatureHeader), headers.Values(omise.TimestampHeader), request.Body, request.ReceivedAt)
	if err != nil {
		return nil, unverified(err)
	}
	event, failed := s.readEvent(request.Body)
	if failed != nil {
		return nil, failed
	}
	return s.translate(ctx, event)
}

// unverified is the table of what is wrong with a signature.
func unverified(err error) *contract.Error {
	switch {
	case errors.Is(err, omise.ErrSignatureMissing):
		return contract.Errorf(contract.WebhookSignatureMissing,
			"%w: make a webhook secret in Omise's dashboard, or set webhook_verification to fetch", err)
	case errors.Is(err, omise.ErrSignatureStale):
		return contract.Errorf(contract.WebhookSignatureStale, "%w: check the host's clock, or it is a replay", err)
	default:
		return contract.Errorf(contract.WebhookSignatureInvalid,
			"%w: check that webhook_secrets has the secret of this account, and that the body comes here byte for byte", err)
	}
}

// readEvent reads the body's envelope and keeps the modes apart.
func (s *session) readEvent(body []byte) (*omise.Event, *contract.Error) {
	event, err := omise.ParseEvent(body)
	if err != nil {
		return nil, malformed(err)
	}
	if bounded(event.Key, maxWord) != event.Key || event.Key == "" {
		return nil, malformed(errors.New("its key is no name of an event"))
	}
	if isLive(event.Live, event.ID) != s.settings.live || isTestID(event.ID) == s.settings.live {
		return nil, otherMode()
	}
	return event, nil
}

func malformed(err error) *contract.Error {
	return contract.Errorf(contract.WebhookMalformed, "the webhook cannot be read: %w", err)
}

func otherMode() *contract.Error {
	return contract.NewError(contract.ModeMismatch,
		"the webhook is of the other mode (test or live) than this configuration; test and live have separate webhook addresses in Omise's dashboard")
}

// translate says what a verified event tells. An event without an object, or
// with the stub of a deleted one, tells nothing.
func (s *session) translate(ctx context.Context, event *omise.Event) (*contract.WebhookResult, *contract.Error) {
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
	told := &contract.Event{Kind: event.Key, OccurredAt: event.CreatedAt}
	var err *contract.Error
	if strings.HasPrefix(event.Key, "refund.") {
		told.Refund, err = s.refundIn(ctx, event.Data)
	} else {
		told.Payment, err = s.paymentIn(event)
	}
	if err != nil {
		return nil, err
	}
	if told.Payment != nil || told.Refund != nil {
		result.Disposition, result.Events = contract.DispositionEvents, []contract.Event{*told}
	}
	return result, nil
}

// paymentIn gives the payment of an event's charge; nil if it is a stub or was
// not made through this provider.
func (s *session) paymentIn(event *omise.Event) (*contract.Payment, *contract.Error) {
	charge, err := event.Charge()
	switch {
	case err != nil:
		return nil, malformed(err)
	case isLive(charge.Live, charge.ID) != s.settings.live:
		return nil, otherMode()
	case charge.Deleted || !ours(charge):
		return nil, nil
	}
	payment, failed := paymentOf(charge)
	if failed != nil {
		return nil, malformed(errors.New(failed.Message))
	}
	return payment, nil
}

// refundIn gives the refund of an event; nil if it is a stub or belongs to a
// payment that was not made through this provider. A refund from the dashboard
// has no key, so its charge is asked whose it is.
func (s *session) refundIn(ctx context.Context, data []byte) (*contract.Refund, *contract.Error) {
	made, err := omise.DecodeRefund(data)
	switch {
	case err != nil:
		return nil, malformed(err)
	case isLive(made.Live, made.ID) != s.settings.live:
		return nil, otherMode()
	case made.Deleted:
		return nil, nil
	}
	refund, failed := refundOf(made)
	if failed != nil {
		return nil, malformed(errors.New(failed.Message))
	}
	if refund.IdempotencyKey != "" {
		return refund, nil
	}
	charge, failed := s.charge(ctx, refund.PaymentID)
	switch {
	case failed != nil && failed.Reason == contract.PaymentNotFound:
		return nil, nil
	case failed != nil:
		return nil, failed
	case !ours(charge):
		return nil, nil
	}
	refund.TotalRefunded = totalRefunded(charge, refund)
	return refund, nil
}
