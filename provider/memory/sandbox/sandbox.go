package sandbox

import (
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Name is the sandbox's name in the control protocol.
const Name = "memory-sandbox"

const maxPayments = 100_000 // in one account

// The credentials of the first account. They are public, and open no real account.
const (
	DefaultSecretKey     = "mk_test_memory_sandbox" //nolint:gosec // public on purpose
	DefaultWebhookSecret = "whsec_memory_sandbox"   //nolint:gosec // public on purpose
)

// Options are optional settings of [New]. The default of BaseURL is
// http://127.0.0.1:4520.
type Options = gateway.ServerOptions

// Sandbox is a running gateway. It implements [gateway.Gateway], and is safe for
// concurrent use.
type Sandbox struct {
	*gateway.Server[*account]
}

// New starts a gateway with one account. Close stops it.
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

// Handler returns the handler of the API and the pay page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }
