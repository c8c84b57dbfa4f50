package checks

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// modeClause is the clause about configurations for another mode.
const modeClause = "CFG-008"

func misfits() []misfit {
	return slices.Concat([]misfit{
		{name: "without a required key", clause: "CFG-001", cases: withoutRequired},
		{name: "with a key that is not known", clause: "CFG-002", cases: withUnknown},
		{name: "with a value that is not of its form", clause: "CFG-003", cases: withMalformed},
		{name: "with a value at the bounds of its form", clause: "CFG-003", mayFit: true, cases: atBounds},
		{name: "with a mode that is not declared", clause: modeClause, cases: func(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
			return inMode(e, s, false)
		}},
		{name: "with credentials of the other mode", clause: modeClause, cases: func(t *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
			return slices.Concat(inMode(e, s, true), ofOtherMode(t, e, s))
		}},
		{name: "with a probe that finds the other mode", clause: modeClause, cases: findsOtherMode},
	}, probeMisfits())
}

// probeMisfits has a row for each kind of fault that the probe can meet; of those with a
// status, for each class of statuses.
func probeMisfits() []misfit {
	var rows []misfit
	seen := make(map[string]bool)
	add := func(name, of string, fault proxy.Fault) {
		kind := string(fault.Kind)
		if fault.Kind == proxy.FaultStatus {
			kind += of
		}
		if seen[kind] {
			return
		}
		seen[kind] = true
		fault.Operation, fault.Times, fault.Optional = "", -1, true
		rows = append(rows, misfit{name: "with a probe that meets " + name, cases: func(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
			if fault.Kind == proxy.FaultStatus && fault.Body == nil {
				fault.Body = []byte(e.Manifest.Errors.Object)
			}
			probing := *s.Configuration
			probing.Probe = true
			return []*misfitted{{what: "with a probe that meets " + name, configuration: &probing, fault: &fault}}
		}})
	}
	for _, row := range faultRows() {
		if !row.rare {
			add(row.name, string(row.class), row.fault)
		}
	}
	for _, status := range []int{400, 404} {
		fault := statusFault("", status, proxy.BeforeCommit)
		fault.Body = nil
		add("the status "+strconv.Itoa(status), strconv.Itoa(status), fault)
	}
	return rows
}

func withUnknown(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	value := "some-value"
	for _, secret := range []bool{false, true} {
		unknown := contract.ConfigField{Name: "no_such_key", Secret: secret}
		cases = append(cases, invalid("with an unknown key", unknown.Name, changed(s, &unknown, &value)))
	}
	for _, field := range e.Descriptor.ConfigFields {
		if !field.Secret {
			if given := s.Configuration.Settings[field.Name]; given != "" { // misspelt, and left out as it should be spelt
				misspelt := contract.ConfigField{Name: strings.ToUpper(field.Name)}
				other := changed(s, &misspelt, &given)
				delete(other.Settings, field.Name)
				cases = append(cases, invalid("with a key in capitals", misspelt.Name, other))
			}
			continue
		}
		// A secret among the settings would be shown wherever settings are.
		shown := changed(s, &field, nil)
		if value := s.Configuration.Secrets[field.Name].Reveal(); value != "" {
			shown.Settings[field.Name] = value
			cases = append(cases, invalid("with the secret "+field.Name+" among the settings", field.Name, shown))
		}
	}
	return cases
}

// invalid returns a configuration that is refused before anything is sent. It does not
// probe: one that is accepted sends nothing either.
func invalid(what, key string, configuration *contract.Configuration) *misfitted {
	own := *configuration
	own.Probe = false
	return &misfitted{what: what, key: key, configuration: &own, reason: contract.InvalidConfig}
}

func withoutRequired(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	for _, field := range e.Descriptor.ConfigFields {
		if field.Required {
			cases = append(cases, invalid("without "+field.Name, field.Name, changed(s, &field, nil)))
		}
	}
	return cases
}

func withMalformed(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	for _, field := range e.Descriptor.ConfigFields {
		for _, value := range malformed(&field, valueIn(s, &field)) {
			cases = append(cases, invalid(field.Name+" is "+quoted(value), field.Name, changed(s, &field, &value)))
		}
	}
	return cases
}

// atBounds are legal forms, which a provider may have bounds of its own for. The form of a
// secret is the gateway's: short ones are whole even in the beginning of an error.
func atBounds(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	for _, field := range e.Descriptor.ConfigFields {
		values := extreme(&field)
		if field.Secret {
			values = []string{shortSecret(e, longValue), shortSecret(e, longValue+2)}
		}
		for _, value := range values {
			cases = append(cases, invalid(field.Name+" is "+quoted(value), field.Name, changed(s, &field, &value)))
		}
	}
	return cases
}

// valueIn returns the value of a field in the scenario's configuration, or its default.
func valueIn(s *harness.Scenario, field *contract.ConfigField) string {
	if field.Secret {
		return s.Configuration.Secrets[field.Name].Reveal()
	}
	if value, set := s.Configuration.Settings[field.Name]; set {
		return value
	}
	return field.Default
}

func quoted(value string) string {
	return "\"" + strings.NewReplacer("\t", `\t`, "\n", `\n`, "\x00", `\0`, "\x7f", `\x7f`).Replace(value[:min(len(value), 80)]) + "\""
}

// changed returns a copy of the scenario's configuration with a value replaced; a
// nil value removes the key.
func changed(s *harness.Scenario, field *contract.ConfigField, value *string) *contract.Configuration {
	c := *s.Configuration
	c.Settings, c.Secrets = maps.Clone(c.Settings), maps.Clone(c.Secrets)
	switch {
	case value == nil:
		delete(c.Settings, field.Name)
		delete(c.Secrets, field.Name)
	case field.Secret:
		c.Secrets[field.Name] = contract.NewSecret(*value)
	default:
		c.Settings[field.Name] = *value
	}
	return &c
}
