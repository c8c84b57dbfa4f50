package manifest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/paysocket/paysocket/contract"
)

// Facts are the values that templates in settings and secrets can use, such as
// "{{ .Credentials.secret_key }}".
type Facts struct {
	// APIBase is the URL at which the provider finds its gateway: the suite's proxy.
	APIBase string

	// Credentials are the credentials of the sandbox's scope, by name.
	Credentials map[string]string
}

// Configuration returns the configuration for one scope, with the templates filled
// in. A variant that is not nil adds settings and secrets, and replaces those of the
// same name.
func (m *Manifest) Configuration(facts *Facts, variant *Variant) (*contract.Configuration, error) {
	settings, secrets := maps.Clone(m.Settings), maps.Clone(m.Secrets)
	if variant != nil {
		settings, secrets = overlay(settings, variant.Settings), overlay(secrets, variant.Secrets)
	}
	filled := &contract.Configuration{
		Mode: m.Mode, Probe: m.Probe, Settings: make(map[string]string), Secrets: make(map[string]contract.Secret),
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		value, err := fill(settings[name], facts)
		if err != nil {
			return nil, &Error{File: m.File, Err: fmt.Errorf("settings.%s: %w", name, err)}
		}
		filled.Settings[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		value, err := fill(secrets[name], facts)
		if err != nil {
			return nil, &Error{File: m.File, Err: fmt.Errorf("secrets.%s: %w", name, err)}
		}
		filled.Secrets[name] = contract.NewSecret(value)
	}
	return filled, nil
}

// checkTemplates returns an error for each text that is not a valid template. Which
// credentials there are is known only when the sandbox runs.
func (m *Manifest) checkTemplates() error {
	var problems []error
	check := func(where string, templates map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(templates)) {
			parsed, err := template.New("").Parse(templates[name])
			if err == nil {
				err = parsed.Execute(io.Discard, &Facts{})
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%s.%s is not a valid template; it can use {{ .APIBase }} and {{ .Credentials.NAME }}", where, name))
			}
		}
	}
	check("settings", m.Settings)
	check("secrets", m.Secrets)
	for i := range m.Variants {
		check("variants."+m.Variants[i].Name+".settings", m.Variants[i].Settings)
		check("variants."+m.Variants[i].Name+".secrets", m.Variants[i].Secrets)
	}
	return errors.Join(problems...)
}

func overlay(values, with map[string]string) map[string]string {
	if values == nil {
		values = make(map[string]string)
	}
	for name, value := range with {
		if value == "" {
			delete(values, name)
			continue
		}
		values[name] = value
	}
	return values
}

func fill(text string, facts *Facts) (string, error) {
	parsed, err := template.New("").Option("missingkey=error").Parse(text)
	if err != nil {
		return "", fmt.Errorf("it is not a valid template: %w", err)
	}
	var filled strings.Builder
	if err := parsed.Execute(&filled, facts); err != nil {
		return "", fmt.Errorf("the sandbox has no such value; it has .APIBase and .Credentials with %s",
			strings.Join(slices.Sorted(maps.Keys(facts.Credentials)), ", "))
	}
	return filled.String(), nil
}
