package sandbox

import (
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Name is what the sandbox calls itself in its hello.
const Name = "memory-sandbox"

const maxPayments = 100_000 // in one account

// The credentials of the first account. They are public and open nothing real.
const (
	DefaultSecretKey     = "mk_test_memory_sandbox" //nolint:gosec // public on purpose
	DefaultWebhookSecret = "whsec_memory_sandbox"   //nolint:gosec // public on purpose
)

// Options changes a sandbox. Without a BaseURL it is at http://127.0.0.1:4520.
type Options = gateway.ServerOptions

// Sandbox is a running gateway. It implements [gateway.Gateway], and may be used
// by many goroutines at once.
type Sandbox struct {
	*gateway.Server[*account]
}

// New starts a gateway with one account. Close ends it.
func New(options *Options) (*Sandbox, error) {
	server, err := gateway.NewServer(&gateway.ServerConfig{
		Name: Name, Features: gateway.AllFeatures(), BaseURL: "http://127.0.0.1:4520",
		KeyPrefix: "mk_test_", SecretKey: DefaultSecretKey, WebhookSecret: DefaultWebhookSecret,
		FailureCode: "declined", Sign: gateway.TimedSignature("Memory-Signature", "v1"),
	}, newAccount, options)
	if err != nil {
		return nil, err
	}
	return &Sandbox{server}, nil
}

// Handler serves the API and the pay page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }
