package shop

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/contract"
)

// retryAfter is the Retry-After, in seconds, for a webhook that cannot be handled
// now.
const retryAfter = 30

// serveWebhook handles a request to /webhooks/PROVIDER. The provider verifies it,
// its events are committed, and only then it is acknowledged: the gateway does not
// send an acknowledged webhook again.
func (s *Shop) serveWebhook(w http.ResponseWriter, r *http.Request) {
	provider, err := s.provider(r.PathValue("provider"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if !isPlainJSON(r.Header) {
		http.Error(w, "send application/json without a content encoding", http.StatusUnsupportedMediaType)
		s.webhookRejected(provider, http.StatusUnsupportedMediaType, errors.New("the content type is not application/json, or the body is encoded"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, contract.MaxWebhookBody))
	if err != nil {
		rejectWebhook(w, readErrorStatus(err))
		s.webhookRejected(provider, readErrorStatus(err), err)
		return
	}
	select {
	case s.webhooks <- struct{}{}:
		defer func() { <-s.webhooks }()
	default:
		rejectWebhook(w, http.StatusServiceUnavailable)
		s.webhookRejected(provider, http.StatusServiceUnavailable, errors.New("too many webhooks at the same time"))
		return
	}
	s.processWebhook(w, r, provider, body)
}

// webhookRejected observes a webhook that was rejected before the provider saw it.
func (s *Shop) webhookRejected(provider *namedProvider, status int, err error) {
	s.observe(Observation{Provider: provider.name, Webhook: &WebhookDelivery{Status: status, Err: err}})
}

// isPlainJSON reports whether a body is JSON that is not compressed. Signatures are
// made for that, and the size of a compressed body is not known before it is read.
func isPlainJSON(header http.Header) bool {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	encoding := header.Get("Content-Encoding")
	return err == nil && media == "application/json" && (encoding == "" || strings.EqualFold(encoding, "identity"))
}

func readErrorStatus(err error) int {
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// processWebhook verifies a webhook, commits its events and answers it.
func (s *Shop) processWebhook(w http.ResponseWriter, r *http.Request, provider *namedProvider, body []byte) {
	request := &contract.WebhookRequest{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Headers: r.Header, Body: body, ReceivedAt: s.now(),
	}
	ctx, cancel := s.readContext(r.Context())
	defer cancel()
	result, err := provider.ParseWebhook(ctx, request)
	if err != nil {
		status := errorStatus(err)
		s.log.LogAttrs(ctx, slog.LevelWarn, "a webhook was rejected", slog.String("provider", provider.name),
			slog.Int("status", status), slog.Any("error", err))
		rejectWebhook(w, status)
		s.observe(Observation{Provider: provider.name, Webhook: &WebhookDelivery{Request: request, Status: status, Err: err}})
		return
	}
	observation := s.commitWebhook(ctx, provider, result)
	observation.Webhook.Request = request
	acknowledge(w, &result.Ack)
	s.observe(observation)
}

// errorStatus returns the status that the contract requires of a host when
// ParseWebhook fails. A webhook of the other mode is acknowledged, so that the
// gateway does not send it again.
func errorStatus(err error) int {
	switch contract.ReasonOf(err) { //nolint:exhaustive // All other reasons may pass.
	case contract.WebhookSignatureMissing, contract.WebhookSignatureInvalid, contract.WebhookSignatureStale:
		return http.StatusUnauthorized
	case contract.WebhookMalformed, contract.InvalidRequest:
		return http.StatusBadRequest
	case contract.ModeMismatch:
		return http.StatusOK
	}
	return http.StatusServiceUnavailable
}

// rejectWebhook answers without a reason, so that whoever sends forged webhooks
// learns nothing.
func rejectWebhook(w http.ResponseWriter, status int) {
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	w.WriteHeader(status)
}

func acknowledge(w http.ResponseWriter, ack *contract.Ack) {
	for name, values := range ack.Headers {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(ack.Status)
	w.Write(ack.Body)
}

// commitWebhook commits a verified webhook, and requests look-ups of the sales that
// it is about. With a database, event and requests would be one transaction.
func (s *Shop) commitWebhook(ctx context.Context, provider *namedProvider, result *contract.WebhookResult) Observation {
	first := s.store.addEvent(provider.name, result.DedupeKey)
	observation := Observation{
		Provider: provider.name,
		Webhook:  &WebhookDelivery{Status: result.Ack.Status, Result: result, First: first},
	}
	for i := range result.Events {
		if sale, concerned := s.applyEvent(ctx, provider.name, &result.Events[i], first); concerned {
			observation.Sale = &sale
		}
	}
	level := slog.LevelInfo
	descriptor := provider.Descriptor()
	if descriptor != nil && descriptor.Webhooks != nil && slices.Contains(descriptor.Webhooks.AttentionKinds, result.Kind) {
		level = slog.LevelError // such as a dispute: the shop does nothing, and a person must know
	}
	s.log.LogAttrs(ctx, level, "a webhook was accepted", slog.String("provider", provider.name), slog.String("kind", result.Kind),
		slog.String("event", result.DedupeKey), slog.String("disposition", string(result.Disposition)), slog.Bool("first", first))
	return observation
}

// applyEvent returns the sale that an event is about, and false if there is none.
// It requests a look-up of the sale; only an event that the provider has read back
// at the gateway updates the sale itself. A repeated event does nothing unless the
// sale is still open: the look-up of the first one may have failed.
func (s *Shop) applyEvent(ctx context.Context, provider string, event *contract.Event, first bool) (Sale, bool) {
	paymentID, key := paymentOf(event)
	sale, found := s.store.findByPayment(provider, paymentID, key)
	if !found {
		s.log.LogAttrs(ctx, slog.LevelWarn, "a webhook is about a payment that is not in the records", slog.String("provider", provider),
			slog.String("payment_id", paymentID))
		return Sale{}, false
	}
	if !first && !sale.State.Open() {
		return sale, true
	}
	if event.Authoritative && event.Payment != nil {
		if applied, err := s.applyPayment(ctx, sale.ID, event.Payment); err == nil {
			return applied, true
		}
	}
	s.statusQueue.add(&sale, paymentID)
	return sale, true
}

// paymentOf returns the id of the payment that an event is about, and the payment's
// idempotency key if the event has it.
func paymentOf(event *contract.Event) (paymentID, key string) {
	if event.Payment != nil {
		return event.Payment.PaymentID, event.Payment.IdempotencyKey
	}
	return event.Refund.PaymentID, ""
}
