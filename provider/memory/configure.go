package memory

import (
	"context"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// settings are a configuration that was found legal.
type settings struct {
	apiBase          string
	secretKey        contract.Secret
	webhookSecrets   []contract.Secret
	webhookTolerance time.Duration
	timeout          time.Duration
	minTimeLeft      time.Duration
}

// session is one configuration at work. It never changes: Configure makes
// another one, and calls keep the one that they began with.
type session struct {
	settings *settings
	gateway  *client
	now      func() time.Time
}

// Configure sets the account to work for. With Probe it reads the account at
// the gateway, which tells whether the key works and which limits are in
// force; without, nothing is sent.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	read, e := readSettings(configuration)
	if e != nil {
		return nil, e
	}
	s := &session{settings: read, gateway: newClient(read, p.logger), now: p.now}
	account := &contract.Account{PaymentMethods: descriptor().PaymentMethods}
	if configuration.Probe {
		ctx, cancel := context.WithTimeout(ctx, read.timeout)
		defer cancel()
		if account, e = s.probe(ctx); e != nil {
			s.gateway.close()
			return nil, e
		}
	}
	// From here on nothing can fail, so that the old session is kept whole or
	// replaced whole.
	if old := p.session.Swap(s); old != nil {
		old.gateway.close()
	}
	return account, nil
}

var (
	secretKeyForm     = regexp.MustCompile(`^mk_test_[A-Za-z0-9_-]{1,128}$`)
	webhookSecretForm = regexp.MustCompile(`^whsec_[A-Za-z0-9_-]{8,128}$`)
)

func readSettings(configuration *contract.Configuration) (*settings, *contract.Error) {
	if strings.HasPrefix(configuration.Secrets[secretKey].Reveal(), "mk_live_") {
		return nil, contract.NewError(contract.ModeMismatch, "secret_key is a live key; this provider has test mode only")
	}
	d := descriptor()
	if err := d.CheckConfiguration(configuration); err != nil {
		return nil, asError(err)
	}
	values := make(map[string]string)
	for _, field := range d.ConfigFields {
		values[field.Name] = field.Default
	}
	maps.Copy(values, configuration.Settings)
	length := func(name string) time.Duration {
		parsed, _ := time.ParseDuration(values[name]) // CheckConfiguration has read it once
		return parsed
	}
	s := &settings{
		apiBase:          strings.TrimRight(values[settingAPIBase], "/"),
		secretKey:        configuration.Secrets[secretKey],
		webhookTolerance: length(settingTolerance),
		timeout:          length(settingTimeout),
		minTimeLeft:      length(settingMinTimeLeft),
	}
	for item := range strings.SplitSeq(configuration.Secrets[webhookSecrets].Reveal(), ",") {
		s.webhookSecrets = append(s.webhookSecrets, contract.NewSecret(strings.TrimSpace(item)))
	}
	return s, s.check()
}

// check refuses what has the right kind and is wrong all the same. It names
// keys and never values.
func (s *settings) check() *contract.Error {
	var bad []contract.Violation
	require := func(ok bool, field, description string) {
		if !ok {
			bad = append(bad, contract.Violation{Field: field, Description: description})
		}
	}
	require(secretKeyForm.MatchString(s.secretKey.Reveal()), "secrets[secret_key]", "is not of the form mk_test_...")
	for _, secret := range s.webhookSecrets {
		require(webhookSecretForm.MatchString(secret.Reveal()), "secrets[webhook_secrets]", "has an item that is not of the form whsec_...")
	}
	require(len(s.webhookSecrets) <= 8, "secrets[webhook_secrets]", "has more than 8 items")
	require(isSafeBase(s.apiBase), "settings[api_base]",
		"must be scheme, host and port alone; https, or http on this machine, since the secret key goes there")
	require(s.timeout >= time.Second && s.timeout <= 10*time.Minute, "settings[timeout]", "must be 1s to 10m")
	require(s.minTimeLeft < s.timeout, "settings[min_time_left]", "must be less than timeout")
	require(s.webhookTolerance >= time.Second && s.webhookTolerance <= time.Hour, "settings[webhook_tolerance]", "must be 1s to 1h")
	if len(bad) == 0 {
		return nil
	}
	e := contract.NewError(contract.InvalidConfig, "the configuration is not legal; the previous one, if any, stays in force")
	e.Violations = bad
	return e
}

func isSafeBase(base string) bool {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || base != u.Scheme+"://"+u.Host {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && contract.IsLoopback(u)
}
