package sandbox

import (
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Name is what the sandbox calls itself.
const Name = "acme-pay-sandbox"

// The credentials of the first account, for trying things by hand. They are
// public and open nothing real.
const (
	FirstSecretKey     = "sk_test_first"
	FirstWebhookSecret = "whsec_first_first" //nolint:gosec // public on purpose
)

// Sandbox is a running stand-in for the gateway. It implements
// [gateway.Gateway], and may be used by many goroutines at once.
type Sandbox struct {
	*gateway.Server[*account]
}

// New starts a sandbox with one account. Close ends it.
func New(options *gateway.ServerOptions) (*Sandbox, error) {
	server, err := gateway.NewServer(&gateway.ServerConfig{
		Name: Name, BaseURL: "http://127.0.0.1:4610",
		Features:  gateway.AllFeatures(), // name those of yours if it lacks some: clauses that need them are then unverified
		KeyPrefix: "sk_test_", SecretKey: FirstSecretKey, WebhookSecret: FirstWebhookSecret,
		FailureCode: "refused_by_payer", Sign: gateway.TimedSignature("Acme-Pay-Signature", "s"),
	}, newAccount, options)
	if err != nil {
		return nil, err
	}
	return &Sandbox{server}, nil
}

// Handler serves the API and the payer's page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }
