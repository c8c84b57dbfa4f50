package kit

import (
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Settings reads a configuration. Each method that reads a value also checks it,
// and Err reports everything that was wrong at once.
type Settings struct {
	descriptor    *contract.Descriptor
	configuration *contract.Configuration
	bad           []contract.Violation
	otherMode     *contract.Error // of a key
}

// ReadSettings checks a configuration against the provider's descriptor:
// a setting that is unknown, missing or not of the declared kind is an error. A
// setting that the configuration leaves out has the descriptor's default.
func ReadSettings(d *contract.Descriptor, c *contract.Configuration) (*Settings, *contract.Error) {
	if err := d.CheckConfiguration(c); err != nil {
		return nil, AsError(err)
	}
	return &Settings{descriptor: d, configuration: c}, nil
}

// field returns the declaration of a setting or secret.
func (s *Settings) field(name string) contract.ConfigField {
	for _, field := range s.descriptor.ConfigFields {
		if field.Name == name {
			return field
		}
	}
	return contract.ConfigField{}
}

// Text returns the setting as it is written in the configuration.
func (s *Settings) Text(name string) string {
	if value, given := s.configuration.Settings[name]; given {
		return value
	}
	return s.field(name).Default
}

// Duration returns a setting of kind contract.ConfigDuration. It must be from least
// to most.
func (s *Settings) Duration(name string, least, most time.Duration) time.Duration {
	length, _ := time.ParseDuration(s.Text(name)) // ReadSettings has checked that it parses
	s.Require(length >= least && length <= most, name, "must be "+brief(least)+" to "+brief(most))
	return length
}

// brief formats a duration without trailing zeros: 10m, not 10m0s.
func brief(length time.Duration) string {
	text := length.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Secret returns a secret, which must match form. like is an example of the form
// for error messages, such as "sk_test_...". Secret returns the zero Secret if the
// configuration does not have it.
func (s *Settings) Secret(name string, form *regexp.Regexp, like string) contract.Secret {
	secret, given := s.configuration.Secrets[name]
	s.Require(!given || form.MatchString(secret.Reveal()), name, "is not of the form "+like)
	return secret
}

// maxSecrets bounds the work that a forged webhook causes.
const maxSecrets = 8

// SecretList returns the items of a secret that is a comma-separated list, such
// as webhook secrets while one is being replaced. Each item must match form, and
// there may be at most 8.
func (s *Settings) SecretList(name string, form *regexp.Regexp, like string) []contract.Secret {
	list, given := s.configuration.Secrets[name]
	if !given {
		return nil
	}
	var secrets []contract.Secret
	alike := true
	for item := range strings.SplitSeq(list.Reveal(), ",") {
		item = strings.TrimSpace(item)
		alike = alike && form.MatchString(item)
		secrets = append(secrets, contract.NewSecret(item))
	}
	s.Require(alike, name, "has an item that is not of the form "+like)
	s.Require(len(secrets) <= maxSecrets, name, "has more than 8 items")
	return secrets
}

// Require adds a violation to Err unless ok: what is wrong with the setting or
// secret of that name. The description must not quote a secret.
func (s *Settings) Require(ok bool, name, description string) {
	if !ok {
		s.bad = append(s.bad, contract.Violation{Field: s.path(name), Description: description})
	}
}

// path returns the field of a violation, such as settings[api_base].
func (s *Settings) path(name string) string {
	if s.field(name).Secret {
		return "secrets[" + name + "]"
	}
	return "settings[" + name + "]"
}

// RequireMode checks that a key belongs to the mode of the configuration: a live
// key in test mode would move real money, and a test key in live mode none. live
// says whether the key named name is a live key.
func (s *Settings) RequireMode(live bool, name string) {
	if live == (s.configuration.Mode == contract.ModeLive) || s.otherMode != nil {
		return
	}
	of := contract.ModeTest
	if live {
		of = contract.ModeLive
	}
	s.otherMode = contract.Errorf(contract.ModeMismatch, "%s is a key of mode %s, but the configuration has mode %s", name, of, s.configuration.Mode).
		WithViolation(s.path(name), "is a key of the other mode")
}

// Err returns an InvalidConfig error with all violations found so far, a
// ModeMismatch error if only the mode of a key is wrong, or nil.
func (s *Settings) Err() *contract.Error {
	if len(s.bad) == 0 {
		return s.otherMode
	}
	e := contract.NewError(contract.InvalidConfig, "the configuration is invalid; the previous one, if any, stays in force")
	e.Violations = s.bad
	return e
}
