package fit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

const setAPIBase = `set the address of its gateway to "{{ .APIBase }}"`

// unconfigured says which part of the manifest a refused configuration is about.
func (w *walk) unconfigured(err error) {
	r, e := w.r, w.e
	prefix := ""
	if e.Variant != nil {
		prefix = "variants." + e.Variant.Name + "."
	}
	switch contract.ReasonOf(err) { //nolint:exhaustive // The others are not about the manifest.
	case contract.InvalidConfig:
		refused, _ := errors.AsType[*contract.Error](err)
		for _, v := range refused.Violations {
			key := strings.NewReplacer("[", ".", "]", "").Replace(v.Field)
			r.missed(prefix+key, "\"paysocket describe\" shows what the provider takes", "the provider refuses it: it %s", v.Description)
		}
		if len(refused.Violations) == 0 {
			r.missed(prefix+"settings", "\"paysocket describe\" shows what the provider takes", "the provider refuses its configuration: %v", err)
		}
	case contract.ProviderAuthFailed:
		r.missed(prefix+"secrets", "write the sandbox's credentials, {{ .Credentials.NAME }}", "the gateway refuses the credentials: %v", err)
	case contract.ProviderUnreachable:
		r.missed(prefix+"settings", setAPIBase, "the provider does not reach its gateway: %v", err)
	default:
		r.missed(provider, "mend it, or its configuration in the manifest", "%sConfigure failed: %v", prefix, err)
	}
}

// fixtures checks the fixtures against what is declared; false if no payment can be
// made with them.
func (w *walk) fixtures() bool {
	method, wanted, fit := w.s.Method(), &w.e.Manifest.Fixtures, true
	limits, ok := method.Currency(wanted.Currency)
	if !ok {
		var has []string
		for i := range method.Currencies {
			has = append(has, method.Currencies[i].Currency)
		}
		w.r.missed("fixtures.currency", "write one of "+strings.Join(has, ", "), "the method %s does not take %s", method.Code, wanted.Currency)
		return false
	}
	for name, amount := range map[string]int64{"min": wanted.Amounts.Min, "ok": wanted.Amounts.OK} {
		if amount > 0 && (amount < limits.MinMinorUnits || limits.MaxMinorUnits > 0 && amount > limits.MaxMinorUnits) {
			fit = false
			w.r.missed("fixtures.amounts."+name, "write an amount in these limits, in the smallest unit",
				"%d is outside of what the provider declares for %s, %d to %d", amount, wanted.Currency, limits.MinMinorUnits, limits.MaxMinorUnits)
		}
	}
	return fit
}

// notCreated says which part of the manifest keeps the provider from making a payment.
func (w *walk) notCreated(made *step, err error) {
	r, e, m := w.r, w.e, w.e.Manifest
	switch contract.ReasonOf(err) { //nolint:exhaustive // The others are not about the manifest.
	case contract.DeadlineTooShort:
		r.missed("settings", timeLeft(e), "the provider makes no payment with less time left than its calls have in a run, %s: %v", m.Timeouts.RPC, err)
	case contract.AmountOutOfRange:
		r.missed("fixtures.amounts.ok", "write an amount that the gateway takes, in the smallest unit", "%d %s is refused: %v", m.Fixtures.Amounts.OK, m.Fixtures.Currency, err)
	case contract.CurrencyUnsupported:
		r.missed("fixtures.currency", "write one that the account can take", "%s is refused: %v", m.Fixtures.Currency, err)
	case contract.MethodUnsupported, contract.MethodNotEnabled:
		remedy := "write another one, or let the sandbox's accounts have it"
		if !m.Probe {
			remedy = "write probe: true if an account has it only after a probe, or another method"
		}
		r.missed("fixtures.method", remedy, "the method %s is refused: %v", e.Method().Code, err)
	case contract.ProviderAuthFailed:
		r.missed("secrets", "write the sandbox's credentials, {{ .Credentials.NAME }}", "the gateway refuses the credentials: %v", err)
	case contract.ProviderTimeout:
		r.missed("timeouts.rpc", "write a longer timeouts.rpc, or find out what the provider waits for", "one payment takes longer than %s: %v", m.Timeouts.RPC, err)
	case contract.ProviderUnreachable:
		if len(made.requests) == 0 {
			r.missed("settings", setAPIBase, "no request of the provider reaches the suite's proxy: %v", err)
			return
		}
		fallthrough
	default:
		w.requests(made)
		r.missed(provider, "mend it; a run would show the exchange", "CreatePayment failed with no fault injected: %v", err)
	}
}

// timeLeft says which setting lets the provider make payments in a run.
func timeLeft(e *harness.Env) string {
	var durations []string
	for i := range e.Descriptor.ConfigFields {
		switch field := &e.Descriptor.ConfigFields[i]; {
		case field.Name == "min_time_left":
			return "write min_time_left: 1s in settings"
		case field.Kind == contract.ConfigDuration && !field.Secret:
			durations = append(durations, field.Name)
		}
	}
	if len(durations) > 0 {
		return fmt.Sprintf("write a second for the setting that says how much time must be left (%s), or a longer timeouts.rpc", strings.Join(durations, ", "))
	}
	return "write a longer timeouts.rpc"
}
