package checks

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// errorHandling holds the checks of group ERR.
func errorHandling() map[string]Check {
	return map[string]Check{
		"ERR-001": isUnsureOfAStatus,
		"ERR-002": isSureWhenTLSFails,
		"ERR-003": separatesRefusalFromFault,
		"ERR-006": inventsNoPayment,
		"ERR-007": asksOnceThoughSlow,
		"ERR-008": errorDetails,
		"ERR-009": namesWhatIsInvalid,
	}
}

// isUnsureOfAStatus plays a refusal's body back with a status that says otherwise.
func isUnsureOfAStatus(t *harness.T, e *harness.Env) {
	refusal := harness.OptionalAnswer(t, "errors.refusal", e.Manifest.Errors.Refusal)
	if refusal == nil {
		return
	}
	s := e.Scenario(t, nil)
	failed := played(manifest.OpCreate, refusal, -1)
	failed.Phase, failed.Status = proxy.AfterCommit, http.StatusInternalServerError
	s.Arm(failed)
	_, err := s.Create(t, e.CreateRequest())
	failedWith(t, "create was answered 500 with the code of a refusal", err, contract.ProviderFault, contract.Indeterminate)
}

func isSureWhenTLSFails(t *harness.T, e *harness.Env) {
	// TLS to a port that expects plain HTTP: that of the sandbox itself.
	plain := e.Scenario(t, nil)
	address, isPlain := strings.CutPrefix(strings.TrimRight(plain.Scope.Connection().APIBase, "/"), "http://")
	if !isPlain {
		return
	}
	configuration := *plain.Configuration
	configuration.Settings = maps.Clone(configuration.Settings)
	replaced := false
	for name, value := range inOrder(configuration.Settings) {
		if rest, ok := strings.CutPrefix(value, plain.Proxy.URL()); ok {
			configuration.Settings[name] = "https://" + address + rest
			replaced = true
		}
	}
	if !replaced {
		return
	}
	_, err := plain.Configure(t, &configuration)
	if configuration.Probe {
		failedWith(t, "TLS fails at a probe", err, contract.ProviderUnreachable, "")
		return
	}
	if err != nil {
		t.Errorf("an https address was refused: %v", err)
		return
	}
	_, err = plain.Create(t, e.CreateRequest())
	failedWith(t, "TLS fails", err, contract.ProviderUnreachable, contract.NotAttempted)
}

func separatesRefusalFromFault(t *harness.T, e *harness.Env) {
	if refusal := harness.OptionalAnswer(t, "errors.refusal", e.Manifest.Errors.Refusal); refusal != nil {
		s := e.Scenario(t, nil)
		s.Arm(played(manifest.OpCreate, refusal, 1))
		_, err := s.Create(t, e.CreateRequest())
		if failedWith(t, "a definite refusal", err, "", contract.Rejected) {
			harness.Equal(t, "a definite refusal: "+contract.MetaProviderCode, refusal.ProviderCode, metadata(err)[contract.MetaProviderCode])
			harness.Equal(t, "a definite refusal: time to wait before a repetition", 0, asError(err).RetryAfter)
		}
		harness.Equal(t, "a definite refusal: requests that can move money", 1, s.Writes())
		for _, status := range []int{http.StatusPaymentRequired, http.StatusUnprocessableEntity} {
			s := e.Scenario(t, nil)
			rare := played(manifest.OpCreate, refusal, 1)
			rare.Status = status
			s.Arm(rare)
			_, err := s.Create(t, e.CreateRequest())
			failedWith(t, fmt.Sprintf("a definite refusal with the status %d", status), err, "", contract.Rejected)
		}
	} else {
		t.SkipUnverified("the manifest has no errors.refusal")
	}
	if backend := harness.OptionalAnswer(t, "errors.backend", e.Manifest.Errors.Backend); backend != nil {
		s := e.Scenario(t, nil)
		s.Arm(played(manifest.OpCreate, backend, 1))
		_, err := s.Create(t, e.CreateRequest())
		failedWith(t, "an error that blames the gateway's back end", err, contract.ProviderFault, contract.Indeterminate)
	}
}

// notAPayment returns answers with status 200 that are JSON and not a payment. The sweep
// over faults plays those that are no JSON.
func notAPayment(t *harness.T, e *harness.Env, operation string) []trouble {
	body := func(name, text string) trouble {
		return trouble{name: name, fault: proxy.Fault{
			Operation: operation, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200, Body: []byte(text), Times: -1,
		}}
	}
	all := []trouble{
		body("an empty object", `{}`), body("null", `null`), body("a list", `[]`), body("a word", `"ok"`), body("a number", `0`),
		body("an object of another type", `{"object":"customer","id":"cust_test_1","email":"a@shop.example"}`),
	}
	if object := harness.OptionalField(t, "errors.object", e.Manifest.Errors.Object); object != "" {
		all = append(all, body("an error object", object))
	}
	return all
}

func inventsNoPayment(t *harness.T, e *harness.Env) {
	for _, answer := range notAPayment(t, e, manifest.OpCreate) {
		s := e.Scenario(t, nil)
		s.Arm(answer.fault)
		payment, err := s.Create(t, e.CreateRequest())
		if harness.True(t, payment == nil, "the gateway answered create with %s, and the provider returned it as a payment: %s", answer.name, harness.Show(payment)) {
			failedWith(t, "create was answered with "+answer.name, err, "", contract.Indeterminate)
		}
	}
	for _, answer := range notAPayment(t, e, manifest.OpGet) {
		s := e.Scenario(t, nil)
		made := s.MustCreate(t, e.CreateRequest())
		s.Arm(answer.fault)
		payment, err := s.Status(t, made.PaymentID)
		harness.True(t, payment == nil && err != nil, "the gateway answered get with %s, and the provider returned it as a payment: %s", answer.name, harness.Show(payment))
	}
	rejectsTruncatedBody(t, e)
	inventsNoMissingField(t, e)
}

// inventsNoMissingField removes a required field from the gateway's answer.
func inventsNoMissingField(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields
	s := e.Scenario(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	for what, pointer := range inOrder(map[string]string{"id": f.ID, "amount": f.Amount, "currency": f.Currency}) {
		if harness.OptionalField(t, "fields."+what, pointer) == "" {
			continue
		}
		armed := s.Arm(patch(manifest.OpGet, gateway.PatchOp{Op: "remove", Path: pointer}))
		payment, err := s.Status(t, made.PaymentID)
		armed.Disarm()
		harness.True(t, payment == nil && err != nil, "the gateway answered get with a payment without its %s, and the provider made it up: %s", what, harness.Show(payment))
	}
}

// rejectsTruncatedBody truncates bodies and adjusts their Content-Length, so that
// only their text shows that something is missing.
func rejectsTruncatedBody(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	whole := bytes.TrimSpace(readBody(t, s, made.PaymentID))
	for what, body := range inOrder(map[string][]byte{"half of a payment": whole[:len(whole)/2], "a payment but for its last brace": whole[:len(whole)-1]}) {
		for _, operation := range []string{manifest.OpGet, manifest.OpCreate} {
			cut := proxy.Fault{Operation: operation, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200, Body: body, Times: -1}
			armed := s.Arm(cut)
			var payment *contract.Payment
			var err error
			if operation == manifest.OpGet {
				payment, err = s.Status(t, made.PaymentID)
			} else {
				payment, err = s.Create(t, e.CreateRequest())
			}
			armed.Disarm()
			harness.True(t, payment == nil && err != nil, "the gateway answered %s with %s, and the provider returned it as a payment: %s", operation, what, harness.Show(payment))
		}
	}
}

// impatience is how long the gateway takes for a payment while ERR-007 looks
// whether it is asked for another one.
const impatience = 3 * time.Second

func asksOnceThoughSlow(t *harness.T, e *harness.Env) {
	troubles := append(notAPayment(t, e, manifest.OpCreate), trouble{
		name: "slow", fault: proxy.Fault{Operation: manifest.OpCreate, Phase: proxy.AfterCommit, Kind: proxy.FaultDelay, Delay: impatience, Times: -1},
	})
	for _, trouble := range troubles {
		s := e.Scenario(t, nil)
		s.MustCreate(t, e.CreateRequest()) // so that a connection is kept open
		before := s.Writes()
		s.Arm(trouble.fault)
		_, _ = s.Create(t, e.CreateRequest())
		sentOnce(t, s, e.Descriptor.CreateIdempotency, before, "create was answered with "+trouble.name)
	}
}

// sentOnce fails the check if more than one request could move money, unless the
// gateway knows by a key that they are the same.
func sentOnce(t *harness.T, s *harness.Scenario, idempotency *contract.Idempotency, before int, what string) {
	sent := s.Writes() - before
	honoured := idempotency != nil && idempotency.Kind == contract.IdempotencyNative
	harness.True(t, sent <= 1 || honoured && sameKey(s.Proxy.Journal(), before), "%s: one call made %d requests that can move money", what, sent)
}
