package omisealipay

import (
	"context"
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// A session is one configuration at work. It never changes; Configure makes
// another one, and calls keep the session that they began with. What protects
// an idempotency key is not the session's but the provider's, see keys.
type session struct {
	*keys

	settings   *settings
	descriptor *contract.Descriptor
	account    *contract.Account
	client     *omise.Client
	logger     *slog.Logger
	now        func() time.Time

	// verifier is nil where webhooks are read back, and reader and rate where
	// they are signed.
	verifier *omise.Verifier
	reader   *omise.Client
	rate     *rate
}

func newSession(s *settings, p *Provider) (*session, error) {
	made := &session{
		keys:       p.keys,
		settings:   s,
		descriptor: descriptor(),
		account:    &contract.Account{Live: s.live, PaymentMethods: allTerms()},
		logger:     p.logger,
		now:        p.now,
	}
	var err error
	if made.client, err = made.newClient(); err != nil {
		return nil, err
	}
	if !s.fetch {
		made.verifier, err = omise.NewVerifier(s.hooks, s.tolerance)
		if err != nil {
			return nil, invalidConfig(contract.Violation{
				Field: "secrets[" + webhookSecrets + "]", Description: "must be base64, copied from the dashboard as it is",
			})
		}
		return made, nil
	}
	// Webhooks come from anyone, so what they cause must not use up the
	// connections and the breaker that payments need.
	made.rate = newRate(s.fetchRate, p.now)
	made.reader, err = made.newClient()
	return made, err
}

func (s *session) newClient() (*omise.Client, error) {
	client, err := omise.New(s.settings.credentials, &omise.Options{
		BaseURL:      s.settings.apiBase,
		APIVersion:   s.settings.apiVersion,
		UserAgent:    "Paysocket/" + Version,
		ReadTimeout:  min(omise.DefaultReadTimeout, s.settings.timeout),
		WriteTimeout: min(omise.DefaultWriteTimeout, s.settings.timeout),
		MinTimeLeft:  s.settings.minTimeLeft,
		Logger:       s.logger,
	})
	if err != nil {
		return nil, contract.Errorf(contract.InvalidConfig, "the configuration is not legal: %w", err)
	}
	return client, nil
}

// bounded gives a context that ends with the longest time a call may take.
func (s *session) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.settings.timeout)
}

// close gives up idle connections; calls that are under way are not touched.
func (s *session) close() {
	s.client.Close()
	if s.reader != nil {
		s.reader.Close()
	}
}
