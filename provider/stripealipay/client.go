package stripealipay

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

// client is Stripe's SDK for one account, with its habits taken away: no
// retries of its own (it would also repeat what is Indeterminate, and sleep),
// no telemetry, no log, no redirects.
type client struct {
	api         *stripe.Client
	transport   *transport
	minTimeLeft time.Duration
	logger      *slog.Logger
}

func newClient(s *settings, logger *slog.Logger) *client {
	transport := newTransport()
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL:               &s.apiBase,
		MaxNetworkRetries: new(int64(0)),
		EnableTelemetry:   new(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // it would print whole answers
		HTTPClient: &http.Client{
			// The time of a whole call is in its context.
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	})
	return &client{
		// The other hosts of Stripe's are never asked, and if they were, it
		// would be at the configured address.
		api: stripe.NewClient(s.secretKey.Reveal(), stripe.WithBackends(&stripe.Backends{
			API: backend, Connect: backend, Uploads: backend, MeterEvents: backend,
		})),
		transport:   transport,
		minTimeLeft: s.minTimeLeft,
		logger:      logger,
	}
}

// close gives up idle connections; calls under way go on.
func (c *client) close() { c.transport.network.CloseIdleConnections() }

// request is one request to Stripe, made by the SDK.
type request struct {
	what string // for the log

	// moves says that the request can move money, so it is not begun when too
	// little time is left to hear the answer.
	moves bool

	// What these refusals mean here, where they mean something: there is no
	// such thing; it is in a state that does not allow it; the amount is refused.
	missing, unexpected, tooMuch contract.Reason

	// send calls the SDK with the context that it is given.
	send func(ctx context.Context) error
}

// do sends a request once, and judges what came of it by what went over the
// wire: the SDK's errors have answers in them, so that none may be passed on,
// and leave open whether anything was sent.
func (c *client) do(ctx context.Context, r *request) (*exchange, *contract.Error) {
	began := time.Now()
	x := &exchange{}
	e := c.ready(ctx, r)
	if e == nil {
		err := r.send(withExchange(ctx, x))
		e = judge(ctx, r, x, err)
	}
	c.log(ctx, r, x, e, time.Since(began))
	return x, e
}

func (c *client) ready(ctx context.Context, r *request) *contract.Error {
	if e := contract.FromContext(ctx); e != nil {
		return asError(e)
	}
	if until, limited := ctx.Deadline(); r.moves && limited && time.Until(until) < c.minTimeLeft {
		return contract.NewError(contract.DeadlineTooShort,
			"too little time was left to begin a request that moves money; give the call more, or lower min_time_left")
	}
	return nil
}

func judge(ctx context.Context, r *request, x *exchange, err error) *contract.Error {
	switch {
	case !x.tried:
		return contract.NewError(contract.InvalidRequest, "the request cannot be written for Stripe; nothing was sent")
	case errors.Is(x.err, errTooLarge):
		return malformed(errTooLarge)
	case x.err != nil && !x.connected.Load():
		return unsent(ctx, x.err)
	case x.err != nil || x.status == 0:
		return lost(ctx, x.err)
	case x.status != http.StatusOK:
		return refused(r, x, err)
	}
	if doubt := checkJSON(x.body); doubt != nil {
		return malformed(doubt)
	}
	if err != nil {
		return malformed(errOtherTypes)
	}
	return nil
}

// log tells of a request. Neither ids nor reasons are secret.
func (c *client) log(ctx context.Context, r *request, x *exchange, e *contract.Error, took time.Duration) {
	attrs := []slog.Attr{slog.String("request", r.what), slog.Duration("duration", took)}
	if id := requestID(x); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if e != nil {
		attrs = append(attrs, slog.String("reason", string(e.Reason)))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "gateway request", attrs...)
}
