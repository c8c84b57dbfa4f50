package checks

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// deep is JSON nested more deeply than any webhook.
func deep() json.RawMessage {
	const depth = 200
	return json.RawMessage(strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth))
}

// nonsense are bodies that are no webhook.
func nonsense() map[string]any {
	return map[string]any{
		"null": nil, "a list": []any{}, "a word": "paid", "a number": 1, "an empty object": map[string]any{},
		"nested too deeply": map[string]any{"data": deep()},
	}
}

// builtOf returns a webhook with another body, signed as it is; nil if the sandbox does not
// build it.
func builtOf(t *harness.T, s *harness.Scenario, payment *contract.Payment, value any) *contract.WebhookRequest {
	spec := about(payment)
	spec.BodyPatch = []gateway.PatchOp{{Op: "replace", Path: "", Value: value}}
	hook, err := s.Scope.BuildWebhook(t.Context(), spec)
	if err != nil {
		return nil
	}
	request := built(t, s, about(payment))
	request.Body = hook.Body
	for _, header := range hook.Headers {
		request.Headers[http.CanonicalHeaderKey(header[0])] = []string{header[1]}
	}
	return request
}

func survivesNonsense(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	refused := func(what string, request *contract.WebhookRequest) {
		result, err := s.Parse(t, request)
		if err == nil {
			t.Errorf("a body that is %s was taken for a webhook: %s %s", what, result.Disposition, harness.Show(result.Events))
			return
		}
		harness.OneOf(t, "the reason for a body that is "+what, contract.ReasonOf(err),
			contract.WebhookMalformed, contract.InvalidRequest, contract.WebhookSignatureInvalid)
	}
	for what, value := range inOrder(nonsense()) {
		if request := builtOf(t, s, payment, value); request != nil {
			refused(what, request)
		}
	}
	ignoresNothings(t, e, s, payment)
	readsLongWebhooks(t, e, s, payment)
	large := clone(hook)
	large.Body = []byte(`{"id":"` + strings.Repeat("a", 300<<10) + `"}`)
	refused("300 KiB long", large)
	empty := clone(hook)
	empty.Body = nil
	_, err := s.Parse(t, empty)
	harness.True(t, err != nil, "an empty body was taken for a webhook")
	if _, err := s.Parse(t, hook); err != nil {
		t.Errorf("after malformed bodies a genuine webhook was refused: %v", err)
	}
}

// ignoresNothings parses events about nothing that the host made, which are not
// judged, and one about a payment of the host's that has lost its amount.
func ignoresNothings(t *harness.T, e *harness.Env, s *harness.Scenario, payment *contract.Payment) {
	f := &e.Manifest.Fields
	where, amount := harness.OptionalField(t, "fields.event", f.Event), harness.OptionalField(t, "fields.amount", f.Amount)
	if where == "" || !signed(e) { // what is read back needs no more than an id
		return
	}
	for what, value := range inOrder(map[string]any{
		"a word": "paid", "a list": []any{1}, "an empty object": map[string]any{}, "an odd object": map[string]any{"object": 7, "amount": "1", "x": deep()},
	}) {
		spec := about(payment)
		spec.BodyPatch = []gateway.PatchOp{{Op: "replace", Path: where, Value: value}}
		result, err := s.Parse(t, built(t, s, spec))
		if harness.True(t, err == nil, "an event about "+what+", which the host did not make, is an error: %v", err) {
			harness.Equal(t, "disposition of an event about "+what, contract.DispositionIgnored, result.Disposition)
		}
	}
	if amount == "" {
		return
	}
	spec := about(payment)
	spec.BodyPatch = []gateway.PatchOp{{Op: "remove", Path: where + amount}}
	result, err := s.Parse(t, built(t, s, spec))
	if err != nil {
		harness.OneOf(t, "the reason for an event about a payment without its amount", contract.ReasonOf(err),
			contract.WebhookMalformed, contract.MalformedResponse)
		return
	}
	readBack := len(result.Events) == 1 && result.Events[0].Authoritative
	harness.True(t, readBack, "an event about a payment without its amount is %s %s", result.Disposition, harness.Show(result.Events))
}

func recognisesAnEvent(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	hook := built(t, s, about(payment))
	first, one := mustParseEvent(t, s, "a genuine webhook", hook)
	same := func(what string, request *contract.WebhookRequest) {
		again, two := mustParseEvent(t, s, what, request)
		harness.Equal(t, "dedupe_key of "+what, first.DedupeKey, again.DedupeKey)
		harness.Equal(t, "kind of "+what, first.Kind, again.Kind)
		harness.Equal(t, "time of "+what, one.OccurredAt, two.OccurredAt)
		harness.Equal(t, "payment of "+what, one.Payment.PaymentID, two.Payment.PaymentID)
		harness.Equal(t, "status of "+what, one.Payment.Status, two.Payment.Status)
	}
	later := clone(hook)
	later.ReceivedAt = hook.ReceivedAt.Add(time.Second)
	same("the same webhook a second later", later)
	if redelivered := redelivery(t, s, payment, hook); redelivered != nil {
		same("the same event signed anew", redelivered)
	}
	seen := map[string]string{first.DedupeKey: "a pending payment"}
	other := func(what string, request *contract.WebhookRequest) {
		parsed, _ := mustParseEvent(t, s, what, request)
		harness.True(t, seen[parsed.DedupeKey] == "", "two events have the same dedupe_key %q: one about %s, one about %s", parsed.DedupeKey, seen[parsed.DedupeKey], what)
		seen[parsed.DedupeKey] = what
	}
	if e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
		before := built(t, s, about(payment))
		other("the same payment once it was paid", before)
		if e.HasFeature(gateway.FeatureRefundCreate) {
			s.RefundElsewhere(t, payment.PaymentID, payment.Amount.MinorUnits)
			// Not every gateway has an event about a payment for that.
			if refunded := built(t, s, about(payment)); !bytes.Equal(before.Body, refunded.Body) {
				other("the same payment once it was refunded", refunded)
			}
		}
	}
	_, another := paidEvent(t, e, s)
	other("another payment", another)
}

// redelivery returns the webhook as the gateway would send it again later; nil if
// the sandbox creates another event.
func redelivery(t *harness.T, s *harness.Scenario, payment *contract.Payment, hook *contract.WebhookRequest) *contract.WebhookRequest {
	spec := about(payment)
	spec.AtOffset = 2 * time.Second
	again := built(t, s, spec)
	signing := addedBySigning(t, s, payment, hook)
	for name, values := range hook.Headers {
		if !slices.Contains(signing, name) && !slices.Equal(values, again.Headers[name]) {
			return nil
		}
	}
	if !bytes.Equal(hook.Body, again.Body) {
		return nil
	}
	return again
}

func readsStatusAsAnywhere(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	if !signed(e) {
		return // what is read back cannot be patched in the body
	}
	f := &e.Manifest.Fields
	within, status := harness.OptionalField(t, "fields.event", f.Event), harness.OptionalField(t, "fields.status", f.Status)
	if within == "" || status == "" {
		return
	}
	payment, _ := paidEvent(t, e, s)
	doubtful := func(what string, patched gateway.PatchOp) {
		spec := about(payment)
		spec.BodyPatch = []gateway.PatchOp{patched}
		_, event := mustParseEvent(t, s, "a webhook about "+what, built(t, s, spec))
		want := contract.PaymentUnknown
		if event.Authoritative { // the patch is not in what was read
			want = contract.PaymentSucceeded
		}
		harness.Equal(t, "status in an event about "+what, want, event.Payment.Status)
	}
	doubtful("a payment of an unknown state", gateway.PatchOp{Op: "replace", Path: within + status, Value: "some_future_state"})
	pending := moved(t, e, s, gateway.StatePending)
	pendingBody := readBody(t, s, pending.PaymentID)
	for _, flag := range harness.OptionalPointers(t, "fields.paid", f.Paid) {
		denied := copied(pendingBody, flag)
		denied.Path = within + flag
		doubtful("a paid payment without "+flag, denied)
	}
}

func writesNothingWhileParsing(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, hook := paidEvent(t, e, s)
	from := s.Requests()
	_, event := mustParseEvent(t, s, "a genuine webhook", hook)
	harness.True(t, !event.Authoritative || s.Requests() > from, "the event is authoritative, and nothing was read that could have failed")
	_, _ = s.Parse(t, built(t, s, &gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventUnknown}))
	for _, exchange := range s.Proxy.Journal()[from:] {
		harness.True(t, exchange.Method == http.MethodGet || exchange.Method == http.MethodHead,
			"ParseWebhook sent a %s %s", exchange.Method, exchange.Path)
	}
}

func believesOnlyWhatItRead(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields
	s := e.Scenario(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	within, status := harness.OptionalField(t, "fields.event", f.Event), harness.OptionalField(t, "fields.status", f.Status)
	if within != "" && status != "" && e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		other, _ := paidEvent(t, e, s)
		paidBody := readBody(t, s, other.PaymentID)
		word, _ := valueAt(paidBody, status)
		operations := []gateway.PatchOp{{Op: "add", Path: within + status, Value: word}}
		for _, flag := range harness.OptionalPointers(t, "fields.paid", f.Paid) {
			value, _ := valueAt(paidBody, flag)
			operations = append(operations, gateway.PatchOp{Op: "add", Path: within + flag, Value: value})
		}
		forged := built(t, s, about(payment))
		body, err := gateway.Patch(forged.Body, operations)
		t.SetupFailed("forge a webhook", err)
		forged.Body = body
		_, event := mustParseEvent(t, s, "a webhook whose body lies", forged)
		harness.Equal(t, "status in the event of a body that lies", contract.PaymentPending, event.Payment.Status)
	}
	believesNoUnknownID(t, s, built(t, s, about(payment)))
	believesNoUnknownID(t, s, built(t, s, &gateway.WebhookSpec{Payment: payment.PaymentID, Event: gateway.EventUnknown}))
	believesNoOtherPayment(t, e)
	believesNothingBesideTheID(t, e)
	staysWithinTheRate(t, e)
}

// believesNoOtherPayment names another payment in an event's body, and lets time
// pass between an event and its webhook.
func believesNoOtherPayment(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields
	s := e.Scenario(t, nil)
	payment, other := s.MustCreate(t, e.CreateRequest()), s.MustCreate(t, e.CreateRequest())
	forged := built(t, s, about(payment))
	within, id := harness.OptionalField(t, "fields.event", f.Event), harness.OptionalField(t, "fields.id", f.ID)
	if within != "" && id != "" {
		body, err := gateway.Patch(forged.Body, []gateway.PatchOp{{Op: "replace", Path: within + id, Value: other.PaymentID}})
		t.SetupFailed("forge a webhook", err)
		forged.Body = body
		result, err := s.Parse(t, forged)
		if err == nil && harness.Equal(t, "events in a body that names another payment", 1, len(result.Events)) {
			harness.Equal(t, "payment in the event of a body that names another", payment.PaymentID, result.Events[0].Payment.PaymentID)
		}
	}
	elsewhere := built(t, s, about(other))
	mustParseEvent(t, s, "a genuine webhook", elsewhere)
	event, read := s.Body(t, manifest.OpEvent), readBody(t, s, other.PaymentID)
	late := built(t, s, about(payment))
	readOf(t, s, late, manifest.OpEvent, event, "another event")
	readOf(t, s, late, manifest.OpGet, read, "another payment")
	if e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
		_, event := mustParseEvent(t, s, "a webhook that comes late", late)
		harness.Equal(t, "status in an event that was read back", contract.PaymentSucceeded, event.Payment.Status)
	}
}

// believesNothingBesideTheID changes every text and time of the envelope but its
// id: the webhook must be refused, or parsed as if it were unchanged.
func believesNothingBesideTheID(t *harness.T, e *harness.Env) {
	first := e.Scenario(t, nil)
	var envelope map[string]any
	t.SetupFailed("read the sandbox's webhook",
		json.Unmarshal(built(t, first, about(first.MustCreate(t, e.CreateRequest()))).Body, &envelope))
	for name, value := range envelope {
		text, ok := value.(string)
		if !ok || name == "id" {
			continue
		}
		other := "some.future.kind"
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			other = at.Add(-time.Hour).Format(time.RFC3339)
		}
		s := e.Scenario(t, nil) // so that each has the whole of its rate
		genuine := built(t, s, about(s.MustCreate(t, e.CreateRequest())))
		parsed, event := mustParseEvent(t, s, "a genuine webhook", genuine)
		forged := clone(genuine)
		body, err := gateway.Patch(genuine.Body, []gateway.PatchOp{{Op: "replace", Path: "/" + name, Value: other}})
		t.SetupFailed("forge a webhook", err)
		forged.Body = body
		result, err := s.Parse(t, forged)
		if err != nil {
			continue
		}
		harness.Equal(t, "kind of a webhook whose "+name+" was forged", parsed.Kind, result.Kind)
		if harness.Equal(t, "events of a webhook whose "+name+" was forged", 1, len(result.Events)) {
			harness.Equal(t, "kind of the event of a webhook whose "+name+" was forged", event.Kind, result.Events[0].Kind)
			harness.Equal(t, "time of the event of a webhook whose "+name+" was forged", event.OccurredAt, result.Events[0].OccurredAt)
		}
	}
}

// believesNoUnknownID forges the id of an event.
func believesNoUnknownID(t *harness.T, s *harness.Scenario, hook *contract.WebhookRequest) {
	id, _ := valueAt(hook.Body, "/id")
	known, ok := id.(string)
	if !ok {
		t.MarkUnverified("a webhook of the sandbox has no id at /id, which could be forged")
		return
	}
	forge := func(with string) *contract.WebhookRequest {
		forged := clone(hook)
		body, err := gateway.Patch(hook.Body, []gateway.PatchOp{{Op: "replace", Path: "/id", Value: with}})
		t.SetupFailed("forge a webhook", err)
		forged.Body = body
		return forged
	}
	result, err := s.Parse(t, forge(unknownID(known)))
	unauthenticated(t, "a webhook with an id that was never given out", result, err)
	for _, id := range []string{"", "1", "../payments", strings.Repeat("e", 4096), known + "/../x"} {
		before := s.Requests()
		_, err := s.Parse(t, forge(id))
		harness.True(t, err != nil, "a webhook with the id %.40q was believed", id)
		harness.Equal(t, "requests for an id of another form", before, s.Requests())
	}
}

// flood is how many webhooks come at once.
const flood = 40

func staysWithinTheRate(t *harness.T, e *harness.Env) {
	rate := 0
	for _, field := range e.Descriptor.ConfigFields {
		if field.Name == "webhook_fetch_rate" {
			rate, _ = strconv.Atoi(field.Default)
		}
	}
	if rate == 0 {
		return // nothing is declared
	}
	s := e.Scenario(t, nil)
	_, hook := paidEvent(t, e, s)
	began := time.Now()
	for range flood {
		result, err := s.Parse(t, clone(hook))
		if err != nil { // the gateway sends it again
			harness.Equal(t, "the reason for a webhook of a flood", contract.ProviderRateLimited, contract.ReasonOf(err))
			continue
		}
		harness.Equal(t, "disposition of a webhook of a flood", contract.DispositionEvents, result.Disposition)
	}
	most := rate * (int(time.Since(began).Seconds()) + 2) // a full bucket, and what flows in
	harness.True(t, s.Requests(manifest.OpEvent) <= most, "%d webhooks at once caused %d requests; at most %d per second are declared",
		flood, s.Requests(manifest.OpEvent), rate)
}
