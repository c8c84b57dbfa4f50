package omisealipay

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
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
	err := s.verifier.Verify(
		kit.HeaderList(request.Headers, omise.SignatureHeader), kit.HeaderList(request.Headers, omise.TimestampHeader),
		request.Body, request.ReceivedAt,
	)
	if err != nil {
		return nil, signatureError(err)
	}
	body := strictjson.ToUTF8(request.Body)
	event, err := omise.ParseEvent(body)
	if err == nil {
		return s.resultOf(ctx, event)
	}
	if kind, id := otherGeneration(body); id != "" {
		return ignored(kind, id), nil
	}
	return nil, webhookMalformed(err)
}

// otherGeneration returns the kind and the id of what is like an event but has
// another name, and "" for any other body. Omise may send a ping or a newer form of
// events before this provider knows it.
func otherGeneration(body []byte) (kind, id string) {
	members, err := strictjson.Members(body, contract.MaxWebhookBody)
	if err != nil {
		return "", ""
	}
	member := func(name string) string { return strictjson.Read[string](members[name]) }
	kind = cmp.Or(member("key"), member("type"))
	if object := member("object"); object == "" || object == "event" || kind == "" {
		return "", ""
	}
	return kind, member("id")
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

func webhookMalformed(err error) *contract.Error {
	return contract.Errorf(contract.WebhookMalformed, "the webhook cannot be read: %w", err)
}

func errOtherMode() *contract.Error {
	return contract.NewError(contract.ModeMismatch,
		"the webhook is of the other mode, test or live, than this account was configured for; set a webhook endpoint for each mode in Omise's dashboard")
}

// ignored returns the result of a verified event that concerns nobody here. An
// event whose id has another form than Omise's is as genuine as any other.
func ignored(kind, id string) *contract.WebhookResult {
	return &contract.WebhookResult{
		Disposition:  contract.DispositionIgnored,
		Kind:         kit.EventKind(kind),
		Verification: contract.VerificationSignature,
		DedupeKey:    kit.DedupeKey(id),
		Ack:          contract.Ack{Status: http.StatusOK},
	}
}

// resultOf returns what a verified event says. Whose object it is, is asked first:
// what is not ours is not judged, because Omise would send it again for days, and
// then nothing any more.
func (s *session) resultOf(ctx context.Context, event *omise.Event) (*contract.WebhookResult, *contract.Error) {
	result := ignored(event.Key, event.ID)
	if !slices.Contains(translatedKinds(), event.Key) || event.Data == nil {
		return result, nil
	}
	happened := &contract.Event{Kind: event.Key, OccurredAt: event.CreatedAt}
	var err *contract.Error
	if isOfRefund(event.Key) {
		happened.Refund, err = s.refundOfEvent(ctx, event)
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

func isOfRefund(kind string) bool { return strings.HasPrefix(kind, "refund.") }

// paymentOfEvent returns the payment of an event's charge, and nil if that is a
// stub or was not made through this provider.
func (s *session) paymentOfEvent(event *omise.Event) (*contract.Payment, *contract.Error) {
	charge, err := event.Charge()
	if err != nil {
		left := omise.RemnantOf(event.Data)
		if cannotBeOurs(&left) || left.Problem == nil && !isOurRemnant(&left) {
			return nil, nil
		}
		return nil, webhookMalformed(err)
	}
	if charge.Deleted || !isOurs(charge) {
		return nil, nil
	}
	if s.isOtherMode(event) || isLive(charge.Live, charge.ID) != s.settings.live {
		return nil, errOtherMode()
	}
	payment, failed := paymentOf(charge)
	if failed != nil {
		return nil, webhookMalformed(errors.New(failed.Message))
	}
	return payment, nil
}

// isOtherMode reports whether an event is of the other mode than the account. An id
// of another form than Omise's says nothing about that.
func (s *session) isOtherMode(event *omise.Event) bool {
	if event.Live != nil && *event.Live != s.settings.live {
		return true
	}
	return omise.ValidID(event.ID, omise.EventPrefix) && isTestID(event.ID) == s.settings.live
}

// cannotBeOurs reports whether an event's object, of which only this is left, has
// no place for a key of ours. With a duplicate name in what decides it may be
// anybody's.
func cannotBeOurs(left *omise.Remnant) bool {
	return left.Problem != nil && !errors.Is(left.Problem, strictjson.ErrDuplicateName)
}

// refundOfEvent returns the refund of an event, and nil if that is a stub or of a
// payment that was not made through this provider. A refund from the dashboard has
// no key, so its charge is read.
func (s *session) refundOfEvent(ctx context.Context, event *omise.Event) (*contract.Refund, *contract.Error) {
	made, err := omise.DecodeRefund(event.Data)
	if err != nil {
		return nil, s.refuseRefund(ctx, event, err)
	}
	if made.Deleted {
		return nil, nil
	}
	var charge *omise.Charge
	if keyOf(made.Metadata) == "" {
		var failed *contract.Error
		if charge, failed = s.ourCharge(ctx, made.Charge); charge == nil {
			return nil, failed
		}
	}
	if s.isOtherMode(event) || isLive(made.Live, made.ID) != s.settings.live {
		return nil, errOtherMode()
	}
	refund, failed := refundOf(made)
	if failed != nil {
		return nil, webhookMalformed(errors.New(failed.Message))
	}
	if charge != nil {
		refund.TotalRefunded = totalRefunded(charge, refund)
	}
	return refund, nil
}

// refuseRefund returns the error of an event whose refund cannot be read, and nil
// if that is not of a payment of ours.
func (s *session) refuseRefund(ctx context.Context, event *omise.Event, problem error) *contract.Error {
	left := omise.RemnantOf(event.Data)
	if cannotBeOurs(&left) {
		return nil
	}
	if left.Problem == nil && keyOf(left.Metadata) == "" {
		if charge, failed := s.ourCharge(ctx, left.Charge); charge == nil {
			return failed
		}
	}
	return webhookMalformed(problem)
}

// ourCharge reads a charge. Without an error it returns nil if there is no such
// charge, or none that was made through this provider.
func (s *session) ourCharge(ctx context.Context, id string) (*omise.Charge, *contract.Error) {
	if id == "" {
		return nil, nil
	}
	charge, err := s.readCharge(ctx, id)
	switch {
	case err != nil && (err.Reason == contract.PaymentNotFound || isStrangers(err, id)):
		return nil, nil
	case err != nil:
		return nil, err
	case !isOurs(charge):
		return nil, nil
	}
	return charge, nil
}

// isStrangers reports whether an error is that the charge with the id cannot be
// read, but certainly was not made through this provider.
func isStrangers(err error, id string) bool {
	failure, ok := errors.AsType[*omise.Error](err)
	return ok && failure.Kind == omise.KindMalformed && failure.Remnant != nil && failure.Remnant.Problem == nil &&
		failure.Remnant.ID == id && !isOurRemnant(failure.Remnant)
}
