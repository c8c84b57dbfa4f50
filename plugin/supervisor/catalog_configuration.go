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

// StandInFacts are what a running stand-in said of itself.
type StandInFacts struct {
	// APIBase is the URL of its API, for {{.APIBase}}.
	APIBase string

	// Credentials are by the names that the catalog's {stand_in: NAME} use,
	// such as "secret_key".
	Credentials map[string]string
}

// Configuration gives what to configure the provider with: it fills the
// settings' templates and fetches the secrets. StandIn is nil without a
// stand-in. LookupEnv is os.LookupEnv for a main that lets secrets come from
// its environment; with nil, an entry that wants that is an error.
//
// Its errors name the setting or secret, and never a secret's value.
func (e *Entry) Configuration(standIn *StandInFacts, lookupEnv func(name string) (string, bool)) (*contract.Configuration, error) {
	configuration := &contract.Configuration{
		Mode:     e.Mode,
		Settings: make(map[string]string, len(e.Settings)),
		Secrets:  make(map[string]contract.Secret, len(e.Secrets)),
	}
	for _, name := range slices.Sorted(maps.Keys(e.Settings)) {
		value, err := fill(e.Settings[name], standIn)
		if err != nil {
			return nil, fmt.Errorf("provider %s: the setting %s %w", e.Name, name, err)
		}
		configuration.Settings[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(e.Secrets)) {
		source := e.Secrets[name]
		secret, err := source.fetch(standIn, lookupEnv)
		if err != nil {
			return nil, fmt.Errorf("provider %s: the secret %s %w", e.Name, name, err)
		}
		configuration.Secrets[name] = secret
	}
	return configuration, nil
}

// apiBase is the one thing that a setting can ask for. It has the form of a Go
// template, and is not one: those can loop and call.
var apiBase = regexp.MustCompile(`\{\{\s*\.APIBase\s*\}\}`)

// checkSetting finds what is wrong with a setting before a stand-in runs.
func checkSetting(text string, standIn bool) error {
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("is blank; leave it out for its default")
	case strings.Contains(apiBase.ReplaceAllLiteralString(text, ""), "{{"):
		return errors.New("holds {{, after which only .APIBase}} can stand")
	case apiBase.MatchString(text) && !standIn:
		return errors.New("uses {{.APIBase}}, and the entry has no stand_in; add one, or write the URL")
	default:
		return nil
	}
}

// fill puts the stand-in's facts into a setting.
func fill(text string, standIn *StandInFacts) (string, error) {
	if !apiBase.MatchString(text) {
		return text, nil
	}
	if standIn == nil || standIn.APIBase == "" {
		return "", errors.New("uses {{.APIBase}}, and no stand-in runs that told one")
	}
	return apiBase.ReplaceAllLiteralString(text, standIn.APIBase), nil
}
