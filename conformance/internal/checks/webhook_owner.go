package checks

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// checkWebhookMode sets the other mode in the payment of a webhook, in the webhook
// itself, and in both.
func checkWebhookMode(t *harness.T, e *harness.Env, s *harness.Scenario, payment *contract.Payment) {
	f := &e.Manifest.Fields
	event, live := harness.OptionalField(t, "fields.event", f.Event), harness.OptionalField(t, "fields.live", f.Live)
	other := e.Manifest.Mode != contract.ModeLive
	var modes []gateway.PatchOp
	if event != "" && live != "" {
		modes = append(modes, gateway.PatchOp{Op: "replace", Path: event + live, Value: other})
	}
	if where := harness.OptionalField(t, "fields.event_live", f.EventLive); where != "" {
		modes = append(modes, gateway.PatchOp{Op: "replace", Path: where, Value: other})
	}
	refuses := func(what string, patched []gateway.PatchOp) {
		spec := about(payment)
		spec.BodyPatch = patched
		result, err := s.Parse(t, built(t, s, spec))
		if err == nil && len(result.Events) == 1 && result.Events[0].Authoritative {
			return // what was read is of the right mode
		}
		failedWith(t, "a webhook of the other mode"+what, err, contract.ModeMismatch, "")
	}
	for _, mode := range modes {
		refuses(", by "+mode.Path+" alone", []gateway.PatchOp{mode})
	}
	if len(modes) > 0 {
		refuses("", modes)
	}
}

// namesItsPayment ends the check if the sandbox has built a webhook about another
// payment than it was asked for. One that names none at all is left to the checks.
func namesItsPayment(t *harness.T, s *harness.Scenario, spec *gateway.WebhookSpec, hook *gateway.Webhook) {
	named := func(id string) bool { return id != "" && bytes.Contains(hook.Body, []byte(strconv.Quote(id))) }
	if spec.Payment == "" || len(spec.BodyPatch) > 0 || named(spec.Payment) || named(spec.Refund) {
		return
	}
	for _, other := range s.Ledger(t, "") {
		if named(other.ID) {
			t.SetupFailed("build a webhook at the sandbox",
				fmt.Errorf("it was asked for one about the payment %s, and built one about %s", spec.Payment, other.ID))
		}
	}
}

func checksModeAndOwner(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment, _ := paidEvent(t, e, s)
	if signed(e) {
		checkWebhookMode(t, e, s, payment)
	}
	elsewhere := s.CreateElsewhere(t)
	result, parseErr := s.Parse(t, built(t, s, &gateway.WebhookSpec{Payment: elsewhere.ID, Event: gateway.EventPaymentUpdated}))
	if harness.True(t, parseErr == nil, "a webhook about a payment that was made elsewhere is an error: %v", parseErr) {
		harness.Equal(t, "disposition of a webhook about a payment that was made elsewhere", contract.DispositionIgnored, result.Disposition)
		harness.True(t, result.Kind != "", "a webhook about a payment that was made elsewhere is ignored without its kind")
	}
	ignoresRefundsOfOthers(t, e, s, elsewhere.ID)
}

// ignoresRefundsOfOthers parses the webhook of a refund whose payment was made
// elsewhere.
func ignoresRefundsOfOthers(t *harness.T, e *harness.Env, s *harness.Scenario, paymentID string) {
	if !e.HasFeature(gateway.FeatureRefundCreate) || !e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		return
	}
	s.Transition(t, paymentID, gateway.StateSucceeded)
	refund := s.RefundElsewhere(t, paymentID, e.Manifest.Fixtures.Amounts.OK)
	hook := built(t, s, &gateway.WebhookSpec{Payment: paymentID, Refund: refund.ID, Event: gateway.EventRefundUpdated})
	result, err := s.Parse(t, hook)
	if harness.True(t, err == nil, "a webhook about the refund of a payment that was made elsewhere is an error: %v", err) {
		harness.Equal(t, "disposition of a webhook about the refund of a payment that was made elsewhere", contract.DispositionIgnored, result.Disposition)
	}
	readOf(t, s, hook, manifest.OpGet, readBody(t, s, paid(t, e, s).PaymentID), "another payment, of the host's")
}

// readOf answers what is read back because of a webhook with something else of the same
// kind. Then it is not known what the webhook is about, and another delivery may tell.
func readOf(t *harness.T, s *harness.Scenario, hook *contract.WebhookRequest, operation string, body []byte, what string) {
	armed := s.Arm(proxy.Fault{
		Operation: operation, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: http.StatusOK, Body: body, Times: -1, Optional: true,
	})
	result, err := s.Parse(t, hook)
	armed.Disarm()
	if armed.Fired() == 0 {
		return // it did without
	}
	if err == nil {
		t.Errorf("the gateway answered the request %s with %s, and the webhook was believed: %s %s", operation, what, result.Disposition, harness.Show(result.Events))
		return
	}
	harness.Equal(t, "the status for the gateway that answered the request "+operation+" with "+what+": "+err.Error(),
		http.StatusServiceUnavailable, contract.WebhookStatus(err))
}
