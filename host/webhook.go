package host

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

const (
	maxWebhooks      = 128              // at the same time
	maxWebhooksOfOne = 64               // of one provider
	webhookRetry     = 30               // seconds, for a webhook that cannot be handled now
	webhookTime      = 10 * time.Second // for its body to arrive
)

// Webhooks returns the handler of the gateways' webhooks. The last segment of the path
// is the provider's name: mount it at "/webhooks/", and give "/webhooks/NAME" to the
// gateway. A webhook is verified by its provider and committed before it is
// acknowledged. Requests are limited in size and number, and in the time that a body
// may take; the server's other time-outs are the platform's.
func (e *Engine) Webhooks() http.Handler {
	slots := newSlots(maxWebhooks, maxWebhooksOfOne)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		if !slots.take(name) {
			refuseWebhook(w, http.StatusServiceUnavailable)
			return
		}
		defer slots.free(name)
		e.serveWebhook(w, r, name)
	})
}

func refuseWebhook(w http.ResponseWriter, status int) {
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(webhookRetry))
	}
	w.WriteHeader(status)
}

func (e *Engine) serveWebhook(w http.ResponseWriter, r *http.Request, name string) {
	provider, loaded := e.providers(name)
	if !loaded {
		e.refuseUnknown(w, r, name)
		return
	}
	request, status := webhookRequest(w, r)
	if status != 0 {
		refuseWebhook(w, status)
		return
	}
	request.ReceivedAt = e.now(r.Context())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), readTime)
	defer cancel()
	pinned, err := provider.Pin()
	if err != nil {
		e.fail(ctx, "a webhook could not be verified", remedyProvider, err, slog.String("provider", name))
		refuseWebhook(w, http.StatusServiceUnavailable)
		return
	}
	result, err := pinned.ParseWebhook(ctx, request)
	if err != nil {
		e.logRefused(ctx, name, err)
		refuseWebhook(w, contract.WebhookStatus(err))
		return
	}
	if err := e.acceptWebhook(ctx, heardOf(name, pinned.Descriptor.Webhooks, result, request)); err != nil {
		e.fail(ctx, "a webhook could not be stored", remedyDatabase+", or when the gateway sends it again", err, slog.String("provider", name))
		refuseWebhook(w, http.StatusServiceUnavailable)
		return
	}
	acknowledge(w, &result.Ack)
}

// refuseUnknown answers for a provider that is not loaded. If there are payments of it,
// its webhooks must come again: it is a mistake of the configuration.
func (e *Engine) refuseUnknown(w http.ResponseWriter, r *http.Request, name string) {
	var known bool
	var err error
	if providerName.MatchString(name) {
		known, err = e.store.HasAttempts(r.Context(), name)
	}
	switch {
	case err != nil:
		e.fail(r.Context(), "a webhook could not be matched with a provider", remedyDatabase+", or when the gateway sends it again", err)
	case known:
		e.fail(r.Context(), "a webhook came for a provider that is not loaded", "load it again under this name: its payments are open, and its gateway "+
			"sends the webhook again", errNotLoaded, slog.String("provider", name))
	}
	if err != nil || known {
		refuseWebhook(w, http.StatusServiceUnavailable)
		return
	}
	refuseWebhook(w, http.StatusNotFound)
}

// webhookRequest reads a request, or returns the status to refuse it with. Signatures
// are made for bodies of JSON that are not compressed.
func webhookRequest(w http.ResponseWriter, r *http.Request) (request *contract.WebhookRequest, status int) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	encoding := r.Header.Get("Content-Encoding")
	if err != nil || media != "application/json" || encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, http.StatusUnsupportedMediaType
	}
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(webhookTime)) // a server that cannot has time-outs of its own
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, contract.MaxWebhookBody))
	_ = connection.SetReadDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, http.StatusRequestTimeout
	}
	if err != nil {
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			return nil, http.StatusRequestEntityTooLarge
		}
		return nil, http.StatusBadRequest
	}
	return &contract.WebhookRequest{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Headers: r.Header, Body: body,
	}, 0
}

func acknowledge(w http.ResponseWriter, ack *contract.Ack) {
	for name, values := range ack.Headers {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(ack.Status)
	_, _ = w.Write(ack.Body) //nolint:gosec // The provider made it, for its gateway.
}

// acceptWebhook commits what a webhook says with its effects. What was committed before
// has none.
func (e *Engine) acceptWebhook(ctx context.Context, all []heard) error {
	for i := range all {
		if err := e.acceptEvent(ctx, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// acceptEvent commits one event. An event is a hint to look, unless the provider has
// just read what it says.
func (e *Engine) acceptEvent(ctx context.Context, h *heard) error {
	var unmatched bool
	found := e.presentsFor(ctx, h.stored.Provider)
	_, err := e.transact(ctx, found, func(ctx context.Context, tx *ledger.Tx, m *move) (*step, error) {
		stored := h.stored
		unmatched = false
		saleID, err := e.match(ctx, tx, &stored, h.named)
		if err != nil {
			return nil, err
		}
		fresh, err := tx.AddEvent(ctx, &stored)
		if err != nil || !fresh || stored.Attempt == "" {
			unmatched = fresh
			return nil, err
		}
		if m.sale, err = tx.Lock(ctx, saleID); err != nil {
			return nil, err
		}
		m.hear(m.sale.Attempt(stored.Attempt), h)
		return nil, nil //nolint:nilnil // Run looks.
	})
	if err == nil && unmatched && h.stored.Attention {
		e.options.Logger.LogAttrs(ctx, slog.LevelWarn, "a webhook that a person should hear about belongs to no payment that is known; see Overview",
			slog.String("provider", h.stored.Provider), slog.String("kind", h.stored.Kind))
	}
	return err
}

// match finds the attempt that an event is about, if there is one, and returns its sale.
func (e *Engine) match(ctx context.Context, tx *ledger.Tx, stored *ledger.Event, named []string) (saleID string, err error) {
	if len(named) > 0 {
		if stored.PaymentID, err = tx.Named(ctx, stored.Provider, named); err != nil {
			return "", err
		}
	}
	saleID, stored.Attempt, err = tx.Match(ctx, stored)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return saleID, err
}

// errNotLoaded is of a provider that has payments.
var errNotLoaded = errors.New("no provider is loaded under this name, and there are payments of it")

// logRefused logs a webhook that was refused. Whoever sends forged ones is no failure of
// the host.
func (e *Engine) logRefused(ctx context.Context, provider string, err error) {
	if contract.WebhookStatus(err) >= http.StatusInternalServerError {
		e.fail(ctx, "a webhook could not be verified", remedyProvider, err, slog.String("provider", provider))
		return
	}
	e.options.Logger.LogAttrs(ctx, slog.LevelInfo, "a webhook was refused", slog.String("provider", provider), slog.String("error", err.Error()))
}
