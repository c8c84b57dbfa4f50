package omisealipay

import (
	"context"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// session is one configuration at work. Calls that share their work are not its
// own, but the provider's.
type session struct {
	*keys

	settings *settings
	client   *omise.Client
	logger   *slog.Logger
	now      func() time.Time
	clock    *gatewayClock
	lanes    chan struct{} // one for each page that look-ups read at once

	// verifier is nil if webhooks are fetched, reader and rateLimit if they are
	// signed.
	verifier  *omise.Verifier
	reader    *omise.Client
	rateLimit *rateLimiter
}

// Timeout implements kit.Session.
func (s *session) Timeout() time.Duration { return s.settings.timeout }

// Keys implements kit.Session.
func (s *session) Keys() kit.KeyScope {
	return kit.KeyScope{
		Base: s.settings.apiBase, Secrets: []contract.Secret{s.settings.secretKey}, SettleTime: s.settings.lookupSettle,
	}
}

// Close implements kit.Session.
func (s *session) Close() {
	s.client.Close()
	if s.reader != nil {
		s.reader.Close()
	}
}

// Configure sets the account to work for. With Probe it reads at Omise whether
// the key works and what the account may do; without, nothing is sent.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	read, e := readSettings(configuration)
	if e != nil {
		return nil, e
	}
	made, e := newSession(read, p) //nolint:contextcheck // what it makes outlives the call
	if e != nil {
		return nil, e
	}
	if configuration.Probe {
		return p.sessions.Prove(ctx, made, (*session).probe)
	}
	p.sessions.Replace(made)
	return &contract.Account{Live: read.live, PaymentMethods: presumedTerms()}, nil
}

func newSession(s *settings, p *Provider) (*session, *contract.Error) {
	made := &session{keys: p.keys, settings: s, logger: p.logger, now: p.now}
	made.clock, made.lanes = newGatewayClock(p.now), make(chan struct{}, lookupLanes)
	var e *contract.Error
	if made.client, e = p.newClient(s, made.clock.hear); e != nil {
		return nil, e
	}
	if !s.fetch {
		secrets := make([]omise.Secret, len(s.webhookSecrets))
		for i, secret := range s.webhookSecrets {
			secrets[i] = omise.NewSecret(secret.Reveal())
		}
		var err error
		if made.verifier, err = omise.NewVerifier(secrets, s.webhookTolerance); err != nil {
			return nil, contract.Errorf(contract.InvalidConfig, "%w", err).
				WithViolation("secrets["+webhookSecrets+"]", "must be base64, copied from the dashboard as it is")
		}
		return made, nil
	}
	// Anyone can send webhooks, so what they cause must not use up the
	// connections and the circuit breaker that payments need.
	made.rateLimit = newRateLimiter(s.fetchRate, p.now)
	made.reader, e = p.newClient(s, nil)
	return made, e
}

func (p *Provider) newClient(s *settings, dated func(time.Time)) (*omise.Client, *contract.Error) {
	credentials := omise.Credentials{
		SecretKey: omise.NewSecret(s.secretKey.Reveal()),
		PublicKey: omise.NewSecret(s.publicKey.Reveal()),
	}
	client, err := omise.New(credentials, &omise.Options{
		BaseURL:      s.apiBase,
		APIVersion:   s.apiVersion,
		UserAgent:    "Paysocket/" + Version,
		Proxy:        s.proxy,
		ReadTimeout:  min(omise.DefaultReadTimeout, s.timeout),
		WriteTimeout: min(omise.DefaultWriteTimeout, s.timeout),
		MinTimeLeft:  s.minTimeLeft,
		Backoff:      p.backoff,
		Dated:        dated,
		Logger:       p.logger,
	})
	if err != nil {
		return nil, contract.Errorf(contract.InvalidConfig, "%w", err)
	}
	return client, nil
}

// settings are a configuration that was found valid.
type settings struct {
	apiBase          string
	proxy            func() (address, credentials string) // nil: none
	apiVersion       string
	secretKey        contract.Secret
	publicKey        contract.Secret // may be blank
	oneStep          bool
	fetch            bool // webhooks are verified by fetching their events
	webhookSecrets   []contract.Secret
	webhookTolerance time.Duration
	fetchRate        int
	lookupSkew       time.Duration
	lookupSettle     time.Duration
	timeout          time.Duration
	minTimeLeft      time.Duration
	live             bool
}

var (
	secretKeyForm     = regexp.MustCompile(`^skey_(test_)?[0-9a-z]{1,64}$`)
	publicKeyForm     = regexp.MustCompile(`^pkey_(test_)?[0-9a-z]{1,64}$`)
	webhookSecretForm = regexp.MustCompile(`^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$`)
)

func readSettings(configuration *contract.Configuration) (*settings, *contract.Error) {
	found, e := kit.ReadSettings(descriptor(), configuration)
	if e != nil {
		return nil, e
	}
	s := &settings{
		apiBase:          found.APIBase(),
		proxy:            found.Proxy(),
		apiVersion:       found.Text(settingAPIVersion),
		secretKey:        found.Secret(secretKey, secretKeyForm, "skey_test_... or skey_..."),
		publicKey:        found.Secret(publicKey, publicKeyForm, "pkey_test_... or pkey_..."),
		oneStep:          found.Text(settingCreation) == creationOneStep,
		fetch:            found.Text(settingVerification) == verifyFetch,
		webhookSecrets:   found.SecretList(webhookSecrets, webhookSecretForm, "the base64 in the dashboard"),
		webhookTolerance: found.WebhookTolerance(),
		lookupSkew:       found.Duration(settingLookupSkew, time.Minute, 24*time.Hour),
		lookupSettle:     found.Duration(settingLookupSettle, 0, 24*time.Hour),
		live:             configuration.Mode == contract.ModeLive,
	}
	s.timeout, s.minTimeLeft = found.Times()
	s.fetchRate, _ = strconv.Atoi(found.Text(settingFetchRate)) // ReadSettings checked that it is a number
	found.Require(s.fetchRate > 0 && s.fetchRate <= 1000, settingFetchRate, "must be 1 to 1000")
	found.Require(s.fetch || len(s.webhookSecrets) > 0, webhookSecrets,
		"is required; copy it from the dashboard, or set webhook_verification to fetch")
	found.RequireMode(isLiveKey(s.secretKey), secretKey)
	if _, given := configuration.Secrets[publicKey]; given {
		found.RequireMode(isLiveKey(s.publicKey), publicKey)
	}
	return s, found.Err()
}

// isLiveKey reports the mode of a key that has the form of one.
func isLiveKey(key contract.Secret) bool { return !strings.Contains(key.Reveal(), "_test_") }
