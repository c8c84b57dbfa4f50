package acmepay

import (
	"context"
	"regexp"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// session is one configuration in use.
type session struct{ *kit.API }

// Configure sets the account to work for. With Probe it reads the account at the
// gateway, to learn whether the key works. Without Probe it sends nothing.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	s, e := p.newSession(configuration)
	if e != nil {
		return nil, e
	}
	if configuration.Probe {
		return p.sessions.Prove(ctx, s, (*session).probe)
	}
	p.sessions.Replace(s)
	return &contract.Account{PaymentMethods: descriptor().PaymentMethods}, nil
}

const secretKey = "secret_key"

var secretKeyForm = regexp.MustCompile(`^sk_(test|live)_[A-Za-z0-9_-]{1,128}$`)

func (p *Provider) newSession(c *contract.Configuration) (*session, *contract.Error) {
	settings, e := kit.ReadSettings(descriptor(), c)
	if e != nil {
		return nil, e
	}
	key := settings.Secret(secretKey, secretKeyForm, "sk_test_...")
	settings.RequireMode(strings.HasPrefix(key.Reveal(), "sk_live_"), secretKey)
	timeout, minTimeLeft := settings.Times()
	api := kit.NewAPI(settings.APIBase(), kit.Bearer(key), refused, &kit.APIOptions{
		UserAgent:   "payment-provider-acme-pay/" + Version,
		Timeout:     timeout,
		MinTimeLeft: minTimeLeft,
		HTTP:        &roundtrip.Options{RepeatKeyed: true}, // the gateway honours idempotency keys
		Logger:      p.logger,
	})
	return &session{API: api}, settings.Err()
}
