package stripealipay

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// maxBody bounds an answer, in bytes. A hundred of the largest PaymentIntents
// are well within it.
const maxBody = 8 << 20

// client is Stripe's SDK for one account. The SDK's retries are off, since they
// would also repeat requests of unknown outcome, and so are its telemetry and its
// log. A redirect is not followed: the transport sends one request for one call.
type client struct {
	api         *stripe.Client
	transport   transport
	minTimeLeft time.Duration
	logger      *slog.Logger
}

func newClient(s *settings, logger *slog.Logger) *client {
	transport := transport{roundtrip.NewTransport(&roundtrip.Options{
		MaxBody:     maxBody,
		RepeatKeyed: true, // Stripe honours its keys
		Proxy:       s.proxy,
	})}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL:               &s.apiBase,
		MaxNetworkRetries: new(int64(0)),
		EnableTelemetry:   new(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // it would print whole answers
		HTTPClient:        &http.Client{Transport: transport},             // the time of a whole call is in its context
	})
	return &client{
		// The SDK knows other hosts of Stripe's. Nothing here asks them, and a
		// request to one would go to the configured address.
		api: stripe.NewClient(s.secretKey.Reveal(), stripe.WithBackends(&stripe.Backends{
			API: backend, Connect: backend, Uploads: backend, MeterEvents: backend,
		})),
		transport:   transport,
		minTimeLeft: s.minTimeLeft,
		logger:      logger,
	}
}

// close closes the connections that are not in use; calls under way go on.
func (c *client) close() { c.transport.CloseIdleConnections() }

// transport removes from requests what the SDK reveals about this machine.
type transport struct{ *roundtrip.Transport }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Header.Del("X-Stripe-Client-User-Agent")
	request.Header.Set("User-Agent", "payment-provider-stripe-alipay/"+Version)
	return t.Transport.RoundTrip(request)
}

// request is one request to Stripe, made by the SDK.
type request struct {
	what string // for the log

	// moves says that the request can move money. It is not sent if too little
	// time is left to receive the answer.
	moves bool

	// The reasons of three refusals, if the request can get them: there is no
	// such object; its state does not allow the request; the amount is refused.
	missing, unexpected, tooMuch contract.Reason

	// send calls the SDK with the context that it gets. Only the exchange is used
	// afterwards, and nothing of what the SDK has decoded.
	send func(ctx context.Context) error
}

// do sends a request once. Whether it succeeded is judged by what was sent and
// received: the SDK's errors quote answers, and do not say whether anything was
// sent. The caller decodes the body of the answer; see decode.go.
func (c *client) do(ctx context.Context, r *request) (*roundtrip.Exchange, *contract.Error) {
	began := time.Now()
	x := &roundtrip.Exchange{}
	e := c.exchange(ctx, r, x)
	c.log(ctx, r, x, e, time.Since(began))
	return x, e
}

func (c *client) exchange(ctx context.Context, r *request, x *roundtrip.Exchange) *contract.Error {
	var least time.Duration
	if r.moves {
		least = c.minTimeLeft
	}
	if e := kit.TimeLeft(ctx, least); e != nil {
		return e
	}
	r.ask(ctx, x)
	if e := kit.NoAnswer(ctx, x); e != nil {
		return e
	}
	if x.Status != http.StatusOK {
		return refused(r, x)
	}
	return nil
}

// ask lets the SDK send the request. Its error is not needed, and neither is its
// panic, which a null in a list causes after the answer has arrived.
func (r *request) ask(ctx context.Context, x *roundtrip.Exchange) {
	defer func() {
		if p := recover(); p != nil && x.Status == 0 {
			panic(p) // it is not about an answer
		}
	}()
	_ = r.send(roundtrip.With(ctx, x))
}

// isReplay reports whether Stripe returned what it had stored under the key: the
// state when the request was first made, not the state now.
func isReplay(x *roundtrip.Exchange) bool { return x.Header.Get("Idempotent-Replayed") == "true" }

// log writes a record of a request. Neither ids nor reasons are secret.
func (c *client) log(ctx context.Context, r *request, x *roundtrip.Exchange, e *contract.Error, took time.Duration) {
	attrs := []slog.Attr{slog.String("request", r.what), slog.Duration("duration", took)}
	if id := requestID(x); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if e != nil {
		attrs = append(attrs, slog.String("reason", string(e.Reason)))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "gateway request", attrs...)
}
