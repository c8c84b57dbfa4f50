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

// retryAfter is when a gateway should send a webhook again that could not be
// taken now, in seconds.
const retryAfter = 30

// serveWebhook takes a request of a gateway at /webhooks/PROVIDER. It has the
// provider verify it, commits what it says, and only then acknowledges it: what
// is acknowledged is never sent again.
func (s *Shop) serveWebhook(w http.ResponseWriter, r *http.Request) {
	provider, err := s.provider(r.PathValue("provider"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if !isPlainJSON(r.Header) {
		http.Error(w, "send application/json without a content encoding", http.StatusUnsupportedMediaType)
		s.turnedAway(provider, http.StatusUnsupportedMediaType, errors.New("it is not plain JSON"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, contract.MaxWebhookBody))
	if err != nil {
		refuse(w, bodyStatus(err))
		s.turnedAway(provider, bodyStatus(err), err)
		return
	}
	select {
	case s.webhooks <- struct{}{}:
		defer func() { <-s.webhooks }()
	default:
		refuse(w, http.StatusServiceUnavailable)
		s.turnedAway(provider, http.StatusServiceUnavailable, errors.New("too many at the same time"))
		return
	}
	s.answerWebhook(w, r, provider, body)
}

// turnedAway tells of a webhook that the provider never saw.
func (s *Shop) turnedAway(provider *named, status int, err error) {
	s.observe(Notice{Provider: provider.name, Webhook: &WebhookNotice{Status: status, Err: err}})
}

// isPlainJSON keeps out what no signature was made for, and compressed bodies,
// whose real size is not known before they are read.
func isPlainJSON(header http.Header) bool {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	encoding := header.Get("Content-Encoding")
	return err == nil && media == "application/json" && (encoding == "" || strings.EqualFold(encoding, "identity"))
}

func bodyStatus(err error) int {
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// answerWebhook verifies, commits and acknowledges.
func (s *Shop) answerWebhook(w http.ResponseWriter, r *http.Request, provider *named, body []byte) {
	request := &contract.WebhookRequest{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Headers: r.Header, Body: body, ReceivedAt: s.now(),
	}
	ctx, cancel := s.reading(r.Context())
	defer cancel()
	result, err := provider.ParseWebhook(ctx, request)
	if err != nil {
		status := webhookStatus(err)
		s.log.LogAttrs(ctx, slog.LevelWarn, "webhook refused", slog.String("provider", provider.name),
			slog.Int("status", status), slog.Any("error", err))
		refuse(w, status)
		s.observe(Notice{Provider: provider.name, Webhook: &WebhookNotice{Request: request, Status: status, Err: err}})
		return
	}
	notice := s.receive(ctx, provider, result)
	notice.Webhook.Request = request
	acknowledge(w, &result.Ack)
	s.observe(notice)
}

// webhookStatus is what the contract has the host answer when ParseWebhook
// failed. A webhook of the other mode is not wanted again, so it is thanked for.
func webhookStatus(err error) int {
	switch contract.ReasonOf(err) { //nolint:exhaustive // every other reason means "not now".
	case contract.WebhookSignatureMissing, contract.WebhookSignatureInvalid, contract.WebhookSignatureStale:
		return http.StatusUnauthorized
	case contract.WebhookMalformed, contract.InvalidRequest:
		return http.StatusBadRequest
	case contract.ModeMismatch:
		return http.StatusOK
	}
	return http.StatusServiceUnavailable
}

// refuse answers without a reason: whoever sends forged webhooks learns nothing.
func refuse(w http.ResponseWriter, status int) {
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

// receive commits a verified webhook, and has the sales that it concerns looked
// up. In a database the inbox and the wish to look up are one commit.
func (s *Shop) receive(ctx context.Context, provider *named, result *contract.WebhookResult) Notice {
	first := s.book.receive(provider.name, result.DedupeKey)
	notice := Notice{
		Provider: provider.name,
		Webhook:  &WebhookNotice{Status: result.Ack.Status, Result: result, First: first},
	}
	for i := range result.Events {
		if sale, concerned := s.receiveEvent(ctx, provider.name, &result.Events[i], first); concerned {
			notice.Sale = &sale
		}
	}
	level := slog.LevelInfo
	descriptor := provider.Descriptor()
	if descriptor != nil && descriptor.Webhooks != nil && slices.Contains(descriptor.Webhooks.AttentionKinds, result.Kind) {
		level = slog.LevelError // a dispute, for one: nothing to do for the shop, and a person must know
	}
	s.log.LogAttrs(ctx, level, "webhook taken", slog.String("provider", provider.name), slog.String("kind", result.Kind),
		slog.String("event", result.DedupeKey), slog.String("disposition", string(result.Disposition)), slog.Bool("first", first))
	return notice
}

// receiveEvent finds the sale of an event. An event is a hint to look now; only
// one that the provider read at the gateway during this call is taken itself. A
// delivery that comes again does nothing unless the sale is still open: then it
// may mend a look-up that failed.
func (s *Shop) receiveEvent(ctx context.Context, provider string, event *contract.Event, first bool) (Sale, bool) {
	paymentID, key := subject(event)
	sale, found := s.book.find(provider, paymentID, key)
	if !found {
		s.log.LogAttrs(ctx, slog.LevelWarn, "webhook of a payment that is not in the record", slog.String("provider", provider),
			slog.String("payment_id", paymentID))
		return Sale{}, false
	}
	if !first && !sale.State.Open() {
		return sale, true
	}
	if event.Authoritative && event.Payment != nil {
		if taken, err := s.taken(ctx, sale.ID, event.Payment); err == nil {
			return taken, true
		}
	}
	s.lookups.ask(&sale, paymentID)
	return sale, true
}

// subject gives the payment that an event is about, and the key it was made
// with where the event says so.
func subject(event *contract.Event) (paymentID, key string) {
	if event.Payment != nil {
		return event.Payment.PaymentID, event.Payment.IdempotencyKey
	}
	return event.Refund.PaymentID, ""
}
