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
		{name: "with a mode that is not declared", clause: modeClause, cases: func(e *harness.Env, s *harness.Scenario) []*misfitted {
			return inMode(e, s, false)
		}},
		{name: "with credentials of the other mode", clause: modeClause, cases: func(e *harness.Env, s *harness.Scenario) []*misfitted {
			return inMode(e, s, true)
		}},
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
		rows = append(rows, misfit{name: "with a probe that meets " + name, cases: func(e *harness.Env, s *harness.Scenario) []*misfitted {
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

func withUnknown(e *harness.Env, s *harness.Scenario) []*misfitted {
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

func withoutRequired(e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	for _, field := range e.Descriptor.ConfigFields {
		if field.Required {
			cases = append(cases, invalid("without "+field.Name, field.Name, changed(s, &field, nil)))
		}
	}
	return cases
}

func withMalformed(e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	for _, field := range e.Descriptor.ConfigFields {
		for _, value := range malformed(&field, valueIn(s, &field)) {
			cases = append(cases, invalid(field.Name+" is "+quoted(value), field.Name, changed(s, &field, &value)))
		}
	}
	return cases
}

// atBounds are legal forms, which a provider may have bounds of its own for.
func atBounds(e *harness.Env, s *harness.Scenario) []*misfitted {
	var cases []*misfitted
	for _, field := range e.Descriptor.ConfigFields {
		if field.Secret {
			continue // its form is the gateway's
		}
		for _, value := range extreme(&field) {
			cases = append(cases, invalid(field.Name+" is "+quoted(value), field.Name, changed(s, &field, &value)))
		}
	}
	return cases
}

// inMode returns the configuration in every mode but its own that is declared, or that is
// not. Credentials can be opaque: only a probe finds out for certain whose they are.
func inMode(e *harness.Env, s *harness.Scenario, declared bool) []*misfitted {
	var cases []*misfitted
	for _, mode := range []contract.Mode{contract.ModeTest, contract.ModeLive} {
		if mode == s.Configuration.Mode || slices.Contains(e.Descriptor.Modes, mode) != declared {
			continue
		}
		other := *s.Configuration
		other.Mode = mode
		m := invalid("in the mode "+string(mode), "mode", &other)
		if declared {
			m.key, m.reason, m.configuration.Probe = "", contract.ModeMismatch, true
		}
		cases = append(cases, m)
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

// malformed returns values that the kind of a field does not allow, around one that it
// does. Blank values, blanks around a value and control characters suit no kind.
func malformed(field *contract.ConfigField, legal string) []string {
	bad := []string{"", " ", "\t\n"}
	if legal != "" {
		bad = append(bad, " "+legal, legal+" ", legal+"\n", legal+"\x00", "\x7f"+legal)
	}
	kinds := map[contract.ConfigKind][]string{
		contract.ConfigURL: {
			"not a url", "ftp://gateway.example", "/only/a/path", "http://", "javascript:alert(1)", "https://user:word@gateway.example",
			"https://gateway.example/" + strings.Repeat("a", contract.MaxURLLength),
		},
		contract.ConfigDuration: {"ten seconds", "10", "-5s", "1.5", "1d", "5 s", "s"},
		contract.ConfigInteger:  {"many", "1.5", "-1", "0x10", "1e3", "9223372036854775808", "99999999999999999999"},
		contract.ConfigBoolean:  {"yes", "1", "TRUE", "True", "0"},
		contract.ConfigChoice:   {"no_such_choice"},
		contract.ConfigList:     {",", " , ", "a,", ",a", "a,,a", "a, ,a"},
		contract.ConfigString:   nil,
	}
	return append(bad, kinds[field.Kind]...)
}

// extreme returns values of the field's kind at its bounds.
func extreme(field *contract.ConfigField) []string {
	kinds := map[contract.ConfigKind][]string{
		contract.ConfigURL:      {"https://gateway.example/" + strings.Repeat("a", contract.MaxURLLength-len("https://gateway.example/")), "http://[::1]:1/"},
		contract.ConfigDuration: {"0", "0s", "1ns", "1.5h", "2m30s", "2562047h47m16s"},
		contract.ConfigInteger:  {"0", "9223372036854775807"},
		contract.ConfigBoolean:  {"true", "false"},
		contract.ConfigChoice:   field.Choices,
		contract.ConfigList:     {"a", strings.Repeat("a,", 99) + "a"},
		contract.ConfigString:   {"a", strings.Repeat("a", 4096)},
	}
	return slices.Clone(kinds[field.Kind])
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
