package omisealipay

import (
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// settings are a configuration that was found legal.
type settings struct {
	account      accountID
	credentials  omise.Credentials
	apiBase      string
	apiVersion   string
	oneStep      bool
	fetch        bool // webhooks are verified by reading them back
	hooks        []omise.Secret
	tolerance    time.Duration
	fetchRate    int
	lookupSkew   time.Duration
	lookupSettle time.Duration
	minTimeLeft  time.Duration
	timeout      time.Duration
	live         bool
}

// readSettings checks a configuration and takes the defaults for what it
// leaves out. Its errors name keys and never values.
func readSettings(configuration *contract.Configuration) (*settings, error) {
	d := descriptor()
	if err := d.CheckConfiguration(configuration); err != nil {
		return nil, err
	}
	value := func(name string) string {
		if given, ok := configuration.Settings[name]; ok {
			return given
		}
		for _, field := range d.ConfigFields {
			if field.Name == name {
				return field.Default
			}
		}
		return ""
	}
	length := func(name string) time.Duration {
		parsed, _ := time.ParseDuration(value(name)) // CheckConfiguration has parsed it once
		return parsed
	}
	rate, _ := strconv.Atoi(value(settingFetchRate))
	s := &settings{
		account: accountOf(value(settingAPIBase), configuration.Secrets[secretKey]),
		credentials: omise.Credentials{
			SecretKey: omise.NewSecret(configuration.Secrets[secretKey].Reveal()),
			PublicKey: omise.NewSecret(configuration.Secrets[publicKey].Reveal()),
		},
		apiBase:      value(settingAPIBase),
		apiVersion:   value(settingAPIVersion),
		oneStep:      value(settingCreation) == creationOneStep,
		fetch:        value(settingVerification) == verifyFetch,
		tolerance:    length(settingTolerance),
		fetchRate:    rate,
		lookupSkew:   length(settingLookupSkew),
		lookupSettle: length(settingLookupSettle),
		minTimeLeft:  length(settingMinTimeLeft),
		timeout:      length(settingTimeout),
		live:         configuration.Mode == contract.ModeLive,
	}
	if list := configuration.Secrets[webhookSecrets].Reveal(); list != "" {
		for item := range strings.SplitSeq(list, ",") {
			s.hooks = append(s.hooks, omise.NewSecret(strings.TrimSpace(item)))
		}
	}
	return s, s.check(configuration)
}

// check refuses what is legal field by field and wrong in sum.
func (s *settings) check(configuration *contract.Configuration) error {
	var bad []contract.Violation
	require := func(ok bool, field, description string) {
		if !ok {
			bad = append(bad, contract.Violation{Field: field, Description: description})
		}
	}
	require(s.fetch || len(s.hooks) > 0, "secrets["+webhookSecrets+"]",
		"is missing: give the webhook secret of the dashboard, or set webhook_verification to fetch")
	require(s.tolerance > 0 && s.tolerance <= time.Hour, "settings["+settingTolerance+"]", "must be more than 0 and at most 1h")
	require(s.fetchRate > 0 && s.fetchRate <= 1000, "settings["+settingFetchRate+"]", "must be 1 to 1000")
	require(s.timeout >= time.Second && s.timeout <= 10*time.Minute, "settings["+settingTimeout+"]", "must be 1s to 10m")
	require(s.minTimeLeft < s.timeout, "settings["+settingMinTimeLeft+"]", "must be less than timeout")
	require(s.lookupSkew <= 24*time.Hour, "settings["+settingLookupSkew+"]", "must be at most 24h")
	require(s.lookupSettle <= 24*time.Hour, "settings["+settingLookupSettle+"]", "must be at most 24h")
	requireKey(require, configuration, secretKey, "skey_")
	requireKey(require, configuration, publicKey, "pkey_")
	if len(bad) > 0 {
		return invalidConfig(bad...)
	}
	if err := s.checkModes(configuration); err != nil {
		return err
	}
	return s.checkForms()
}

func requireKey(require func(bool, string, string), configuration *contract.Configuration, name, prefix string) {
	key, given := configuration.Secrets[name]
	require(!given || strings.HasPrefix(key.Reveal(), prefix), "secrets["+name+"]", "must begin with "+prefix)
}

// checkForms asks the client what it would refuse, one value at a time, so
// that the error can name the key and the client alone knows the forms.
func (s *settings) checkForms() error {
	secretOnly := omise.Credentials{SecretKey: s.credentials.SecretKey}
	for _, try := range []struct {
		field       string
		credentials omise.Credentials
		options     *omise.Options
	}{
		{"secrets[" + secretKey + "]", secretOnly, nil},
		{"secrets[" + publicKey + "]", s.credentials, nil},
		{"settings[" + settingAPIBase + "]", secretOnly, &omise.Options{BaseURL: s.apiBase}},
	} {
		if _, err := omise.New(try.credentials, try.options); err != nil {
			problem := strings.TrimPrefix(err.Error(), "omise: ")
			return invalidConfig(contract.Violation{Field: try.field, Description: problem})
		}
	}
	return nil
}

// checkModes compares the keys with the mode that the host means to be in: a
// live key in a test set-up would move real money.
func (s *settings) checkModes(configuration *contract.Configuration) error {
	for _, name := range []string{secretKey, publicKey} {
		key, given := configuration.Secrets[name]
		_, rest, _ := strings.Cut(key.Reveal(), "_")
		if given && strings.HasPrefix(rest, "test_") == s.live {
			e := contract.Errorf(contract.ModeMismatch,
				"the key is not one of the mode %s; take the keys of that mode from Omise's dashboard", configuration.Mode)
			e.Violations = []contract.Violation{{Field: "secrets[" + name + "]", Description: "is a key of the other mode"}}
			return e
		}
	}
	return nil
}

func invalidConfig(violations ...contract.Violation) *contract.Error {
	e := contract.NewError(contract.InvalidConfig, "the configuration is not legal; the previous one, if any, stays in force")
	e.Violations = violations
	return e
}
