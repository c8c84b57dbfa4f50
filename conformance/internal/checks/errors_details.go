package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// reasonCodes is the contract's table of codes, written down a second time on
// purpose: the wire's own table is part of what is checked.
var reasonCodes = map[contract.Reason][]codes.Code{
	contract.InvalidRequest: {codes.InvalidArgument}, contract.CurrencyUnsupported: {codes.InvalidArgument},
	contract.CurrencyExponentMismatch: {codes.InvalidArgument}, contract.AmountOutOfRange: {codes.InvalidArgument},
	contract.MethodUnsupported: {codes.InvalidArgument}, contract.InvalidConfig: {codes.InvalidArgument},
	contract.WebhookMalformed: {codes.InvalidArgument},

	contract.MethodNotEnabled: {codes.FailedPrecondition}, contract.NotConfigured: {codes.FailedPrecondition},
	contract.ModeMismatch: {codes.FailedPrecondition}, contract.ProviderAuthFailed: {codes.FailedPrecondition},
	contract.ProviderRejected: {codes.FailedPrecondition}, contract.PaymentNotRefundable: {codes.FailedPrecondition},
	contract.RefundExceedsPayment: {codes.FailedPrecondition}, contract.RefundWindowExpired: {codes.FailedPrecondition},
	contract.PaymentNotCancelable: {codes.FailedPrecondition},

	contract.PaymentNotFound: {codes.NotFound}, contract.RefundNotFound: {codes.NotFound},
	contract.IdempotencyKeyReused: {codes.AlreadyExists}, contract.AttemptUnsettled: {codes.Aborted},
	contract.ProviderRateLimited: {codes.ResourceExhausted},
	contract.ProviderUnreachable: {codes.Unavailable}, contract.ConnectionLost: {codes.Unavailable}, contract.ProviderFault: {codes.Unavailable},
	contract.DeadlineTooShort: {codes.DeadlineExceeded, codes.Canceled}, contract.ProviderTimeout: {codes.DeadlineExceeded},
	contract.MalformedResponse: {codes.Internal}, contract.DuplicatePayments: {codes.Internal},
	contract.DuplicateRefunds: {codes.Internal}, contract.ProviderBug: {codes.Internal},
	contract.CapabilityUnsupported:   {codes.Unimplemented},
	contract.WebhookSignatureMissing: {codes.Unauthenticated}, contract.WebhookSignatureInvalid: {codes.Unauthenticated},
	contract.WebhookSignatureStale: {codes.Unauthenticated},
}

func errorDetails(t *harness.T, e *harness.Env) {
	first, second := causeErrors(t, e), causeErrors(t, e)
	for what, said := range inOrder(first) {
		carriesDetails(t, e, what, &said.call)
		if what != staleWebhook {
			harness.Equal(t, "message of "+what+", caused a second time", said.message, second[what].message)
		}
	}
}

// staleWebhook is an error whose message may contain the age of the webhook,
// which differs each time.
const staleWebhook = "a webhook that is stale"

// causedError is an error that the check caused.
type causedError struct {
	call    harness.Call
	message string // without the address of the proxy and the id of the payment, which differ each time
}

// causeErrors causes an error of every kind that the provider can return.
func causeErrors(t *harness.T, e *harness.Env) map[string]causedError {
	caused := make(map[string]causedError)
	s := e.Scenario(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	note := func(what string, s *harness.Scenario, err error) {
		if calls := s.Calls(); harness.True(t, err != nil && len(calls) > 0, "%s: the call succeeded, but must fail", what) {
			last := calls[len(calls)-1]
			_, address, _ := strings.Cut(s.Proxy.URL(), "://")
			caused[what] = causedError{call: last, message: strings.NewReplacer(address, "ADDRESS", made.PaymentID, "PAYMENT").Replace(last.Status.Message())}
		}
	}
	invalid := e.CreateRequest()
	invalid.Amount.MinorUnits = -1
	_, err := s.Create(t, invalid)
	note("an invalid request", s, err)
	_, err = s.Status(t, "no-such-id")
	note("an unknown payment", s, err)
	if e.Descriptor.Has(contract.OperationParseWebhook) {
		_, err = s.Parse(t, &contract.WebhookRequest{Method: "POST", Path: "/", Body: []byte("{"), ReceivedAt: time.Now()})
		note("a forged webhook", s, err)
	}
	unknown, value := contract.ConfigField{Name: "no_such_key"}, "x"
	_, err = s.Configure(t, changed(s, &unknown, &value))
	note("an unknown key", s, err)

	causeRefusals(t, e, s, note)
	causeUnsettled(t, e, note)
	causeTroubles(t, e, made.PaymentID, note)
	return caused
}

// causeTroubles causes the errors of each operation that the gateway does not answer as
// it should; where many providers would ask again, of the first two.
func causeTroubles(t *harness.T, e *harness.Env, paymentID string, note func(string, *harness.Scenario, error)) {
	final, repeated := math.MaxInt, 2
	for _, trouble := range []struct {
		name  string
		fault proxy.Fault
		calls int
	}{
		{"a 401", proxy.Fault{Kind: proxy.FaultStatus, Status: 401, Times: -1}, final},
		{"a 429", proxy.Fault{Kind: proxy.FaultStatus, Status: 429, Times: -1}, repeated},
		{"a 500", proxy.Fault{Kind: proxy.FaultStatus, Status: 500, Times: -1}, repeated},
		{"a web page", proxy.Fault{Kind: proxy.FaultHTML, Times: -1}, final},
		{"a closed connection", proxy.Fault{Kind: proxy.FaultCloseNoResponse, Times: -1}, repeated},
		{"a refused connection", proxy.Fault{Kind: proxy.FaultRefuse}, repeated},
	} {
		s := e.Scenario(t, nil) // without a connection yet that a refusal would break
		probing := *s.Configuration
		probing.Probe = true
		calls := append(everyCall(t, e, s, paymentID, ""), call{contract.OperationConfigure, "Configure with a probe", func() error {
			_, err := s.Configure(t, &probing)
			return err
		}})
		armed := s.Arm(trouble.fault)
		for i, call := range calls {
			if i < trouble.calls && e.Descriptor.Has(call.operation) {
				note(call.name+" met "+trouble.name, s, call.run())
			}
		}
		armed.Disarm()
	}
}

// causeRefusals causes the errors of payments and refunds that are in the wrong
// state for the call.
func causeRefusals(t *harness.T, e *harness.Env, s *harness.Scenario, note func(string, *harness.Scenario, error)) {
	reused := s.Purchase(nil)
	made, err := reused.Ask(t)
	if err != nil {
		t.Fatalf("CreatePayment failed with no fault injected: %v", err)
	}
	another := *reused.Request
	another.Amount.MinorUnits++
	_, err = s.Create(t, &another)
	note("a key that was used", s, err)
	if e.Descriptor.Has(contract.OperationCancelPayment) {
		_, err = s.Cancel(t, "no-such-id")
		note("a cancellation of an unknown payment", s, err)
	}
	if looksUp(e.Descriptor.CreateIdempotency) {
		_, err = s.StatusByKey(t, pastAttempt(e.Key()))
		note("a key that was never used", s, err)
	}
	if e.Descriptor.Has(contract.OperationParseWebhook) && e.HasFeature(gateway.FeatureWebhookBuild) {
		causeWebhookErrors(t, e, s, made, note)
	}
	if !refundsPaid(e) {
		return
	}
	_, err = s.Refund(t, refundRequest(e, made.PaymentID, made.Amount.MinorUnits))
	note("a refund of a pending payment", s, err)
	s.Transition(t, made.PaymentID, gateway.StateSucceeded)
	_, err = s.Refund(t, refundRequest(e, made.PaymentID, made.Amount.MinorUnits+1))
	note("a refund of too much", s, err)
	if e.Descriptor.Has(contract.OperationGetRefund) {
		_, err = s.GetRefund(t, &contract.GetRefundRequest{PaymentID: made.PaymentID, RefundID: "no-such-id"})
		note("an unknown refund", s, err)
	}
}

// causeWebhookErrors causes the errors of webhooks that are not believed, and of genuine
// ones that cannot be read.
func causeWebhookErrors(t *harness.T, e *harness.Env, s *harness.Scenario, made *contract.Payment, note func(string, *harness.Scenario, error)) {
	if !signed(e) { // what is read back has the errors of a read
		return
	}
	hook := built(t, s, about(made))
	hook.ReceivedAt = hook.ReceivedAt.Add(2 * time.Hour)
	_, err := s.Parse(t, hook)
	note(staleWebhook, s, err)
	for _, signing := range []gateway.Signing{gateway.SignNone, gateway.SignWrong} {
		spec := about(made)
		spec.Sign = signing
		_, err = s.Parse(t, built(t, s, spec))
		note("a webhook signed by "+string(signing), s, err)
	}
	for what, value := range inOrder(nonsense()) {
		if request := builtOf(t, s, made, value); request != nil {
			_, err = s.Parse(t, request)
			note("a webhook whose body is "+what, s, err)
		}
	}
}

// causeUnsettled repeats a call whose payment the gateway does not show yet.
func causeUnsettled(t *harness.T, e *harness.Env, note func(string, *harness.Scenario, error)) {
	if !e.Manifest.HasOperation(manifest.OpList) || native(e) {
		return
	}
	list := harness.OptionalField(t, "fields.empty_list", e.Manifest.Fields.EmptyList)
	if list == "" {
		return
	}
	s := e.Scenario(t, nil)
	lost := lose(t, s)
	s.Arm(proxy.Fault{Operation: manifest.OpList, Phase: proxy.AfterCommit, Kind: proxy.FaultStatus, Status: 200, Body: []byte(list), Times: -1, Optional: true})
	if _, err := lost.Send(t); err != nil { // it may remember the payment
		note("a key whose payment cannot be seen yet", s, err)
	}
}

// movesMoney are the methods whose errors carry an outcome.
var movesMoney = []string{"CreatePayment", "CancelPayment", "Refund"}

func carriesDetails(t *harness.T, e *harness.Env, what string, call *harness.Call) {
	s := call.Status
	info := errorInfo(s)
	if info == nil {
		t.Errorf("%s: the error carries no ErrorInfo: %s", what, harness.DescribeStatus(s))
		return
	}
	reason := contract.Reason(info.GetReason())
	harness.Equal(t, what+": domain of the error", "paymentprovider.v1", info.GetDomain())
	if harness.True(t, reason.Known(), "%s: the contract has no reason %q", what, reason) {
		harness.OneOf(t, what+": code of "+string(reason), s.Code(), reasonCodes[reason]...)
	}
	outcomeFits(t, what, call, reason)
	text := s.Message()
	harness.True(t, text != "", "%s: the error has no message", what)
	harness.True(t, len(text) <= contract.MaxMessageLength, "%s: the message is %d bytes long", what, len(text))
	for _, trace := range []string{"goroutine ", ".go:", "\n\tat ", "Traceback", "panic:"} {
		harness.True(t, !strings.Contains(text, trace), "%s: the message holds a stack: %.200q", what, text)
	}
	harness.True(t, e.Canaries.Find(text+fmt.Sprint(info.GetMetadata())) == "", "%s: the error shows a secret", what)
}

func outcomeFits(t *harness.T, what string, call *harness.Call, reason contract.Reason) {
	outcome := operationOutcome(call.Status)
	if !slices.Contains(movesMoney, call.Method) {
		harness.True(t, outcome == nil, "%s: an error of %s carries an outcome, but the call moves no money", what, call.Method)
		return
	}
	if harness.True(t, outcome != nil, "%s: an error of %s carries no outcome", what, call.Method) {
		word := contract.Outcome(strings.TrimPrefix(outcome.GetOutcome().String(), "OUTCOME_"))
		harness.True(t, outcome.GetOutcome() != v1.Outcome_OUTCOME_UNSPECIFIED && reason.Allows(word),
			"%s: the outcome %s does not go with %s", what, word, reason)
	}
}
