package supervisor

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
)

// SandboxFacts are what a running sandbox says about itself.
type SandboxFacts struct {
	// APIBase is the URL of its API, for {{.APIBase}}.
	APIBase string

	// Credentials are by the names that {sandbox: NAME} uses in a catalog, such
	// as "secret_key".
	Credentials map[string]string
}

// Configuration returns what to configure the provider with: it fills in the
// templates of the settings and reads the secrets. Facts is nil without a
// sandbox. LookupEnv is os.LookupEnv in a main that allows secrets in its
// environment; if it is nil, an entry with such a secret is an error.
//
// The error names the setting or secret, and never contains the value of a
// secret.
func (e *Entry) Configuration(facts *SandboxFacts, lookupEnv func(name string) (string, bool)) (*contract.Configuration, error) {
	configuration := &contract.Configuration{
		Mode:     e.Mode,
		Probe:    e.Probe,
		Settings: make(map[string]string, len(e.Settings)),
		Secrets:  make(map[string]contract.Secret, len(e.Secrets)),
	}
	for _, name := range slices.Sorted(maps.Keys(e.Settings)) {
		value, err := fill(e.Settings[name], facts)
		if err != nil {
			return nil, fmt.Errorf("provider %s: setting %s %w", e.Name, name, err)
		}
		configuration.Settings[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(e.Secrets)) {
		source := e.Secrets[name]
		secret, err := source.fetch(facts, lookupEnv)
		if err != nil {
			return nil, fmt.Errorf("provider %s: secret %s %w", e.Name, name, err)
		}
		configuration.Secrets[name] = secret
	}
	return configuration, nil
}

// apiBase is the only template of settings. It looks like one of text/template,
// which could loop and call.
var apiBase = regexp.MustCompile(`\{\{\s*\.APIBase\s*\}\}`)

// checkSetting returns what is wrong with a setting before a sandbox runs.
func checkSetting(text string, sandbox bool) error {
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("is blank; leave it out for its default")
	case strings.Contains(apiBase.ReplaceAllLiteralString(text, ""), "{{"):
		return errors.New("contains {{; only {{.APIBase}} can be written with it")
	case apiBase.MatchString(text) && !sandbox:
		return errors.New("uses {{.APIBase}}, and the entry has no sandbox; add one, or write the URL")
	default:
		return nil
	}
}

// fill returns a setting with the sandbox's facts filled in.
func fill(text string, facts *SandboxFacts) (string, error) {
	if !apiBase.MatchString(text) {
		return text, nil
	}
	if facts == nil || facts.APIBase == "" {
		return "", errors.New("uses {{.APIBase}}, and no sandbox is running that has one")
	}
	return apiBase.ReplaceAllLiteralString(text, facts.APIBase), nil
}
