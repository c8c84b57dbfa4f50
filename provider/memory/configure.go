package memory

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// session is one configuration in use.
type session struct {
	settings *settings
	gateway  *kit.API
	now      func() time.Time
}

// Timeout implements kit.Session.
func (s *session) Timeout() time.Duration { return s.settings.timeout }

// Keys implements kit.Session.
func (s *session) Keys() kit.KeyScope { return s.gateway.Keys() }

// Close implements kit.Session.
func (s *session) Close() { s.gateway.Close() }

// Configure sets the account to work for. With Probe it reads the account at
// the gateway, to learn whether the key works and which limits are in force.
// Without Probe it sends nothing.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	read, e := readSettings(configuration)
	if e != nil {
		return nil, e
	}
	s := &session{settings: read, gateway: newGateway(read, p.logger), now: p.now}
	if configuration.Probe {
		return p.sessions.Prove(ctx, s, (*session).probe)
	}
	p.sessions.Replace(s)
	return &contract.Account{PaymentMethods: paymentMethods()}, nil
}

// settings is a configuration that has passed all checks.
type settings struct {
	apiBase          string
	secretKey        contract.Secret
	webhookSecrets   []contract.Secret
	webhookTolerance time.Duration
	timeout          time.Duration
	minTimeLeft      time.Duration
}

var (
	secretKeyForm     = regexp.MustCompile(`^mk_(test|live)_[A-Za-z0-9_-]{1,128}$`)
	webhookSecretForm = regexp.MustCompile(`^whsec_[A-Za-z0-9_-]{8,128}$`)
)

func readSettings(configuration *contract.Configuration) (*settings, *contract.Error) {
	found, e := kit.ReadSettings(descriptor(), configuration)
	if e != nil {
		return nil, e
	}
	s := &settings{
		secretKey:        found.Secret(secretKey, secretKeyForm, "mk_test_..."),
		webhookSecrets:   found.SecretList(webhookSecrets, webhookSecretForm, "whsec_..."),
		apiBase:          found.APIBase(),
		webhookTolerance: found.WebhookTolerance(),
	}
	s.timeout, s.minTimeLeft = found.Times()
	found.RequireMode(strings.HasPrefix(s.secretKey.Reveal(), "mk_live_"), secretKey)
	return s, found.Err()
}

func newGateway(s *settings, logger *slog.Logger) *kit.API {
	return kit.NewAPI(s.apiBase, kit.Bearer(s.secretKey), refused, &kit.APIOptions{
		UserAgent:   "payment-provider-memory/" + Version,
		SettleTime:  settleTime,
		MinTimeLeft: s.minTimeLeft,
		HTTP:        &roundtrip.Options{RepeatKeyed: true}, // this gateway honours its keys
		Logger:      logger,
	})
}
