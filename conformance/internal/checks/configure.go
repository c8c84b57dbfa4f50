package checks

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// configuring holds the checks of group CFG.
func configuring() map[string]Check {
	return map[string]Check{
		"CFG-001": namesTheMissingKey,
		"CFG-002": refusesUnknownKeys,
		"CFG-003": refusesMalformedValues,
		"CFG-004": doesNothingUnconfigured,
		"CFG-005": keepsTheOldConfiguration,
		"CFG-006": reportsRefusedCredentials,
		"CFG-007": sendsEverythingToTheAddress,
	}
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

// refusesNaming fails the check unless the configuration is refused with
// InvalidConfig, naming the key and showing no secret.
func refusesNaming(t *harness.T, e *harness.Env, s *harness.Scenario, what, key string, configuration *contract.Configuration) {
	_, err := s.Configure(t, configuration)
	if !failedWith(t, what, err, contract.InvalidConfig, "") {
		return
	}
	named := strings.Contains(err.Error(), key)
	for _, violation := range asError(err).Violations {
		named = named || strings.Contains(violation.Field, key)
	}
	harness.True(t, named, "%s: the error does not name the key %s: %v", what, key, err)
	harness.True(t, e.Canaries.Find(err.Error()) == "", "%s: the error shows a secret", what)
}

// longValue is how long a value is that cannot be in an error by chance.
const longValue = 8

func namesTheMissingKey(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	for _, field := range e.Descriptor.ConfigFields {
		if field.Required {
			without := changed(s, &field, nil)
			refusesNaming(t, e, s, "without "+field.Name, field.Name, without)
			_, err := s.Configure(t, without)
			for name, value := range without.Settings {
				harness.True(t, err == nil || len(value) < longValue || !strings.Contains(err.Error(), value),
					"without %s: the error shows the value of %s: %v", field.Name, name, err)
			}
		}
	}
	harness.Equal(t, "requests to the gateway", 0, s.Requests())
}

func refusesUnknownKeys(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	value := "some-value"
	for _, secret := range []bool{false, true} {
		unknown := contract.ConfigField{Name: "no_such_key", Secret: secret}
		refusesNaming(t, e, s, "with an unknown key", unknown.Name, changed(s, &unknown, &value))
	}
	for _, field := range e.Descriptor.ConfigFields {
		if !field.Secret {
			if given := s.Configuration.Settings[field.Name]; given != "" { // misspelt, and left out as it should be spelt
				misspelt := contract.ConfigField{Name: strings.ToUpper(field.Name)}
				other := changed(s, &misspelt, &given)
				delete(other.Settings, field.Name)
				refusesNaming(t, e, s, "with a key in capitals", misspelt.Name, other)
			}
			continue
		}
		// A secret among the settings would be shown wherever settings are.
		shown := changed(s, &field, nil)
		shown.Settings[field.Name] = s.Configuration.Secrets[field.Name].Reveal()
		if shown.Settings[field.Name] != "" {
			refusesNaming(t, e, s, "with the secret "+field.Name+" among the settings", field.Name, shown)
		}
	}
	harness.Equal(t, "requests to the gateway", 0, s.Requests())
}

// malformed returns values that a kind does not allow. Blank values suit no kind.
func malformed(kind contract.ConfigKind) []string {
	blank := []string{"", " ", "\t\n"}
	switch kind {
	case contract.ConfigURL:
		return append(blank, "not a url", "ftp://gateway.example", "/only/a/path", "http://", "javascript:alert(1)")
	case contract.ConfigDuration:
		return append(blank, "ten seconds", "10", "-5s")
	case contract.ConfigInteger:
		return append(blank, "many", "1.5", "-1", "99999999999999999999")
	case contract.ConfigBoolean:
		return append(blank, "yes", "1", "TRUE")
	case contract.ConfigChoice:
		return append(blank, "no_such_choice")
	case contract.ConfigList:
		return append(blank, ",", " , ")
	case contract.ConfigString:
		return blank
	}
	return blank
}

func refusesMalformedValues(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	for _, field := range e.Descriptor.ConfigFields {
		for _, value := range malformed(field.Kind) {
			what := field.Name + " is " + quoted(value)
			refusesNaming(t, e, s, what, field.Name, changed(s, &field, &value))
		}
	}
	harness.Equal(t, "requests to the gateway", 0, s.Requests())
}

func quoted(value string) string {
	return "\"" + strings.NewReplacer("\t", `\t`, "\n", `\n`).Replace(value) + "\""
}

func doesNothingUnconfigured(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	refusesAll := func(when string) {
		for _, call := range everyCall(t, e, s, "", "") {
			want := contract.NotConfigured
			if !e.Descriptor.Has(call.operation) {
				want = contract.CapabilityUnsupported
			}
			refusedLocally(t, s, call.name+" "+when, 0, call.run(), want)
		}
	}
	refusesAll("before Configure")
	unknown, value := contract.ConfigField{Name: "no_such_key"}, "x"
	_, err := s.Configure(t, changed(s, &unknown, &value))
	failedWith(t, "Configure with an unknown key", err, contract.InvalidConfig, "")
	refusesAll("after a Configure that failed")
}

func keepsTheOldConfiguration(t *harness.T, e *harness.Env) {
	kept := e.Scenario(t, &harness.ScenarioOptions{Fresh: true})
	other := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	unknown, value := contract.ConfigField{Name: "no_such_key"}, "x"

	_, err := kept.Configure(t, changed(other, &unknown, &value))
	failedWith(t, "Configure with an unknown key", err, contract.InvalidConfig, "")
	staysWith(t, e, kept, other, "after a Configure with an unknown key")

	for _, field := range e.Descriptor.ConfigFields {
		if field.Kind != contract.ConfigDuration && field.Kind != contract.ConfigInteger {
			continue
		}
		bad := "no number"
		_, err := kept.Configure(t, changed(other, &field, &bad))
		failedWith(t, "Configure with a malformed "+field.Name, err, contract.InvalidConfig, "")
	}
	staysWith(t, e, kept, other, "after a Configure with malformed values")

	probing := *other.Configuration
	probing.Probe = true
	other.Arm(proxy.Fault{Kind: proxy.FaultStatus, Status: 401, Times: -1, Optional: true})
	if _, err := kept.Configure(t, &probing); err != nil { // a provider without a read to probe with succeeds
		staysWith(t, e, kept, other, "after a probe that was refused")
	}
}

// staysWith fails the check unless the next payment uses the kept account and its
// credentials.
func staysWith(t *harness.T, e *harness.Env, kept, other *harness.Scenario, when string) {
	before, beforeOther := kept.Requests(), other.Requests()
	payment, err := kept.Create(t, e.CreateRequest())
	if err != nil {
		t.Errorf("%s a payment with the configuration before it failed: %v", when, err)
		return
	}
	kept.InLedger(t, payment.PaymentID)
	harness.True(t, kept.Requests() > before, "%s no request went to the configured address", when)
	harness.Equal(t, "requests to the other address "+when, beforeOther, other.Requests())
	if !slices.Contains(e.Capabilities, "webhooks.signed") || !e.HasFeature(gateway.FeatureWebhookBuild) || !e.HasFeature(gateway.FeaturePaymentCreate) {
		return
	}
	_, err = kept.Parse(t, built(t, kept, about(payment)))
	harness.True(t, err == nil, "%s a webhook of the configured account is refused: %v", when, err)
	foreign, err := other.Scope.CreatePayment(t.Context(), gateway.Money{Amount: e.Manifest.Fixtures.Amounts.OK, Currency: e.Manifest.Fixtures.Currency})
	t.SetupFailed("make a payment at the sandbox", err)
	result, err := kept.Parse(t, built(t, other, &gateway.WebhookSpec{Payment: foreign.ID, Event: gateway.EventPaymentUpdated}))
	unauthenticated(t, "a webhook of the other account, "+when, result, err)
}

func reportsRefusedCredentials(t *harness.T, e *harness.Env) {
	for _, status := range []int{401, 403} {
		s := e.Scenario(t, nil)
		made := s.MustCreate(t, e.CreateRequest())
		s.Arm(proxy.Fault{Kind: proxy.FaultStatus, Status: status, Times: -1, Body: []byte(e.Manifest.Errors.Object)})
		once := func(what string, err error, outcome contract.Outcome, before int) {
			failedWith(t, what+" with refused credentials", err, contract.ProviderAuthFailed, outcome)
			asked := make(map[string]int)
			for _, exchange := range s.Proxy.Journal()[before:] {
				asked[exchange.Method+" "+exchange.Path]++
			}
			harness.True(t, len(asked) > 0, "%s with refused credentials sent no request", what)
			for request, times := range inOrder(asked) {
				harness.True(t, times == 1, "%s with refused credentials sent %s %d times", what, request, times)
			}
		}
		before := s.Requests()
		payment, err := s.Create(t, e.CreateRequest())
		harness.True(t, payment == nil, "with credentials that the gateway refuses, CreatePayment answered with a payment")
		once("CreatePayment", err, contract.Rejected, before)

		before = s.Requests()
		_, err = s.Status(t, made.PaymentID)
		once("GetStatus", err, "", before)

		for _, call := range everyCall(t, e, s, made.PaymentID, "") {
			if outcome, asks := refusedOutcome(call.operation); asks && e.Descriptor.Has(call.operation) {
				before = s.Requests()
				once(call.name, call.run(), outcome, before)
			}
		}
		probing := *s.Configuration
		probing.Probe = true
		before = s.Requests()
		_, err = s.Configure(t, &probing)
		once("Configure with a probe", err, "", before)
	}
}

// refusedOutcome is the outcome of an operation whose credentials are refused
// at its first request; asks is false for those that CFG-006 asks by itself, and
// for webhooks, which may need no request.
func refusedOutcome(operation contract.Operation) (outcome contract.Outcome, asks bool) {
	if operation == contract.OperationCancelPayment {
		return contract.Rejected, true
	}
	// What is read before a refund is no write that was refused.
	return "", operation == contract.OperationRefund || operation == contract.OperationListPayments
}

func sendsEverythingToTheAddress(t *harness.T, e *harness.Env) {
	refusing, err := proxy.NewRefusingProxy()
	t.SetupFailed("open a proxy that refuses", err)
	defer func() { _ = refusing.Close() }()
	s := e.Scenario(t, &harness.ScenarioOptions{Env: refusing.Env()})
	payment := s.MustCreate(t, e.CreateRequest())
	if e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
	}
	refundID := ""
	if e.RefundTerms() != nil {
		if refund, err := s.Refund(t, refundRequest(e, payment.PaymentID, payment.Amount.MinorUnits)); err == nil {
			refundID = refund.RefundID
		}
	}
	local := []contract.Operation{contract.OperationParseWebhook}
	for _, call := range everyCall(t, e, s, payment.PaymentID, refundID) {
		if !e.Descriptor.Has(call.operation) || slices.Contains(local, call.operation) {
			continue
		}
		before := s.Requests()
		_ = call.run() // another clause checks whether it succeeds
		harness.True(t, s.Requests() > before, "%s sent no request to the configured address", call.name)
	}
	harness.Equal(t, "hosts that were asked for besides the configured address", "", strings.Join(refusing.Hosts(), " "))
	followsNoRedirect(t, e)
}

// followsNoRedirect makes the gateway answer with redirects.
func followsNoRedirect(t *harness.T, e *harness.Env) {
	s, elsewhere := e.Scenario(t, nil), e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	made := s.MustCreate(t, e.CreateRequest())
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		armed := s.Arm(proxy.Fault{Kind: proxy.FaultRedirect, Status: status, URL: elsewhere.Proxy.URL() + "/", Times: -1})
		payment, err := s.Create(t, e.CreateRequest())
		harness.True(t, payment == nil && err != nil, "CreatePayment was redirected but returned a payment")
		payment, err = s.Status(t, made.PaymentID)
		harness.True(t, payment == nil && err != nil, "GetStatus was redirected but returned a payment")
		armed.Disarm()
	}
	harness.Equal(t, "requests to an address that the gateway redirected to", 0, elsewhere.Requests())
}
