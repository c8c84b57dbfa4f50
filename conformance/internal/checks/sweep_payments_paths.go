package checks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// paymentPaths has a column for every way to a payment.
func paymentPaths() []path[contract.Payment] {
	return []path[contract.Payment]{
		{name: "CreatePayment", operation: contract.OperationCreatePayment, clause: "CRE-013", ask: func(_ *harness.T, _ *harness.Env, k *recorded) *contract.Payment {
			if k.ledger.State != gateway.StatePending {
				return nil // it was answered before
			}
			return k.created
		}},
		{name: "CreatePayment again", operation: contract.OperationCreatePayment, clause: "CRE-013", ask: askAgain},
		{name: "GetStatus by id", operation: contract.OperationGetStatus, clause: "STS-011", ask: func(t *harness.T, _ *harness.Env, k *recorded) *contract.Payment {
			return k.s.MustStatus(t, k.created.PaymentID)
		}},
		{name: statusByKey, operation: contract.OperationGetStatus, clause: "STS-011", ask: askByKey},
		{name: "CancelPayment", operation: contract.OperationCancelPayment, clause: "CAN-004", ask: askToCancel},
		{name: "ListPayments", operation: contract.OperationListPayments, clause: "LST-001", ask: askForList},
		{name: "ParseWebhook", operation: contract.OperationParseWebhook, clause: "WHK-015", ask: askWebhook},
	}
}

func askAgain(t *harness.T, _ *harness.Env, k *recorded) *contract.Payment {
	k.replayed = true
	again, err := k.purchase.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment, once more with the same key, failed with no fault injected: %v", err)
	}
	return again
}

func askByKey(t *harness.T, e *harness.Env, k *recorded) *contract.Payment {
	if !looksUp(e.Descriptor.CreateIdempotency) {
		return nil
	}
	found, err := k.s.StatusByKey(t, k.purchase.Request.Attempt)
	if err != nil {
		t.Fatalf("GetStatus by key of %s failed with no fault injected: %v", k.state, err)
	}
	return found
}

// askToCancel cancels another payment that is pending, or this one, which is not pending
// any more and is answered with as it is.
func askToCancel(t *harness.T, e *harness.Env, k *recorded) *contract.Payment {
	if k.ledger.State == gateway.StatePending {
		*k = *know(t, e, k.s, k.state)
	}
	k.updatedAt = time.Time{} // the cancellation may change it
	answered, err := k.s.Cancel(t, k.created.PaymentID)
	if err != nil {
		t.Fatalf("CancelPayment of %s failed with no fault injected: %v", k.state, err)
	}
	return answered
}

func askForList(t *harness.T, _ *harness.Env, k *recorded) *contract.Payment {
	listed := listAll(t, k.s, recently(), 100)
	for i := range listed {
		if listed[i].PaymentID == k.created.PaymentID {
			return &listed[i]
		}
	}
	t.Fatalf("%s is not in the list", k.state)
	return nil
}

func askWebhook(t *harness.T, e *harness.Env, k *recorded) *contract.Payment {
	if !e.HasFeature(gateway.FeatureWebhookBuild) {
		return nil
	}
	hook := built(t, k.s, about(k.created))
	_, event := mustParseEvent(t, k.s, "a webhook about "+k.state, hook)
	if !event.Authoritative {
		f := &e.Manifest.Fields
		within, sum := harness.OptionalField(t, "fields.event", f.Event), harness.OptionalField(t, "fields.refunded", f.Refunded)
		k.countsRefunds = sum != "" && has(hook.Body, within+sum)
		k.snapshot = hook.Body
	}
	return event.Payment
}
