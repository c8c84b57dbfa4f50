package kit

import (
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Settings are a configuration that is being read. Each method that reads a
// value also checks it; what was found wrong is told by Err, all at once.
type Settings struct {
	descriptor    *contract.Descriptor
	configuration *contract.Configuration
	bad           []contract.Violation
	otherMode     *contract.Error // of a key
}

// ReadSettings checks a configuration against the provider's descriptor:
// whatever is unknown, missing or of another kind than declared is an error.
// What a configuration leaves out has the descriptor's default.
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

// Text returns a setting as it is written.
func (s *Settings) Text(name string) string {
	if value, given := s.configuration.Settings[name]; given {
		return value
	}
	return s.field(name).Default
}

// Duration returns a setting of that kind, which must be from least to most.
func (s *Settings) Duration(name string, least, most time.Duration) time.Duration {
	length, _ := time.ParseDuration(s.Text(name)) // ReadSettings has read it once
	s.Require(length >= least && length <= most, name, "must be "+brief(least)+" to "+brief(most))
	return length
}

// brief writes a length of time without the zeros at its end, as in 10m.
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

// Secret returns a secret, which must match the form; like is an example that
// shows it to people. The zero Secret stands for one that is not given.
func (s *Settings) Secret(name string, form *regexp.Regexp, like string) contract.Secret {
	secret, given := s.configuration.Secrets[name]
	s.Require(!given || form.MatchString(secret.Reveal()), name, "is not of the form "+like)
	return secret
}

// maxSecrets bounds the work that a forged webhook causes.
const maxSecrets = 8

// SecretList returns the items of a secret that is a list, such as webhook
// secrets of which one is being replaced. Each must match the form, and there
// are at most 8.
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

// Require notes, unless ok, what is wrong with a setting or secret. The
// description must not quote a secret.
func (s *Settings) Require(ok bool, name, description string) {
	if !ok {
		s.bad = append(s.bad, contract.Violation{Field: s.path(name), Description: description})
	}
}

// path returns where in a configuration a setting or secret stands.
func (s *Settings) path(name string) string {
	if s.field(name).Secret {
		return "secrets[" + name + "]"
	}
	return "settings[" + name + "]"
}

// RequireMode notes, where a key is one of live mode and the configuration is
// not, or the other way round, that it would move real money by mistake, or none.
func (s *Settings) RequireMode(live bool, name string) {
	if live == (s.configuration.Mode == contract.ModeLive) || s.otherMode != nil {
		return
	}
	of := contract.ModeTest
	if live {
		of = contract.ModeLive
	}
	s.otherMode = contract.Errorf(contract.ModeMismatch, "%s is a key of the mode %s, and the mode is %s", name, of, s.configuration.Mode).
		WithViolation(s.path(name), "is a key of the other mode")
}

// Err returns the error of a configuration in which something was wrong, and
// nil if nothing was.
func (s *Settings) Err() *contract.Error {
	if len(s.bad) == 0 {
		return s.otherMode
	}
	e := contract.NewError(contract.InvalidConfig, "the configuration is not legal; the previous one, if any, stays in force")
	e.Violations = s.bad
	return e
}
