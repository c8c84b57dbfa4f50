package checks

import (
	"context"
	"maps"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// answersForItsAccount looks at what Configure answers, with and without a probe.
func answersForItsAccount(t *harness.T, e *harness.Env) {
	for _, probe := range []bool{false, true} {
		s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
		configuration := *s.Configuration
		configuration.Probe = probe
		what := map[bool]string{false: "without a probe", true: "with a probe"}[probe]
		account, err := s.Configure(t, &configuration)
		if err != nil {
			t.Errorf("Configure %s failed with no fault injected: %v", what, err)
			continue
		}
		if !probe {
			harness.Equal(t, "requests of a Configure without a probe", 0, s.Requests())
			harness.Equal(t, "id of an account that was not asked for", "", account.ID)
			harness.Equal(t, "name of an account that was not asked for", "", account.Name)
		}
		harness.Equal(t, "live of the account, "+what, configuration.Mode == contract.ModeLive, account.Live)
		for i := range account.PaymentMethods {
			staysWithinTheDescriptor(t, e, what, &account.PaymentMethods[i])
		}
	}
}

// staysWithinTheDescriptor fails the check if a method of the account has wider limits
// than the descriptor's.
func staysWithinTheDescriptor(t *harness.T, e *harness.Env, what string, method *contract.PaymentMethod) {
	declared, known := e.Descriptor.Method(method.Code)
	if !harness.True(t, known, "the account, %s, has the method %s, which the descriptor does not have", what, method.Code) {
		return
	}
	for _, limits := range method.Currencies {
		of := what + ", for " + method.Code + " in " + limits.Currency
		widest, known := declared.Currency(limits.Currency)
		if !harness.True(t, known, "the account, %s, has a currency that the descriptor does not have", of) {
			continue
		}
		harness.True(t, limits.MinMinorUnits >= widest.MinMinorUnits, "the account, %s, has the minimum %d; the descriptor has %d", of, limits.MinMinorUnits, widest.MinMinorUnits)
		narrow := widest.MaxMinorUnits == 0 || limits.MaxMinorUnits != 0 && limits.MaxMinorUnits <= widest.MaxMinorUnits
		harness.True(t, narrow, "the account, %s, has the maximum %d; the descriptor has %d", of, limits.MaxMinorUnits, widest.MaxMinorUnits)
	}
}

// otherTimes are long times of settings that providers have by convention.
var otherTimes = map[string]string{ownLimit: "9m", "min_time_left": "8m"}

// keepsItsTimes has configurations refused that differ in all times, as late as that can
// be: for a secret, and by the gateway. Then calls must be made, and must end, as the
// configuration before says.
func keepsItsTimes(t *harness.T, e *harness.Env) {
	times := &harness.ScenarioOptions{Settings: map[string]string{}}
	for _, field := range e.Descriptor.ConfigFields {
		if field.Name == ownLimit && field.Kind == contract.ConfigDuration {
			times.Settings[ownLimit] = e.Within(shortLimit).String()
		}
	}
	s := e.Scenario(t, times)
	made := s.MustCreate(t, e.CreateRequest())
	for _, refused := range withOtherTimes(e, s) {
		if err := refused.configure(t, e, s, s); err == nil {
			t.Logf("a Configure %s succeeded", refused.what) // another clause judges it
			_, _ = s.Configure(t, s.Configuration)
			continue
		}
		_, err := s.Create(t, e.CreateRequest())
		harness.True(t, err == nil, "after a Configure %s, a payment with the configuration before it failed: %v", refused.what, err)
	}
	if len(times.Settings) == 0 {
		return
	}
	armed := s.Arm(proxy.Fault{Kind: proxy.FaultHold, Times: -1})
	defer armed.Disarm()
	ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
	defer cancel()
	began := time.Now()
	_, err := s.Provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: made.PaymentID})
	lasted := time.Since(began)
	harness.True(t, err != nil, "GetStatus was answered, and the gateway was not heard")
	if most := e.Within(shortLimit) + e.Within(grace); lasted > most {
		t.Latef("after a Configure with a longer timeout that was refused, GetStatus lasted %s; the configuration in force has %s", lasted, times.Settings[ownLimit])
	}
}

// withOtherTimes returns configurations that are refused and have other times: with each
// secret in an illegal form, and with a probe that the gateway refuses.
func withOtherTimes(e *harness.Env, s *harness.Scenario) []*misfitted {
	other := *s.Configuration
	other.Settings = maps.Clone(s.Configuration.Settings)
	for _, field := range e.Descriptor.ConfigFields {
		if value := otherTimes[field.Name]; value != "" && field.Kind == contract.ConfigDuration {
			other.Settings[field.Name] = value
		}
	}
	probing := other
	probing.Probe = true
	fault := proxy.Fault{Kind: proxy.FaultStatus, Status: 401, Times: -1, Optional: true, Body: []byte(e.Manifest.Errors.Object)}
	cases := []*misfitted{{what: "with other times and a probe that is refused", configuration: &probing, fault: &fault}}
	with := &harness.Scenario{Configuration: &other}
	for _, field := range e.Descriptor.ConfigFields {
		if blank := " "; field.Secret {
			cases = append(cases, invalid("with other times and a blank "+field.Name, field.Name, changed(with, &field, &blank)))
		}
	}
	return cases
}
