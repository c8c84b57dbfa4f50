package stripealipay

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// session is one configuration in use.
type session struct {
	settings *settings
	gateway  *client
	now      func() time.Time
}

// Timeout implements kit.Session.
func (s *session) Timeout() time.Duration { return s.settings.timeout }

// Keys implements kit.Session.
func (s *session) Keys() kit.KeyScope {
	return kit.KeyScope{
		Base: s.settings.apiBase, Secrets: []contract.Secret{s.settings.secretKey}, SettleTime: settleTime,
	}
}

// Close implements kit.Session.
func (s *session) Close() { s.gateway.close() }

// Configure sets the account to work for. With Probe it reads the account at
// Stripe, to learn whether the key works and which currencies the account
// accepts. Without Probe it sends nothing.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	read, e := readSettings(configuration)
	if e != nil {
		return nil, e
	}
	s := &session{settings: read, gateway: newClient(read, p.logger), now: p.now}
	if configuration.Probe {
		return p.sessions.Prove(ctx, s, (*session).probe)
	}
	p.sessions.Replace(s)
	return &contract.Account{Live: read.live, PaymentMethods: descriptor().PaymentMethods}, nil
}

// settings is a configuration that has passed all checks.
type settings struct {
	apiBase          string
	proxy            func() (address, credentials string) // nil: none
	secretKey        contract.Secret
	webhookSecrets   []contract.Secret
	webhookTolerance time.Duration
	lookupSkew       time.Duration
	timeout          time.Duration
	minTimeLeft      time.Duration
	live             bool
}

var (
	secretKeyForm     = regexp.MustCompile(`^(sk|rk)_(test|live)_[A-Za-z0-9_]{8,256}$`)
	webhookSecretForm = regexp.MustCompile(`^whsec_[A-Za-z0-9+/=_-]{8,256}$`)
)

func readSettings(configuration *contract.Configuration) (*settings, *contract.Error) {
	found, e := kit.ReadSettings(descriptor(), configuration)
	if e != nil {
		return nil, e
	}
	s := &settings{
		secretKey:        found.Secret(secretKey, secretKeyForm, "sk_test_..., sk_live_..., rk_test_... or rk_live_..."),
		webhookSecrets:   found.SecretList(webhookSecrets, webhookSecretForm, "whsec_..."),
		apiBase:          found.APIBase(),
		proxy:            found.Proxy(),
		webhookTolerance: found.WebhookTolerance(),
		lookupSkew:       found.Duration(lookupSkew, time.Minute, 24*time.Hour),
		live:             configuration.Mode == contract.ModeLive,
	}
	s.timeout, s.minTimeLeft = found.Times()
	found.RequireMode(isLiveKey(s.secretKey.Reveal()), secretKey)
	return s, found.Err()
}

func isLiveKey(key string) bool {
	return strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_")
}
