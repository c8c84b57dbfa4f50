package checks

import (
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
		"CFG-004":  doesNothingUnconfigured,
		"CFG-005":  keepsItsTimes,
		modeClause: refusesUnknownModes,
		"CFG-006":  reportsRefusedCredentials,
		"CFG-007":  sendsEverythingToTheAddress,
		"CFG-009":  answersForItsAccount,
	}
}

// longValue is how long a value is that cannot be in an error by chance.
const longValue = 8

// names fails the check unless a configuration was refused with the reason, in an error
// that names the key and shows no value.
func names(t *harness.T, e *harness.Env, m *misfitted, err error) {
	if !failedWith(t, m.what, err, m.reason, "") {
		return
	}
	named := strings.Contains(err.Error(), m.key)
	for _, violation := range asError(err).Violations {
		named = named || strings.Contains(violation.Field, m.key)
	}
	harness.True(t, named, "%s: the error does not name the key %s: %v", m.what, m.key, err)
	harness.True(t, e.Canaries.Find(err.Error()) == "", "%s: the error shows a secret", m.what)
	parts := &harness.Parts{}
	for _, secret := range m.configuration.Secrets {
		parts.Add(secret.Reveal())
	}
	harness.True(t, parts.Find(err.Error()) == "", "%s: the error shows a part of a secret: %s", m.what, parts.Find(err.Error()))
	text := err.Error()
	for _, field := range e.Descriptor.ConfigFields { // what may be written is no value
		for _, choice := range field.Choices {
			text = strings.ReplaceAll(text, choice, "")
		}
	}
	for name, value := range m.configuration.Settings {
		harness.True(t, len(value) < longValue || !strings.Contains(text, value), "%s: the error shows the value of %s: %v", m.what, name, err)
	}
}

func doesNothingUnconfigured(t *harness.T, e *harness.Env) {
	refusesAll(t, e, e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true}), "before Configure")
}

// refusesAll fails the check unless every call is refused for want of a configuration.
func refusesAll(t *harness.T, e *harness.Env, s *harness.Scenario, when string) {
	for _, call := range everyCall(t, e, s, "", "") {
		want := contract.NotConfigured
		if !e.Descriptor.Has(call.operation) {
			want = contract.CapabilityUnsupported
		}
		refusedLocally(t, s, call.name+" "+when, s.Requests(), call.run(), want)
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
	foreign := other.CreateElsewhere(t)
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
	part := t.Try(func(t *harness.T) { callsTheAddress(t, e, refusing) })
	if hosts := slices.Compact(slices.Sorted(slices.Values(refusing.Hosts()))); len(hosts) > 0 { // it may be why all else failed
		t.Errorf("the provider went for %s to the proxy that HTTP_PROXY and HTTPS_PROXY name. This check sets them as a trap: a proxy "+
			"that answers 502. A provider must take neither a proxy from the environment nor an address that is not configured",
			strings.Join(hosts, ", "))
	}
	t.Adopt(&part)
	followsNoRedirect(t, e)
}

// callsTheAddress calls every operation, with the refusing proxy in the environment.
func callsTheAddress(t *harness.T, e *harness.Env, refusing *proxy.RefusingProxy) {
	s := e.Scenario(t, &harness.ScenarioOptions{Env: refusing.Env()})
	payment := paidIfPossible(t, e, s)
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
}

// followsNoRedirect makes the gateway answer with redirects.
func followsNoRedirect(t *harness.T, e *harness.Env) {
	s, elsewhere := e.Scenario(t, nil), e.Scenario(t, &harness.ScenarioOptions{NoProcess: true})
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
