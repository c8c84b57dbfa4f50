package checks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// inMode returns the configuration in every mode but its own that is declared, or that is
// not. Credentials can be opaque: then only a probe finds out whose they are.
func inMode(e *harness.Env, s *harness.Scenario, declared bool) []*misfitted {
	var cases []*misfitted
	for _, mode := range []contract.Mode{contract.ModeTest, contract.ModeLive} {
		if mode == s.Configuration.Mode || slices.Contains(e.Descriptor.Modes, mode) != declared {
			continue
		}
		other := *s.Configuration
		other.Mode = mode
		m := invalid("in the mode "+string(mode), "mode", &other)
		if !declared {
			cases = append(cases, m)
			continue
		}
		m.key, m.reason, m.configuration.Probe = "", contract.ModeMismatch, true
		cases = append(cases, m)
	}
	return cases
}

// otherModes returns the declared modes but that of the configuration.
func otherModes(e *harness.Env, s *harness.Scenario) []contract.Mode {
	return slices.DeleteFunc(slices.Clone(e.Descriptor.Modes), func(m contract.Mode) bool { return m == s.Configuration.Mode })
}

// ofOtherMode returns the configuration with credentials that show by themselves that they
// are of the other mode, all or one of them, and in the other mode with all but one; none
// if the gateway's do not show it.
func ofOtherMode(t *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	values := harness.OptionalChanges(t, "fixtures.other_mode", e.Manifest.Fixtures.OtherMode)
	if len(values) == 0 {
		return nil
	}
	var cases []*misfitted
	add := func(what string, mode contract.Mode, names ...string) {
		other := *s.Configuration
		other.Mode, other.Settings, other.Secrets = mode, maps.Clone(other.Settings), maps.Clone(other.Secrets)
		for _, name := range names {
			if _, secret := other.Secrets[name]; secret {
				other.Secrets[name] = contract.NewSecret(fmt.Sprint(values[name]))
			} else {
				other.Settings[name] = fmt.Sprint(values[name])
			}
		}
		m := invalid(what, "", &other)
		m.reason = contract.ModeMismatch
		cases = append(cases, m)
	}
	own, others := s.Configuration.Mode, otherModes(e, s)
	all := slices.Sorted(maps.Keys(values))
	add("with credentials that show the other mode", own, all...)
	for i, name := range all {
		rest := slices.Delete(slices.Clone(all), i, i+1)
		if len(rest) > 0 {
			add("with the "+name+" of the other mode", own, name)
		}
		for _, mode := range others {
			add("in the mode "+string(mode)+" with the "+name+" of "+string(own), mode, rest...)
		}
	}
	return cases
}

// findsOtherMode returns a configuration whose probe meets answers of the other mode, where
// the gateway's answers have one.
func findsOtherMode(_ *harness.T, e *harness.Env, s *harness.Scenario) []*misfitted {
	pointer := e.Manifest.Fields.Live
	if pointer == "" || pointer == manifest.None {
		return nil
	}
	probing := *s.Configuration
	probing.Probe = true
	what := "with a probe that finds the other mode"
	return []*misfitted{{what: what, configuration: &probing, reason: contract.ModeMismatch, fault: &proxy.Fault{
		Kind: proxy.FaultPatchJSON, Times: -1, Optional: true, WhereItFits: true,
		Patch: []gateway.PatchOp{{Op: "replace", Path: pointer, Value: e.Manifest.Mode != contract.ModeLive}},
	}}}
}
