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

// Options changes how a Shop works. The zero value is the default.
type Options struct {
	// Logger gets one line for each thing that happened. nil: discarded.
	Logger *slog.Logger

	// Observe is called after each commit that a webhook or a look-up caused,
	// from the goroutine that made it; it must not block. nil: nobody looks.
	Observe func(Notice)

	// CallTimeout is the deadline of a call that moves money, whatever becomes
	// of the buyer's request. 0: 30 s.
	CallTimeout time.Duration

	// ReadTimeout is the deadline of every other call. 0: 10 s.
	ReadTimeout time.Duration

	// Pauses are the waits before a call is repeated that may end otherwise;
	// a longer wait that the provider asks for is kept, up to a minute. nil:
	// 200 ms, 1 s, 3 s. Empty: no call is repeated.
	Pauses []time.Duration

	// SweepEvery is about how often every sale that is still open is looked up
	// without a hint, since a webhook can be lost. 0: 30 s.
	SweepEvery time.Duration

	// Now is the clock of the record. nil: time.Now.
	Now func() time.Time
}

// Notice tells what a webhook or a look-up led to. Exactly one of Webhook and
// Looked is set.
type Notice struct {
	Provider string

	// Sale is the sale as it was committed; nil if it concerns none.
	Sale *Sale

	Webhook *WebhookNotice
	Looked  *LookedNotice
}

// WebhookNotice is a request to a webhook address, as it was answered.
type WebhookNotice struct {
	// Request is as the provider got it, and must not be changed; nil if it was
	// turned away unread.
	Request *contract.WebhookRequest

	Status int                     // of the answer
	Result *contract.WebhookResult // nil if it was refused
	First  bool                    // the event was not taken before
	Err    error                   // why it was refused
}

// LookedNotice is a look-up that ended.
type LookedNotice struct {
	Err error // nil if the answer was taken
}

// Shop sells. Make one with [New].
type Shop struct {
	baseURL *url.URL
	live    bool
	options Options
	log     *slog.Logger
	book    *book
	lookups *lookups

	// webhooks has room for those that are verified at the same time. More are
	// told to come again, so that a flood leaves room for buyers.
	webhooks chan struct{}

	mu        sync.RWMutex
	providers map[string]Provider
}

// maxWebhooks is how many webhooks are verified at the same time.
const maxWebhooks = 32

// New makes a shop that is reached at baseURL, an absolute http or https URL
// without a query. Live says whether it sells for real money; providers of
// accounts in the other mode are refused.
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
		lookups: newLookups(), webhooks: make(chan struct{}, maxWebhooks), providers: map[string]Provider{},
	}
	s.options.CallTimeout = cmp.Or(options.CallTimeout, 30*time.Second)
	s.options.ReadTimeout = cmp.Or(options.ReadTimeout, 10*time.Second)
	s.options.SweepEvery = cmp.Or(options.SweepEvery, 30*time.Second)
	if options.Pauses == nil {
		s.options.Pauses = []time.Duration{200 * time.Millisecond, time.Second, 3 * time.Second}
	}
	if options.Now == nil {
		s.options.Now = time.Now
	}
	if s.log = options.Logger; s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.book = newBook(s.options.Now)
	return s, nil
}

// Sale gives the record of a sale.
func (s *Shop) Sale(id string) (Sale, error) { return s.book.sale(id) }

// Sales gives every sale, oldest first.
func (s *Shop) Sales() []Sale { return s.book.all() }

// WebhookURL is where a provider's gateway is to send its webhooks.
func (s *Shop) WebhookURL(provider string) string {
	return s.baseURL.JoinPath("webhooks", url.PathEscape(provider)).String()
}

// ReturnURL is where a buyer comes back to. It is made of the shop's own
// address and an opaque id, never of what a request brought along.
func (s *Shop) ReturnURL(saleID string) string { return s.baseURL.JoinPath("return", saleID).String() }

// PayURL is the shop's own address that sends a buyer to the gateway.
func (s *Shop) PayURL(saleID string) string { return s.baseURL.JoinPath("pay", saleID).String() }

func (s *Shop) now() time.Time { return s.options.Now().UTC() }

func (s *Shop) observe(notice Notice) {
	if s.options.Observe != nil {
		s.options.Observe(notice)
	}
}

// detached gives a context for a call that moves money: a buyer who closes the
// browser, or an operator who presses Ctrl-C, must not cut it off half-way.
func (s *Shop) detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.options.CallTimeout)
}

// reading gives a context for a call that moves nothing.
func (s *Shop) reading(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.options.ReadTimeout)
}

// longestPause bounds the wait that a provider may ask for.
const longestPause = time.Minute

// repeated makes a call until it succeeds, cannot succeed, or the pauses are
// used up. The call reports what is certain of its attempt. Between two calls
// ctx may end the effort, and a pause that is longer than it has is not begun;
// the record says how to go on.
func (s *Shop) repeated(ctx context.Context, call func() (contract.Outcome, error)) error {
	for n := 0; ; n++ {
		certain, err := call()
		if err == nil || n >= len(s.options.Pauses) || !worthRepeating(err, certain) {
			return err
		}
		pause := s.options.Pauses[n]
		if e, ok := errors.AsType[*contract.Error](err); ok {
			pause = min(max(pause, e.RetryAfter), longestPause)
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
			return fmt.Errorf("%w (not repeated: the next call is due in %s, which is too late)", err, pause.Round(time.Millisecond))
		}
		s.log.LogAttrs(ctx, slog.LevelWarn, "a call is repeated", slog.Any("error", err), slog.Duration("pause", pause))
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w (not repeated: %w)", err, context.Cause(ctx))
		}
	}
}
