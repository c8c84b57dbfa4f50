package sandbox

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/standin"
)

// Name is what the stand-in calls itself in its hello.
const Name = "memory-sandbox"

const maxPayments = 100_000 // in one account

// The credentials of the first account. They are public and open nothing real.
const (
	DefaultSecretKey     = "mk_test_memory_sandbox" //nolint:gosec // public on purpose
	DefaultWebhookSecret = "whsec_memory_sandbox"   //nolint:gosec // public on purpose
)

// Options changes a sandbox. The zero value is the default.
type Options struct {
	// BaseURL is where Handler will answer, absolute and without a slash at
	// the end; pay_url begins with it. Empty: http://127.0.0.1:4520.
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
	*standin.Frame[*account]

	first *account
}

var kind = standin.Kind{Realm: Name, KeyPrefix: "mk_test_", Signature: standin.Signature{Header: signatureHeader, Sign: sign}}

// New starts a gateway with one account. Close ends it.
func New(options *Options) (*Sandbox, error) {
	if options == nil {
		options = &Options{}
	}
	first, err := newAccount(&gateway.ScopeSpec{WebhookURL: options.WebhookURL})
	if err != nil {
		return nil, err
	}
	first.SecretKey = cmp.Or(options.SecretKey, DefaultSecretKey)
	first.WebhookSecret = cmp.Or(options.WebhookSecret, DefaultWebhookSecret)
	s := &Sandbox{first: first, Frame: standin.NewFrame[*account](&standin.FrameOptions{
		BaseURL: cmp.Or(options.BaseURL, "http://127.0.0.1:4520"), RetryDelays: options.RetryDelays, Logger: options.Logger,
	})}
	return s, s.Open(first)
}

// Handler serves the API and the pay page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }

// ManagementHandler serves gwctl/1.
func (s *Sandbox) ManagementHandler() http.Handler { return gateway.Handler(s) }

// Connection describes the first account.
func (s *Sandbox) Connection() *gateway.Connection { return s.first.Connection() }

// Hello implements [gateway.Gateway].
func (s *Sandbox) Hello(context.Context) (*gateway.Hello, error) {
	return &gateway.Hello{Protocol: gateway.Protocol, Name: Name, Features: []gateway.Feature{
		gateway.FeatureLedger,
		gateway.FeatureTransitionSucceeded, gateway.FeatureTransitionFailed,
		gateway.FeatureTransitionExpired, gateway.FeatureTransitionCanceled,
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
	a, err := newAccount(spec)
	if err != nil {
		return nil, err
	}
	return a, s.Open(a)
}
