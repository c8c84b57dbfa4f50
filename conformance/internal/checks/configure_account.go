package checks

import (
	"context"
	"errors"
	"slices"
	"strconv"
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

// keepsItsTimes has configurations refused that differ in every time and number, as late as
// that can be: for a secret, and by the gateway. Then calls must be made, and must end, as
// the configuration before says.
func keepsItsTimes(t *harness.T, e *harness.Env) {
	limit, options := ownLimit(t, e), &harness.ScenarioOptions{Settings: map[string]string{}}
	if limit != "" {
		options.Settings[limit] = e.Within(shortLimit).String()
	}
	s := e.Scenario(t, options)
	made := s.MustCreate(t, e.CreateRequest())
	others := withOtherNumbers(t, e, s)
	before := goesBy(t, e, s, made)
	for _, other := range others {
		for _, refused := range refusedLate(e, other) {
			if err := refused.configure(t, e, s, s); err == nil {
				t.Logf("a Configure %s succeeded", refused.what) // another clause judges it
				_, _ = s.Configure(t, s.Configuration)
				continue
			}
			harness.Equal(t, "what calls go by after a Configure "+refused.what, before, goesBy(t, e, s, made))
		}
	}
	if limit == "" {
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
		t.Latef("after a Configure with a longer %s that was refused, GetStatus lasted %s; the configuration in force has %s", limit, lasted, options.Settings[limit])
	}
}

// withOtherNumbers returns two configurations that the provider takes, in which all times
// and numbers are as large as they can be, and as small.
func withOtherNumbers(t *harness.T, e *harness.Env, s *harness.Scenario) []*harness.Scenario {
	same := make(map[string]int) // in how many of them a setting is as it was
	var others []*harness.Scenario
	for _, values := range []map[contract.ConfigKind][]string{
		{contract.ConfigDuration: {"1h", "10m", "9m", "1m"}, contract.ConfigInteger: {"1000000", "1000", "100", "10"}},
		{contract.ConfigDuration: {"0s", "1s", "1m"}, contract.ConfigInteger: {"0", "1", "2"}},
	} {
		other := &harness.Scenario{Configuration: withoutProbe(s.Configuration)}
		for i := range 2 * len(e.Descriptor.ConfigFields) { // twice, since what one may be can depend on another
			field := &e.Descriptor.ConfigFields[i%len(e.Descriptor.ConfigFields)]
			at := slices.IndexFunc(values[field.Kind], func(value string) bool {
				_, err := s.Configure(t, changed(other, field, &value))
				return err == nil
			})
			if at >= 0 {
				other.Configuration = changed(other, field, &values[field.Kind][at])
			}
			if values[field.Kind] != nil && i >= len(e.Descriptor.ConfigFields) && valueIn(other, field) == valueIn(s, field) {
				same[field.Name]++
			}
		}
		others = append(others, other)
	}
	for name, times := range inOrder(same) {
		if times == len(others) {
			t.MarkUnverified("the provider takes none of the other values for the setting %s that were tried", name)
		}
	}
	reconnect(t, s, s.Configuration)
	return others
}

// goesBy returns what calls say of the times and numbers of the configuration in force:
// whether a payment is made, with much time left and with little, how old a webhook may be,
// and where and for how long a payment is looked for.
func goesBy(t *harness.T, e *harness.Env, s *harness.Scenario, made *contract.Payment) map[string]string {
	said := make(map[string]string)
	_, err := s.Create(t, e.CreateRequest())
	said["a payment"] = string(contract.ReasonOf(err))
	said["too little time for a payment"] = strconv.FormatBool(refusesTooLittleTime(t, e, s))
	for _, ago := range []time.Duration{time.Second, time.Minute, 20 * time.Minute} {
		if looksUp(e.Descriptor.CreateIdempotency) {
			attempt := contract.Attempt{Key: e.Key(), FirstAt: time.Now().Add(-3 * time.Hour), LastUnknownAt: time.Now().Add(-ago)}
			_, err := s.StatusByKey(t, attempt)
			from, _ := time.Parse(time.RFC3339, metadata(err)[contract.MetaSearchedFrom])
			said["a look-up "+ago.String()+" after a call"] = metadata(err)[contract.MetaSettled] + attempt.FirstAt.Sub(from).Round(time.Minute).String()
		}
		if e.Descriptor.Has(contract.OperationParseWebhook) && signed(e) && hooks(e) {
			hook := built(t, s, about(made))
			hook.ReceivedAt = hook.ReceivedAt.Add(ago)
			_, err := s.Parse(t, hook)
			said["a webhook of "+ago.String()] = string(contract.ReasonOf(err))
		}
	}
	return said
}

// refusesTooLittleTime reports whether a payment is refused for which little time is left.
// A call whose time was over when it was answered says nothing of that, and is repeated.
func refusesTooLittleTime(t *harness.T, e *harness.Env, s *harness.Scenario) bool {
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), e.Within(shortRead))
		_, err := s.Provider.CreatePayment(ctx, e.CreateRequest())
		over := ctx.Err() != nil
		cancel()
		if !over {
			return errors.Is(err, contract.DeadlineTooShort)
		}
	}
	t.Latef("no call of %s was answered within its time, five times", e.Within(shortRead))
	return false
}

// refusedLate returns configurations like the other one that are refused: with each
// secret in an illegal form, and with a probe that the gateway refuses.
func refusedLate(e *harness.Env, other *harness.Scenario) []*misfitted {
	probing := *other.Configuration
	probing.Probe = true
	fault := proxy.Fault{Kind: proxy.FaultStatus, Status: 401, Times: -1, Optional: true, Body: []byte(e.Manifest.Errors.Object)}
	cases := []*misfitted{{what: "with other times and a probe that is refused", configuration: &probing, fault: &fault}}
	for _, field := range e.Descriptor.ConfigFields {
		if blank := " "; field.Secret {
			cases = append(cases, invalid("with other times and a blank "+field.Name, field.Name, changed(other, &field, &blank)))
		}
	}
	return cases
}
