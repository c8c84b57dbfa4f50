package checks

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/conformance/manifest"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// errorsTold holds the checks of group ERR.
func errorsTold() map[string]Check {
	return map[string]Check{
		"ERR-001": isUnsureAfterSending,
		"ERR-002": isSureWhenNothingWasSent,
		"ERR-003": tellsRefusalFromFault,
		"ERR-004": passesRateLimitsOn,
		"ERR-005": doesNotRetryRefusedCredentials,
		"ERR-006": inventsNoPayment,
		"ERR-007": repeatsNoMoneyRequest,
		"ERR-008": saysWhatKindOfError,
	}
}

func isUnsureAfterSending(t *harness.T, e *harness.Env) {
	for _, trouble := range afterSending(manifest.OpCreate) {
		s := e.Stage(t, nil)
		s.Arm(trouble.fault)
		payment, err := s.Create(t, e.CreateRequest())
		if payment != nil {
			t.Errorf("create failed after sending (%s), and the provider answers with a payment that is %s", trouble.name, payment.Status)
			continue
		}
		failedWith(t, "create failed after sending ("+trouble.name+")", err, trouble.reason, contract.Indeterminate)
	}
}

func isSureWhenNothingWasSent(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	s.Arm(gateway.Fault{Kind: gateway.FaultRefuse})
	_, err := s.Create(t, e.CreateRequest())
	failedWith(t, "connections are refused", err, contract.ProviderUnreachable, contract.NotAttempted)

	// TLS to a port that does not speak it, at the address of the proxy.
	plain := e.Stage(t, nil)
	configuration := *plain.Configuration
	configuration.Settings = maps.Clone(configuration.Settings)
	replaced := false
	for name, value := range inOrder(configuration.Settings) {
		if rest, ok := strings.CutPrefix(value, plain.Proxy.URL()); ok {
			configuration.Settings[name] = strings.Replace(plain.Proxy.URL(), "http://", "https://", 1) + rest
			replaced = true
		}
	}
	if !replaced {
		return
	}
	if _, err := plain.Configure(t, &configuration); err != nil {
		t.Errorf("an https address was refused: %v", err)
		return
	}
	_, err = plain.Create(t, e.CreateRequest())
	failedWith(t, "TLS fails", err, contract.ProviderUnreachable, contract.NotAttempted)
}

func tellsRefusalFromFault(t *harness.T, e *harness.Env) {
	if refusal := e.Manifest.Errors.Refusal; refusal != nil {
		s := e.Stage(t, nil)
		s.Arm(played(manifest.OpCreate, refusal, 1))
		_, err := s.Create(t, e.CreateRequest())
		if failedWith(t, "a definite refusal", err, "", contract.Rejected) {
			harness.Equal(t, "a definite refusal: "+contract.MetaProviderCode, refusal.ProviderCode, metadata(err)[contract.MetaProviderCode])
			harness.Equal(t, "a definite refusal: time to wait before a repetition", 0, asError(err).RetryAfter)
		}
		harness.Equal(t, "a definite refusal: requests that can move money", 1, s.Writes())
	} else {
		t.Unverified("the manifest does not say errors.refusal")
	}
	for name, c := range inOrder(map[string]struct {
		fault  gateway.Fault
		reason contract.Reason
	}{
		"408": {statusFault(manifest.OpCreate, http.StatusRequestTimeout, gateway.AfterCommit), contract.ProviderTimeout},
		"409": {statusFault(manifest.OpCreate, http.StatusConflict, gateway.AfterCommit), contract.AttemptUnsettled},
		"425": {statusFault(manifest.OpCreate, http.StatusTooEarly, gateway.AfterCommit), contract.AttemptUnsettled},
	}) {
		s := e.Stage(t, nil)
		s.Arm(c.fault)
		_, err := s.Create(t, e.CreateRequest())
		failedWith(t, name, err, c.reason, contract.Indeterminate)
	}
	if backend := e.Manifest.Errors.Backend; backend != nil {
		s := e.Stage(t, nil)
		s.Arm(played(manifest.OpCreate, backend, 1))
		_, err := s.Create(t, e.CreateRequest())
		failedWith(t, "an error that blames the gateway's back end", err, contract.ProviderFault, contract.Indeterminate)
	}
}

func passesRateLimitsOn(t *harness.T, e *harness.Env) {
	limited := func(operation, after string) gateway.Fault {
		fault := statusFault(operation, http.StatusTooManyRequests, gateway.BeforeCommit)
		fault.Header = http.Header{"Retry-After": {after}}
		return fault
	}
	date := time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)
	for after, bounds := range inOrder(map[string][2]time.Duration{
		"7":  {7 * time.Second, 7 * time.Second},
		date: {20 * time.Second, 31 * time.Second},
	}) {
		waits := func(what string, err error) {
			if e := asError(err); e != nil {
				harness.True(t, e.RetryAfter >= bounds[0] && e.RetryAfter <= bounds[1],
					"%s with Retry-After: %s: the error says to wait for %s", what, after, e.RetryAfter)
			}
		}
		s := e.Stage(t, nil)
		s.Arm(limited(manifest.OpCreate, after))
		_, err := s.Create(t, e.CreateRequest())
		failedWith(t, "create is limited", err, contract.ProviderRateLimited, contract.NotAttempted)
		waits("create", err)
		harness.Equal(t, "create is limited: requests that can move money", 1, s.Writes())

		read := e.Stage(t, nil)
		made := read.MustCreate(t, e.CreateRequest())
		read.Arm(limited(manifest.OpGet, after))
		before := read.Requests(manifest.OpGet)
		_, err = read.Status(t, made.PaymentID)
		failedWith(t, "get is limited", err, contract.ProviderRateLimited, "")
		waits("get", err)
		harness.True(t, read.Requests(manifest.OpGet)-before <= 3, "get is limited: %d requests", read.Requests(manifest.OpGet)-before)
	}
}

func doesNotRetryRefusedCredentials(t *harness.T, e *harness.Env) {
	for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		refused := func(operation string) gateway.Fault {
			return gateway.Fault{Operation: operation, Kind: gateway.FaultStatus, Status: code, Times: -1, Body: []byte(e.Manifest.Errors.Object)}
		}
		s := e.Stage(t, nil)
		made := s.MustCreate(t, e.CreateRequest())
		s.Arm(refused(manifest.OpCreate))
		s.Arm(refused(manifest.OpGet))
		before := s.Writes()
		_, err := s.Create(t, e.CreateRequest())
		failedWith(t, fmt.Sprintf("create answered %d", code), err, contract.ProviderAuthFailed, contract.Rejected)
		harness.Equal(t, fmt.Sprintf("create answered %d: requests", code), 1, s.Writes()-before)
		before = s.Requests(manifest.OpGet)
		_, err = s.Status(t, made.PaymentID)
		failedWith(t, fmt.Sprintf("get answered %d", code), err, contract.ProviderAuthFailed, "")
		harness.Equal(t, fmt.Sprintf("get answered %d: requests", code), 1, s.Requests(manifest.OpGet)-before)
	}
}

// notAPayment are answers with a status of 200 that are no payment.
func notAPayment(e *harness.Env, operation string) []trouble {
	body := func(name, text string) trouble {
		return trouble{name: name, fault: gateway.Fault{
			Operation: operation, Phase: gateway.AfterCommit, Kind: gateway.FaultStatus, Status: 200, Body: []byte(text), Times: -1,
		}}
	}
	kind := func(name string, kind gateway.Kind) trouble {
		return trouble{name: name, fault: gateway.Fault{Operation: operation, Phase: gateway.AfterCommit, Kind: kind, Bytes: 15, Times: -1}}
	}
	all := []trouble{
		kind("a web page", gateway.FaultHTML), kind("an empty body", gateway.FaultEmptyBody),
		kind("no JSON", gateway.FaultNotJSON), kind("a cut body", gateway.FaultTruncate),
		body("an empty object", `{}`), body("null", `null`), body("a list", `[]`), body("a word", `"ok"`), body("a number", `0`),
		body("an object of another type", `{"object":"customer","id":"cust_test_1","email":"a@shop.example"}`),
	}
	if e.Manifest.Errors.Object != "" {
		all = append(all, body("an error object", e.Manifest.Errors.Object))
	}
	return all
}

func inventsNoPayment(t *harness.T, e *harness.Env) {
	for _, answer := range notAPayment(e, manifest.OpCreate) {
		s := e.Stage(t, nil)
		s.Arm(answer.fault)
		payment, err := s.Create(t, e.CreateRequest())
		if harness.True(t, payment == nil, "create was answered with %s, and the provider makes a payment of it: %v", answer.name, payment) {
			failedWith(t, "create was answered with "+answer.name, err, "", contract.Indeterminate)
		}
	}
	for _, answer := range notAPayment(e, manifest.OpGet) {
		s := e.Stage(t, nil)
		made := s.MustCreate(t, e.CreateRequest())
		s.Arm(answer.fault)
		payment, err := s.Status(t, made.PaymentID)
		harness.True(t, payment == nil && err != nil, "get was answered with %s, and the provider makes a payment of it: %v", answer.name, payment)
	}
}

func repeatsNoMoneyRequest(t *harness.T, e *harness.Env) {
	troubles := append(afterSending(manifest.OpCreate), notAPayment(e, manifest.OpCreate)...)
	troubles = append(troubles, trouble{name: "429", fault: statusFault(manifest.OpCreate, 429, gateway.BeforeCommit)})
	for _, trouble := range troubles {
		s := e.Stage(t, nil)
		s.MustCreate(t, e.CreateRequest()) // so that a connection is kept open
		before := s.Writes()
		s.Arm(trouble.fault)
		_, _ = s.Create(t, e.CreateRequest())
		sent := s.Writes() - before
		if sent <= 1 || native(e) && sameNativeKey(s, before) {
			continue
		}
		t.Errorf("one call made %d requests that can move money, when create failed (%s)", sent, trouble.name)
	}
}

// sameNativeKey reports whether all requests that can move money, from one on,
// carry the same idempotency key and the same body.
func sameNativeKey(s *harness.Stage, from int) bool {
	var commits []gateway.Exchange
	for _, exchange := range s.Proxy.Journal() {
		if exchange.Commit {
			commits = append(commits, exchange)
		}
	}
	first := &commits[from]
	key := first.RequestHeader.Get("Idempotency-Key")
	return key != "" && !slices.ContainsFunc(commits[from:], func(x gateway.Exchange) bool {
		return x.RequestHeader.Get("Idempotency-Key") != key || string(x.RequestBody) != string(first.RequestBody)
	})
}

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

func saysWhatKindOfError(t *harness.T, e *harness.Env) {
	first, second := causeErrors(t, e), causeErrors(t, e)
	for what, said := range inOrder(first) {
		carriesDetails(t, e, what, &said.call)
		harness.Equal(t, "message of "+what+", caused a second time", said.message, second[what].message)
	}
}

// told is an error that was caused.
type told struct {
	call    harness.Call
	message string // without the address of the proxy, which is another every time
}

// causeErrors makes an error of every kind that can be had.
func causeErrors(t *harness.T, e *harness.Env) map[string]told {
	caused := make(map[string]told)
	note := func(what string, s *harness.Stage, err error) {
		if calls := s.Calls(); harness.True(t, err != nil && len(calls) > 0, "%s: the call succeeded, and an error was due", what) {
			last := calls[len(calls)-1]
			address := strings.TrimPrefix(s.Proxy.URL(), "http://")
			caused[what] = told{call: last, message: strings.ReplaceAll(last.Status.Message(), address, "ADDRESS")}
		}
	}
	s := e.Stage(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	senseless := e.CreateRequest()
	senseless.Amount.MinorUnits = -1
	_, err := s.Create(t, senseless)
	note("a senseless request", s, err)
	_, err = s.Status(t, "no-such-id")
	note("an unknown payment", s, err)
	if e.Descriptor.Has(contract.OperationParseWebhook) {
		_, err = s.Parse(t, &contract.WebhookRequest{Method: "POST", Path: "/", Body: []byte("{"), ReceivedAt: time.Now()})
		note("a forged webhook", s, err)
	}
	unknown, value := contract.ConfigField{Name: "no_such_key"}, "x"
	_, err = s.Configure(t, changed(s, &unknown, &value))
	note("an unknown key", s, err)

	for _, trouble := range []trouble{
		{name: "a 401", fault: gateway.Fault{Kind: gateway.FaultStatus, Status: 401, Times: -1}},
		{name: "a 429", fault: gateway.Fault{Kind: gateway.FaultStatus, Status: 429, Times: -1}},
		{name: "a 500", fault: gateway.Fault{Kind: gateway.FaultStatus, Status: 500, Times: -1}},
		{name: "a web page", fault: gateway.Fault{Kind: gateway.FaultHTML, Times: -1}},
		{name: "a closed connection", fault: gateway.Fault{Kind: gateway.FaultCloseNoResponse, Times: -1}},
		{name: "a refused connection", fault: gateway.Fault{Kind: gateway.FaultRefuse}},
	} {
		s := e.Stage(t, nil) // without a connection yet that a refusal would break
		armed := s.Arm(trouble.fault)
		_, err := s.Create(t, e.CreateRequest())
		note("CreatePayment met "+trouble.name, s, err)
		_, err = s.Status(t, made.PaymentID)
		armed.Disarm()
		note("GetStatus met "+trouble.name, s, err)
	}
	return caused
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
		harness.True(t, outcome == nil, "%s: an error of %s carries an outcome, and it moves no money", what, call.Method)
		return
	}
	if harness.True(t, outcome != nil, "%s: an error of %s carries no outcome", what, call.Method) {
		word := contract.Outcome(strings.TrimPrefix(outcome.GetOutcome().String(), "OUTCOME_"))
		harness.True(t, outcome.GetOutcome() != v1.Outcome_OUTCOME_UNSPECIFIED && reason.Allows(word),
			"%s: the outcome %s does not go with %s", what, word, reason)
	}
}
