package checks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// webhooks holds the checks of group WHK.
func webhooks() map[string]Check {
	return map[string]Check{
		"WHK-001": parsesWebhook,
		"WHK-002": believesNothingUnsigned,
		"WHK-003": noticesEveryBit,
		"WHK-004": verifiesBytes,
		"WHK-005": refusesStaleSignatures,
		"WHK-006": acceptsEachSecret,
		"WHK-008": survivesNonsense,
		"WHK-009": ignoresUnknownKinds,
		"WHK-010": recognisesAnEvent,
		"WHK-011": readsStatusAsAnywhere,
		"WHK-012": writesNothingWhileParsing,
		"WHK-013": believesOnlyWhatItRead,
		"WHK-014": checksModeAndOwner,
	}
}

// built has the sandbox build a webhook, and returns it as a host passes it on.
func built(t *harness.T, s *harness.Scenario, spec *gateway.WebhookSpec) *contract.WebhookRequest {
	hook, err := s.Scope.BuildWebhook(t.Context(), spec)
	t.SetupFailed("build a webhook at the sandbox", err)
	namesItsPayment(t, s, spec, hook)
	return asRequest(hook)
}

// asRequest returns a webhook as a host passes it on.
func asRequest(hook *gateway.Webhook) *contract.WebhookRequest {
	request := &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/webhooks/conformance", Headers: make(map[string][]string), Body: hook.Body, ReceivedAt: time.Now(),
	}
	for _, header := range hook.Headers {
		name := textproto.CanonicalMIMEHeaderKey(header[0])
		request.Headers[name] = append(request.Headers[name], header[1])
	}
	return request
}

// about returns the spec of a webhook about a changed payment.
func about(payment *contract.Payment) *gateway.WebhookSpec {
	return &gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventPaymentUpdated}
}

// clone returns a copy of a webhook that can be changed.
func clone(r *contract.WebhookRequest) *contract.WebhookRequest {
	c := *r
	c.Body = bytes.Clone(r.Body)
	c.Headers = make(map[string][]string, len(r.Headers))
	for name, values := range r.Headers {
		c.Headers[name] = slices.Clone(values)
	}
	return &c
}

// signed reports whether the run verifies webhooks by their signature.
func signed(e *harness.Env) bool { return slices.Contains(e.Capabilities, "webhooks.signed") }

// paidEvent returns a paid payment and a webhook about it.
func paidEvent(t *harness.T, e *harness.Env, s *harness.Scenario) (*contract.Payment, *contract.WebhookRequest) {
	payment := paidIfPossible(t, e, s)
	return payment, built(t, s, about(payment))
}

// mustParseEvent parses a webhook that must contain one event about a payment.
func mustParseEvent(t *harness.T, s *harness.Scenario, what string, request *contract.WebhookRequest) (*contract.WebhookResult, *contract.Event) {
	result, err := s.Parse(t, request)
	if err != nil {
		t.Fatalf("%s was refused: %v", what, err)
	}
	if result.Disposition != contract.DispositionEvents || len(result.Events) != 1 || result.Events[0].Payment == nil {
		t.Fatalf("%s has no event about a payment: got %s %s", what, result.Disposition, harness.Show(result.Events))
	}
	return result, &result.Events[0]
}

func parsesWebhook(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	before := s.Requests()
	result, event := mustParseEvent(t, s, "a genuine webhook", hook)
	asked := s.Requests() - before
	harness.Equal(t, "payment id of the event", payment.PaymentID, event.Payment.PaymentID)
	harness.Equal(t, "key of the event", payment.IdempotencyKey, event.Payment.IdempotencyKey)
	for what, kind := range map[string]string{"the result": result.Kind, "the event": event.Kind} {
		harness.True(t, kind != "", "%s has no kind", what)
		harness.True(t, event.Authoritative || bytes.Contains(hook.Body, []byte(kind)), "the kind of %s, %q, is no word of the webhook", what, kind)
	}
	harness.True(t, result.DedupeKey != "", "the event has no dedupe_key")
	age := time.Since(event.OccurredAt)
	harness.True(t, age > -time.Hour && age < time.Hour, "the event happened at %s", event.OccurredAt)
	later := *hook
	later.ReceivedAt = hook.ReceivedAt.Add(time.Minute)
	_, repeated := mustParseEvent(t, s, "a genuine webhook, delivered a minute later", &later)
	harness.True(t, repeated.OccurredAt.Equal(event.OccurredAt), "the event happened at %s, and at %s when it is delivered a minute later", event.OccurredAt, repeated.OccurredAt)
	harness.True(t, result.Ack.Status/100 == 2, "the answer for the gateway is %d", result.Ack.Status)
	want := contract.VerificationSignature
	if !signed(e) {
		want = contract.VerificationFetched
	}
	harness.Equal(t, "verification", want, result.Verification)
	// What verifies by signature may read the payment as well.
	harness.True(t, signed(e) || event.Authoritative, "the event is not authoritative, although its payment was read from the gateway")
	harness.True(t, !event.Authoritative || asked > 0, "the event is authoritative, although the gateway was not asked for its payment")
	lower := clone(hook) // as HTTP/2 and many proxies write them
	clear(lower.Headers)
	for name, values := range hook.Headers {
		lower.Headers[strings.ToLower(name)] = values
	}
	again, _ := mustParseEvent(t, s, "a genuine webhook whose headers have names in lower case", lower)
	harness.Equal(t, "dedupe_key of a webhook whose headers have names in lower case", result.DedupeKey, again.DedupeKey)
}

// addedBySigning returns the headers that a webhook has because it is signed.
func addedBySigning(t *harness.T, s *harness.Scenario, payment *contract.Payment, hook *contract.WebhookRequest) []string {
	spec := about(payment)
	spec.Sign = gateway.SignNone
	bare := built(t, s, spec)
	var names []string
	for name := range hook.Headers {
		if _, there := bare.Headers[name]; !there {
			names = append(names, name)
		}
	}
	return names
}

// signatureHeaders returns addedBySigning, and ends the check if there are none.
func signatureHeaders(t *harness.T, s *harness.Scenario, payment *contract.Payment, hook *contract.WebhookRequest) []string {
	names := addedBySigning(t, s, payment, hook)
	if len(names) == 0 {
		t.SkipUnverified("a signed webhook of the sandbox has the same headers as one that is not")
	}
	slices.Sort(names)
	return names
}

// unauthenticated fails the check unless the webhook was refused as unauthenticated.
func unauthenticated(t *harness.T, what string, result *contract.WebhookResult, err error) {
	if err == nil {
		t.Errorf("%s was believed: %s %s", what, result.Disposition, harness.Show(result.Events))
		return
	}
	harness.OneOf(t, "the reason for "+what, contract.ReasonOf(err),
		contract.WebhookSignatureMissing, contract.WebhookSignatureInvalid, contract.WebhookSignatureStale)
}

func believesNothingUnsigned(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	if _, err := s.Parse(t, hook); err != nil {
		t.Fatalf("a genuine webhook was refused: %v", err)
	}
	for _, signing := range []gateway.Signing{gateway.SignNone, gateway.SignWrong} {
		spec := about(payment)
		spec.Sign = signing
		result, err := s.Parse(t, built(t, s, spec))
		unauthenticated(t, "a webhook signed by "+string(signing), result, err)
	}
	headers := signatureHeaders(t, s, payment, hook)
	signatures := accepted(hook, headers)
	for _, name := range headers {
		value := hook.Headers[name][0]
		for what, values := range inOrder(map[string][]string{
			"missing": nil, "empty": {""}, "blank": {"   "}, "garbage": {"no signature"}, "cut": {value[:len(value)/2]},
			"cut by one": {value[:len(value)-1]}, "twice cut": {"", ""}, "very long": {strings.Repeat("a", 64<<10)},
		}) {
			forged := clone(hook)
			forged.Headers[name] = values
			if values == nil {
				delete(forged.Headers, name)
			}
			what = "a webhook whose " + name + " is " + what
			result, err := s.Parse(t, forged)
			unauthenticated(t, what, result, err)
			tellsNoSignature(t, what, err, signatures)
		}
	}
}

// bitFlips is how many bits are flipped by chance in the body, and maxPlaces in
// how many places of a header.
const (
	bitFlips  = 64
	maxPlaces = 256
)

func noticesEveryBit(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	mustParseEvent(t, s, "a genuine webhook", hook) // a provider that refuses every webhook must not pass
	for range bitFlips {
		forged := clone(hook)
		at, bit := e.Rand.IntN(len(forged.Body)), e.Rand.IntN(8)
		forged.Body[at] ^= 1 << bit
		result, err := s.Parse(t, forged)
		unauthenticated(t, "a webhook with bit "+strconv.Itoa(bit)+" of byte "+strconv.Itoa(at)+" of its body flipped", result, err)
	}
	for _, name := range signatureHeaders(t, s, payment, hook) {
		value := hook.Headers[name][0]
		for at := 0; at < len(value); at += 1 + len(value)/maxPlaces {
			for _, bit := range []int{0, e.Rand.IntN(8)} { // the lowest makes a number the next one
				if meansNothing(value, at, bit) {
					continue
				}
				changed := []byte(value)
				changed[at] ^= 1 << bit
				forged := clone(hook)
				forged.Headers[name] = []string{string(changed)}
				result, err := s.Parse(t, forged)
				unauthenticated(t, "a webhook with the "+name+" "+strconv.Quote(string(changed)), result, err)
			}
		}
	}
	noticesTheEnd(t, s, payment)
}

// padded is where a text in base64 ends: of its last character some bits mean
// nothing.
var padded = regexp.MustCompile(`[A-Za-z0-9+/_-]=+([,; ]|$)`)

// meansNothing reports whether a bit of a header's value may be ignored.
func meansNothing(value string, at, bit int) bool {
	if isLetter(value[at]) && bit == 5 { // upper case means the same in hexadecimal
		return true
	}
	return slices.ContainsFunc(padded.FindAllStringIndex(value, -1), func(end []int) bool { return end[0] <= at && at < end[1] })
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

func verifiesBytes(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	var value any
	decoder := json.NewDecoder(bytes.NewReader(hook.Body))
	decoder.UseNumber()
	t.SetupFailed("read the sandbox's webhook", decoder.Decode(&value))
	indented, err := json.MarshalIndent(value, "", "   ")
	t.SetupFailed("reformat a webhook", err)
	refusesOtherBytes(t, s, hook, indented)
	sorted := about(payment) // signed as a JSON library writes it: a provider that writes it anew before it verifies gets these bytes
	sorted.BodyPatch = []gateway.PatchOp{{Op: "replace", Path: "", Value: value}}
	refusesOtherBytes(t, s, built(t, s, sorted), indented)
}

// refusesOtherBytes parses a webhook as it was signed, and with bodies that mean
// the same.
func refusesOtherBytes(t *harness.T, s *harness.Scenario, hook *contract.WebhookRequest, indented []byte) {
	for what, body := range inOrder(map[string][]byte{
		"formatted anew": indented, "with a line break after it": append(bytes.Clone(hook.Body), '\n'),
		"with a blank before it": append([]byte(" "), hook.Body...), "with a byte order mark before it": append([]byte("\xef\xbb\xbf"), hook.Body...),
	}) {
		forged := clone(hook)
		forged.Body = body
		result, err := s.Parse(t, forged)
		unauthenticated(t, "a body "+what+", with the old signature", result, err)
	}
	if _, err := s.Parse(t, hook); err != nil {
		t.Errorf("the body as it was signed was refused: %v", err)
	}
}

// unixTime is a time in a header, in seconds since 1970.
var unixTime = regexp.MustCompile(`\b1[0-9]{9}\b`)

func refusesStaleSignatures(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	mustParseEvent(t, s, "a genuine webhook", hook) // a provider that calls every webhook stale must not pass
	stale := func(what string, request *contract.WebhookRequest) {
		result, err := s.Parse(t, request)
		if err == nil {
			t.Errorf("a webhook that %s was believed: %s", what, harness.Show(result.Events))
			return
		}
		harness.Equal(t, "the reason for a webhook that "+what, contract.WebhookSignatureStale, contract.ReasonOf(err))
	}
	for what, shift := range inOrder(map[string]time.Duration{"arrived two hours after it was signed": 2 * time.Hour, "arrived two hours before it was signed": -2 * time.Hour}) {
		shifted := clone(hook)
		shifted.ReceivedAt = hook.ReceivedAt.Add(shift)
		stale(what, shifted)
		spec := about(payment)
		spec.AtOffset = -shift
		old := built(t, s, spec)
		stale("was signed at another time, so that it "+what, old)

		fresh := clone(old)
		replaced := false
		for name, values := range fresh.Headers {
			now := unixTime.ReplaceAllString(values[0], strconv.FormatInt(time.Now().Unix(), 10))
			replaced = replaced || now != values[0]
			fresh.Headers[name] = []string{now}
		}
		if !replaced {
			continue
		}
		result, err := s.Parse(t, fresh)
		unauthenticated(t, "an old signature with a fresh time written into it", result, err)
		for _, lines := range []func(string, string) []string{
			func(old, now string) []string { return []string{old, now} },
			func(old, now string) []string { return []string{now, old} },
			func(old, now string) []string { return []string{old + "," + now} },
			func(old, now string) []string { return []string{now + "," + old} },
		} {
			twice := clone(old)
			for name, values := range old.Headers {
				if now := fresh.Headers[name][0]; now != values[0] {
					twice.Headers[name] = lines(values[0], now)
				}
			}
			result, err := s.Parse(t, twice)
			unauthenticated(t, "an old signature with a fresh time beside its own", result, err)
		}
	}
}

// webhookSecret finds the secret of the configuration that holds the webhook
// secret.
func webhookSecret(t *harness.T, e *harness.Env) *contract.ConfigField {
	for name, template := range e.Manifest.Secrets {
		if strings.Contains(template, ".webhook_secret") {
			return &contract.ConfigField{Name: name, Secret: true}
		}
	}
	t.SkipUnverified("the manifest has no secret from .Credentials.webhook_secret")
	return nil
}

func acceptsEachSecret(t *harness.T, e *harness.Env) {
	field := webhookSecret(t, e)
	s := e.Scenario(t, nil)
	credentials := s.Scope.Connection().Credentials
	current, previous := credentials["webhook_secret"], credentials["previous_webhook_secret"]
	if previous == "" {
		t.SkipUnverified("the sandbox's credentials have no previous_webhook_secret")
	}
	both := current + "," + previous
	for secrets, accepted := range inOrder(map[string][]gateway.Signing{
		current:  {gateway.SignCurrent, gateway.SignBoth},
		previous: {gateway.SignPrevious, gateway.SignBoth},
		both:     {gateway.SignCurrent, gateway.SignPrevious, gateway.SignBoth},
	}) {
		if _, err := s.Configure(t, changed(s, field, &secrets)); err != nil {
			t.Errorf("%d webhook secrets were refused: %v", strings.Count(secrets, ",")+1, err)
			continue
		}
		payment := s.MustCreate(t, e.CreateRequest())
		for _, signing := range []gateway.Signing{gateway.SignCurrent, gateway.SignPrevious, gateway.SignBoth, gateway.SignWrong} {
			spec := about(payment)
			spec.Sign = signing
			result, err := s.Parse(t, built(t, s, spec))
			what := "a webhook signed by " + string(signing) + " with " + strconv.Itoa(strings.Count(secrets, ",")+1) + " secrets configured"
			if slices.Contains(accepted, signing) {
				harness.True(t, err == nil, "%s was refused: %v", what, err)
			} else {
				unauthenticated(t, what, result, err)
			}
		}
	}
}

func ignoresUnknownKinds(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, _ := paidEvent(t, e, s)
	hook := built(t, s, &gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventUnknown})
	result, err := s.Parse(t, hook)
	if err != nil {
		t.Fatalf("a webhook of an unknown kind is an error: %v", err)
	}
	harness.True(t, strings.Contains(string(hook.Body)+fmt.Sprint(hook.Headers), result.Kind),
		"a webhook of an unknown kind is reported as kind %q, which does not occur in it", result.Kind)
	harness.Equal(t, "disposition of a webhook of an unknown kind", contract.DispositionIgnored, result.Disposition)
	harness.Equal(t, "events of a webhook of an unknown kind", 0, len(result.Events))
	harness.True(t, result.Kind != "", "a webhook of an unknown kind is ignored without its kind")
	harness.True(t, result.Ack.Status/100 == 2, "the answer for the gateway is %d", result.Ack.Status)
}
