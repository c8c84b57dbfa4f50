package shop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Options change how a Shop works. Nil means the defaults.
type Options struct {
	// Logger gets a record of each call, webhook and look-up. Nil discards them.
	Logger *slog.Logger

	// Observe is called when a webhook was answered and when a look-up has ended,
	// on the goroutine that did it. It must not block. Nil observes nothing.
	Observe func(Observation)

	// CallTimeout bounds a call that moves money, even if the buyer's request
	// ends earlier. The default is 30 s.
	CallTimeout time.Duration

	// ReadTimeout bounds every other call, 10 s by default.
	ReadTimeout time.Duration

	// RetryDelays are the delays before the repetitions of a call that may end
	// differently next time: 200 ms, 1 s and 3 s if nil, no repetition if empty.
	// If the provider asks for a longer delay it gets it, up to a minute.
	RetryDelays []time.Duration

	// SweepInterval is about how often every open sale is looked up, since its
	// webhook may have been lost. The default is 30 s.
	SweepInterval time.Duration

	// Now is the clock for the records, time.Now by default.
	Now func() time.Time
}

// Observation is the result of a webhook or of a look-up. Exactly one of Webhook
// and LookUp is set.
type Observation struct {
	Provider string

	// Sale is the sale as it is now; nil if none is concerned.
	Sale *Sale

	Webhook *WebhookDelivery
	LookUp  *LookUp
}

// WebhookDelivery is a request to a webhook URL and how it was answered.
type WebhookDelivery struct {
	// Request is the request that the provider verified. It must not be modified.
	// Nil if the shop rejected it before.
	Request *contract.WebhookRequest

	Status int                     // of the answer; an HTTP status
	Result *contract.WebhookResult // nil if it was rejected
	First  bool                    // the event is new
	Err    error                   // why it was rejected
}

// LookUp is a look-up that has ended.
type LookUp struct {
	Err error // nil if the sale was updated
}

// Shop sells through payment providers. Use [New] to make one.
type Shop struct {
	baseURL     *url.URL
	live        bool
	options     Options
	log         *slog.Logger
	store       *store
	statusQueue *statusQueue

	// webhooks holds a token for each webhook that is being verified. While it is
	// full, webhooks are rejected, so that a flood of them leaves capacity for
	// buyers.
	webhooks chan struct{}

	mu        sync.RWMutex
	providers map[string]Provider
}

// maxWebhooks is how many webhooks are verified at once.
const maxWebhooks = 32

// New returns a shop whose public URL is baseURL, an absolute http or https URL
// without a query. Live says whether it sells for real money; it refuses providers
// whose account is in the other mode.
func New(baseURL string, live bool, options *Options) (*Shop, error) {
	base, err := url.Parse(strings.TrimSuffix(baseURL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, errors.New("the shop's base URL must be an absolute http or https URL without user, query and fragment")
	}
	if options == nil {
		options = &Options{}
	}
	s := &Shop{
		baseURL: base, live: live, options: *options,
		statusQueue: newStatusQueue(), webhooks: make(chan struct{}, maxWebhooks), providers: map[string]Provider{},
	}
	s.options.CallTimeout = cmp.Or(options.CallTimeout, 30*time.Second)
	s.options.ReadTimeout = cmp.Or(options.ReadTimeout, 10*time.Second)
	s.options.SweepInterval = cmp.Or(options.SweepInterval, 30*time.Second)
	if options.RetryDelays == nil {
		s.options.RetryDelays = []time.Duration{200 * time.Millisecond, time.Second, 3 * time.Second}
	}
	if options.Now == nil {
		s.options.Now = time.Now
	}
	if s.log = options.Logger; s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.store = newStore(s.options.Now)
	return s, nil
}

// Sale returns the record of a sale.
func (s *Shop) Sale(id string) (Sale, error) { return s.store.sale(id) }

// Sales returns every sale, oldest first.
func (s *Shop) Sales() []Sale { return s.store.all() }

// WebhookURL returns the URL to which a provider's gateway must send webhooks.
func (s *Shop) WebhookURL(provider string) string {
	return s.baseURL.JoinPath("webhooks", url.PathEscape(provider)).String()
}

// ReturnURL returns the URL that the buyer of a sale returns to. It is made of the
// shop's own URL and the sale's random id, and of nothing in a request.
func (s *Shop) ReturnURL(saleID string) string { return s.baseURL.JoinPath("return", saleID).String() }

// PayURL returns the shop's URL that redirects the buyer of a sale to the gateway.
func (s *Shop) PayURL(saleID string) string { return s.baseURL.JoinPath("pay", saleID).String() }

func (s *Shop) now() time.Time { return s.options.Now().UTC() }

func (s *Shop) observe(observation Observation) {
	if s.options.Observe != nil {
		s.options.Observe(observation)
	}
}

// callContext returns the context for a call that moves money. It does not end
// with ctx: a buyer who closes the browser, or an operator who presses Ctrl-C, must
// not cut the call off.
func (s *Shop) callContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.options.CallTimeout)
}

// readContext returns the context for a call that moves no money.
func (s *Shop) readContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.options.ReadTimeout)
}

// maxRetryDelay bounds the delay that a provider may ask for.
const maxRetryDelay = time.Minute

// retry makes a call until it succeeds, cannot succeed, or Options.RetryDelays are
// used up. The call returns what is certain of its attempt. When ctx ends, or its
// deadline would pass during the delay, there is no further call; the attempt's
// record has what is needed to go on later.
func (s *Shop) retry(ctx context.Context, call func() (contract.Outcome, error)) error {
	for n := 0; ; n++ {
		outcome, err := call()
		if err == nil || n >= len(s.options.RetryDelays) || !isRetryable(err, outcome) {
			return err
		}
		delay := s.options.RetryDelays[n]
		if e, ok := errors.AsType[*contract.Error](err); ok {
			delay = min(max(delay, e.RetryAfter), maxRetryDelay)
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= delay {
			return fmt.Errorf("%w (not repeated: the next call would be in %s, after the deadline)", err, delay.Round(time.Millisecond))
		}
		s.log.LogAttrs(ctx, slog.LevelWarn, "a call will be repeated", slog.Any("error", err), slog.Duration("delay", delay))
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w (not repeated: %w)", err, context.Cause(ctx))
		}
	}
}
