package checks

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
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
		{name: "CreatePayment again", operation: contract.OperationCreatePayment, clause: "CRE-013", ask: askAgain, whole: asOnReading},
		{name: "GetStatus by id", operation: contract.OperationGetStatus, clause: "STS-011", ask: func(t *harness.T, _ *harness.Env, k *recorded) *contract.Payment {
			return k.s.MustStatus(t, k.created.PaymentID)
		}},
		{name: statusByKey, operation: contract.OperationGetStatus, clause: "STS-011", ask: askByKey, whole: asOnReading},
		{name: "CancelPayment", operation: contract.OperationCancelPayment, clause: "CAN-004", ask: askToCancel, whole: asOnReading},
		{name: "ListPayments", operation: contract.OperationListPayments, clause: "LST-001", ask: askForList, whole: asOnReading},
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
	if _, err := k.s.Parse(t, hook); errors.Is(err, contract.WebhookSignatureStale) && k.advanced > 0 {
		hook.ReceivedAt = hook.ReceivedAt.Add(k.advanced) // the gateway signs by its own clock
	}
	_, event := mustParseEvent(t, k.s, "a webhook about "+k.state, hook)
	k.event = event
	if !event.Authoritative {
		k.snapshot, k.fields = hook.Body, &e.Manifest.Fields
	}
	return event.Payment
}

// asOnReading compares an answer with that of GetStatus, if the gateway has said the same
// of the payment to both, word for word: then they can differ in nothing but whether the
// answer is a replay.
func asOnReading(t *harness.T, e *harness.Env, k *recorded, before int, answer *contract.Payment) {
	said := saidOf(e, k.s, before, answer.PaymentID)
	before = k.s.Requests()
	read := k.s.MustStatus(t, answer.PaymentID)
	if said == nil || !reflect.DeepEqual(said, saidOf(e, k.s, before, answer.PaymentID)) {
		return
	}
	told := *answer
	told.Replayed = read.Replayed
	if read.NextAction == nil { // GetStatus may leave out what was handed over before
		told.NextAction = nil
	}
	harness.Equal(t, k.state+", as GetStatus tells it, though the gateway says the same", *read, told)
}

// saidOf returns what the gateway has said last of a payment, alone or in a list, since
// some request; nil if it has said nothing.
func saidOf(e *harness.Env, s *harness.Scenario, since int, paymentID string) any {
	f := &e.Manifest.Fields
	for _, exchange := range slices.Backward(s.Proxy.Journal()[since:]) {
		if exchange.GatewayStatus/100 != 2 {
			continue
		}
		if alone, ok := valueAt(exchange.ResponseBody, f.ID); ok && alone == paymentID {
			return parsed(exchange.ResponseBody)
		}
		list, _ := valueAt(exchange.ResponseBody, f.List)
		elements, _ := list.([]any)
		for i := range elements {
			if id, _ := valueAt(exchange.ResponseBody, f.List+"/"+strconv.Itoa(i)+f.ID); id == paymentID {
				return elements[i]
			}
		}
	}
	return nil
}

// parsed returns a body as JSON; nil if it is none.
func parsed(body []byte) any {
	var node any
	_ = json.Unmarshal(body, &node)
	return node
}
