package sandbox

import (
	"net/http"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Name is what the sandbox calls itself in its hello.
const Name = "stripe-sandbox"

const maxIntents = 20_000 // in one account

// The credentials of the first account. They are public and open nothing real.
const (
	DefaultSecretKey     = "sk_test_stripesandbox"
	DefaultWebhookSecret = "whsec_stripesandbox"
)

// Options are the settings of a sandbox. Without a BaseURL it is at
// http://127.0.0.1:4530.
type Options = gateway.ServerOptions

// Sandbox is a running imitation of Stripe. It implements [gateway.Gateway], and
// may be used concurrently.
type Sandbox struct {
	*gateway.Server[*account]
}

// New starts a sandbox with one account. Close ends it.
func New(options *Options) (*Sandbox, error) {
	server, err := gateway.NewServer(&gateway.ServerConfig{
		Name: Name, Features: features(), Never: []gateway.Feature{gateway.FeatureTransition(gateway.StateExpired)}, BaseURL: "http://127.0.0.1:4530",
		KeyPrefix: "sk_test_", SecretKey: DefaultSecretKey, WebhookSecret: DefaultWebhookSecret,
		FailureCode: "payment_method_provider_decline", Sign: gateway.TimedSignature("Stripe-Signature", "v1"),
	}, newAccount, options)
	if err != nil {
		return nil, err
	}
	return &Sandbox{server}, nil
}

// features returns all features but one: a PaymentIntent does not expire.
func features() []gateway.Feature {
	return slices.DeleteFunc(gateway.AllFeatures(), func(f gateway.Feature) bool { return f == gateway.FeatureTransition(gateway.StateExpired) })
}

// Handler serves the API and the pay page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }
