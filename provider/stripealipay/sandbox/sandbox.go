package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Name is what the stand-in calls itself in its hello.
const Name = "stripe-sandbox"

const (
	maxAccounts = 2_000
	maxIntents  = 20_000 // in one account
)

// The credentials of the first account. They are public and open nothing real.
const (
	DefaultSecretKey     = "sk_test_stripesandbox"
	DefaultWebhookSecret = "whsec_stripesandbox"
)

// Options changes a sandbox. The zero value is the default.
type Options struct {
	// BaseURL is where Handler will answer, absolute and without a slash at
	// the end; links for payers begin with it. Empty: http://127.0.0.1:4530.
	BaseURL string

	// SecretKey and WebhookSecret belong to the first account. Empty:
	// DefaultSecretKey and DefaultWebhookSecret.
	SecretKey, WebhookSecret string

	// WebhookURL is where the first account's webhooks go; it must be on
	// loopback. Empty: nowhere.
	WebhookURL string

	// RetryDelays are the waits before a webhook is sent again. nil: 1 s,
	// 5 s, 30 s.
	RetryDelays []time.Duration

	// Logger is told of webhooks that were given up. nil: discarded.
	Logger *slog.Logger
}

// Sandbox is a running gateway. It implements [gateway.Gateway] and
// [gateway.ScopeFinder], and may be used by many goroutines at once.
type Sandbox struct {
	base   string
	outbox *outbox
	first  *account
	stop   chan struct{}
	done   chan struct{}
	ending sync.Once

	mu     sync.RWMutex
	opened int
	byName map[string]*account
	byKey  map[string]*account
}

// New starts a gateway with one account. Close ends it.
func New(options *Options) (*Sandbox, error) {
	if options == nil {
		options = &Options{}
	}
	if err := checkWebhookURL(options.WebhookURL); err != nil {
		return nil, fmt.Errorf("webhook URL: %w", err)
	}
	s := &Sandbox{
		base:   orDefault(options.BaseURL, "http://127.0.0.1:4530"),
		outbox: newOutbox(options.RetryDelays, options.Logger),
		stop:   make(chan struct{}),
		done:   make(chan struct{}),
		byName: make(map[string]*account),
		byKey:  make(map[string]*account),
	}
	first := &account{
		secretKey:     orDefault(options.SecretKey, DefaultSecretKey),
		webhookSecret: orDefault(options.WebhookSecret, DefaultWebhookSecret),
		webhookURL:    options.WebhookURL,
		ids:           newMint(""),
	}
	if err := s.open(first); err != nil {
		return nil, err
	}
	s.first = first
	go s.watchClocks()
	return s, nil
}

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// Handler serves the API and the pay page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }

// ManagementHandler serves gwctl/1.
func (s *Sandbox) ManagementHandler() http.Handler { return gateway.Handler(s) }

// Connection describes the first account.
func (s *Sandbox) Connection() *gateway.Connection { return s.first.Connection() }

// Close ends deliveries and waits for those in flight. Handlers must not be
// used afterwards.
func (s *Sandbox) Close() {
	s.ending.Do(func() { close(s.stop) })
	<-s.done
	s.outbox.close()
}

// watchClocks lets refunds succeed, and their webhooks go out, though nobody asks.
func (s *Sandbox) watchClocks() {
	defer close(s.done)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
			for _, a := range s.accounts() {
				a.lock()
				a.mu.Unlock()
			}
		}
	}
}

func (s *Sandbox) accounts() []*account {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*account, 0, len(s.byName))
	for _, a := range s.byName {
		all = append(all, a)
	}
	return all
}

// Hello implements [gateway.Gateway].
func (s *Sandbox) Hello(context.Context) (*gateway.Hello, error) {
	return &gateway.Hello{Protocol: gateway.Protocol, Name: Name, Features: []gateway.Feature{
		gateway.FeatureLedger,
		gateway.FeatureTransitionSucceeded, gateway.FeatureTransitionFailed,
		gateway.FeatureTransitionCanceled,
		gateway.FeatureRefund, gateway.FeaturePaymentCreate, gateway.FeatureRefundCreate,
		gateway.FeatureWebhookBuild, gateway.FeatureWebhookDeliver, gateway.FeatureWebhookRotation,
		gateway.FeatureClock,
	}}, nil
}

// NewScope implements [gateway.Gateway]: it opens an account. The ids of its
// payments follow from the seed, its credentials never do.
func (s *Sandbox) NewScope(_ context.Context, spec *gateway.ScopeSpec) (gateway.Scope, error) {
	if spec == nil {
		spec = &gateway.ScopeSpec{}
	}
	if err := checkWebhookURL(spec.WebhookURL); err != nil {
		return nil, fmt.Errorf("%w: webhook_url: %w", gateway.ErrBadRequest, err)
	}
	chance := newMint("")
	a := &account{
		secretKey:     chance.id("sk_test_"),
		webhookSecret: chance.id("whsec_"),
		webhookURL:    spec.WebhookURL,
		ids:           newMint(spec.Seed),
	}
	if err := s.open(a); err != nil {
		return nil, err
	}
	return a, nil
}

// FindScope implements [gateway.ScopeFinder].
func (s *Sandbox) FindScope(name string) (gateway.Scope, error) {
	if a, ok := s.named(name); ok {
		return a, nil
	}
	return nil, fmt.Errorf("scope %q: %w", name, gateway.ErrNotFound)
}

func (s *Sandbox) open(a *account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byName) >= maxAccounts {
		return fmt.Errorf("more than %d accounts are open; close some first", maxAccounts)
	}
	s.opened++
	a.start(s, "s"+strconv.Itoa(s.opened))
	s.byName[a.name], s.byKey[a.secretKey] = a, a
	return nil
}

func (s *Sandbox) forget(a *account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byName, a.name)
	delete(s.byKey, a.secretKey)
}

func (s *Sandbox) named(name string) (*account, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.byName[name]
	return a, ok
}

func (s *Sandbox) keyed(secretKey string) (*account, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.byKey[secretKey]
	return a, ok
}

// checkWebhookURL refuses what would make the sandbox knock at other people's doors.
func checkWebhookURL(address string) error {
	if address == "" {
		return nil
	}
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || !isLoopback(parsed.Hostname()) {
		return errors.New("must be an absolute http or https URL of this machine (127.0.0.1, [::1], localhost)")
	}
	return nil
}
