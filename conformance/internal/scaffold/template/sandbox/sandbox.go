package sandbox

import (
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Name is the sandbox's name in the control protocol.
const Name = "acme-pay-sandbox"

// The credentials of the first account, for use by hand. They are public, and open
// no real account.
const (
	FirstSecretKey     = "sk_test_first"
	FirstWebhookSecret = "whsec_first_first" //nolint:gosec // public on purpose
)

// Sandbox is a running imitation of the gateway. It implements
// [gateway.Gateway], and is safe for concurrent use.
type Sandbox struct {
	*gateway.Server[*account]
}

// New starts a sandbox with one account. Close stops it.
func New(options *gateway.ServerOptions) (*Sandbox, error) {
	server, err := gateway.NewServer(&gateway.ServerConfig{
		Name: Name, BaseURL: "http://127.0.0.1:4610",
		Features:  gateway.AllFeatures(), // list yours if it lacks some; clauses that need others are then unverified
		KeyPrefix: "sk_test_", SecretKey: FirstSecretKey, WebhookSecret: FirstWebhookSecret,
		FailureCode: "refused_by_payer", Sign: gateway.TimedSignature("Acme-Pay-Signature", "s"),
	}, newAccount, options)
	if err != nil {
		return nil, err
	}
	return &Sandbox{server}, nil
}

// Handler returns the handler of the API and the pay page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }
