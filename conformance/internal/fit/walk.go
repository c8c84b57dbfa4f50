package fit

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// walk is the way of one payment.
type walk struct {
	r *Result
	e *harness.Env
	s *harness.Scenario

	request *contract.CreatePaymentRequest
	made    *contract.Payment
	first   *document // the gateway's answer to CreatePayment
	ids     []string  // that paths can have
	unfit   []string  // requests that fit no operation
}

// byKey is the call of GetStatus with a key.
const byKey = "GetStatus by key"

// Walk makes the payment, and one more for every variant, which is not refunded. It
// returns what it saw, also if ctx ends.
func Walk(ctx context.Context, suite *harness.Suite, variants []*harness.Suite) *Result {
	r := &Result{}
	worker := suite.NewWorker()
	defer worker.Close()
	result, _ := worker.Check(ctx, "FIT", 2*suite.Manifest.Timeouts.Check, func(t *harness.T, e *harness.Env) { //nolint:contextcheck // T has the context.
		(&walk{r: r, e: e}).all(t)
	})
	r.broke(&result)
	for _, variant := range variants {
		r.variant(ctx, variant)
	}
	return r
}

// variant makes a payment and a webhook with a variant of the manifest.
func (r *Result) variant(ctx context.Context, suite *harness.Suite) {
	worker := suite.NewWorker()
	defer worker.Close()
	seen := &Result{}
	result, _ := worker.Check(ctx, "FIT", suite.Manifest.Timeouts.Check, func(t *harness.T, e *harness.Env) { //nolint:contextcheck // T has the context.
		w := &walk{r: seen, e: e, s: e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})}
		if w.configure(t) && w.create(t) && w.settle(t) {
			w.webhook(t)
		}
	})
	seen.broke(&result)
	for _, misfit := range seen.Misfits {
		r.missed(misfit.Where, misfit.Remedy, "%s", misfit.What)
	}
}

// all makes one payment, from its beginning to its refund.
func (w *walk) all(t *harness.T) {
	w.s = w.e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	if !w.configure(t) || !w.create(t) || !w.recorded(t) {
		return
	}
	w.read(t)
	if !w.settle(t) {
		return
	}
	w.listed(t)
	w.lookUp(t)
	w.webhook(t)
	w.refund(t)
	w.cancel(t)
}

// step runs a call, and returns its requests.
func (w *walk) step(call, operation string, do func()) *step {
	before := w.s.Requests()
	do()
	return &step{call: call, operation: operation, requests: w.s.Proxy.Journal()[before:]}
}

// body returns the gateway's answer to the operation; one without a root if there is
// none.
func (s *step) body(operation string) *document {
	for _, x := range slices.Backward(s.requests) {
		if x.Operation == operation && x.GatewayStatus/100 == 2 {
			return parse(x.ResponseBody)
		}
	}
	return &document{}
}

func (w *walk) configure(t *harness.T) bool {
	var err error
	made := w.step("Configure", "", func() { w.s.Account, err = w.s.Configure(t, w.s.Configuration) })
	w.requests(made)
	if err != nil {
		w.unconfigured(err)
		return false
	}
	return true
}

func (w *walk) create(t *harness.T) bool {
	if !w.fixtures() {
		return false
	}
	w.request = w.e.CreateRequest()
	var err error
	made := w.step("CreatePayment", manifest.OpCreate, func() { w.made, err = w.s.Create(t, w.request) })
	if err != nil {
		w.notCreated(made, err)
		return false
	}
	if len(made.requests) == 0 {
		w.r.missed("settings", setAPIBase,
			"the provider made a payment without a request to the suite's proxy, so that no fault can be injected")
		return false
	}
	w.ids = []string{w.made.PaymentID}
	w.requests(made)
	if w.first = made.body(manifest.OpCreate); w.first.root != nil {
		const in = "the gateway's answer to CreatePayment"
		w.payment(w.first, in)
		w.open(w.first, in)
	}
	w.r.Done = append(w.r.Done, "created")
	return true
}

// recorded compares the payment with the ledger.
func (w *walk) recorded(t *harness.T) bool {
	if !w.e.HasFeature(gateway.FeatureLedger) {
		w.r.Left = append(w.r.Left, "not looked up in the ledger: the sandbox has none")
		return true
	}
	ledger := w.s.Ledger(t, "")
	at := slices.IndexFunc(ledger, func(p gateway.Payment) bool { return p.ID == w.made.PaymentID })
	switch {
	case at < 0:
		w.r.missed(sandbox, "both must mean the same id, the gateway's", "its ledger has no payment %q, which the provider answered with", w.made.PaymentID)
		return false
	case ledger[at].Key != w.request.Attempt.Key:
		w.r.missed(sandbox, "let the ledger show the key where the provider keeps it",
			"its ledger has the key %q for the payment that was made with %q", ledger[at].Key, w.request.Attempt.Key)
	case ledger[at].Amount != w.request.Amount.MinorUnits || ledger[at].Currency != w.request.Amount.Currency:
		w.r.missed(sandbox, "let the ledger count in the smallest unit, and find out whether the provider does",
			"its ledger has %d %s for a payment of %d %s", ledger[at].Amount, ledger[at].Currency, w.request.Amount.MinorUnits, w.request.Amount.Currency)
	}
	w.r.Done = append(w.r.Done, "found in the ledger")
	return true
}

// status reads the payment, and returns the gateway's answer.
func (w *walk) status(t *harness.T) (*contract.Payment, *document) {
	var payment *contract.Payment
	made := w.step("GetStatus", manifest.OpGet, func() { payment = w.s.MustStatus(t, w.made.PaymentID) })
	w.requests(made)
	return payment, made.body(manifest.OpGet)
}

func (w *walk) read(t *harness.T) {
	if _, body := w.status(t); body.root != nil {
		w.payment(body, "the gateway's answer to GetStatus")
	}
	w.r.Done = append(w.r.Done, "read")
}

func (w *walk) settle(t *harness.T) bool {
	if !w.e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		w.r.Left = append(w.r.Left, "not paid: the sandbox lacks transition.succeeded")
		return false
	}
	w.s.Transition(t, w.made.PaymentID, gateway.StateSucceeded)
	payment, body := w.status(t)
	if payment.Status != contract.PaymentSucceeded {
		w.r.missed(provider, "find out what the gateway says of a paid payment", "it says %s (%q) of a payment that is paid", payment.Status, payment.ProviderStatus)
		return false
	}
	if body.root != nil {
		const in = "the gateway's answer to GetStatus"
		w.payment(body, in)
		w.paid(body, w.first, in)
	}
	w.r.Done = append(w.r.Done, "paid")
	return true
}

func (w *walk) listed(t *harness.T) {
	if !w.e.Descriptor.Has(contract.OperationListPayments) {
		w.r.Left = append(w.r.Left, "not listed: the provider declares no LIST_PAYMENTS")
		return
	}
	var page *contract.PaymentPage
	var err error
	window := &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour)}
	made := w.step("ListPayments", manifest.OpList, func() { page, err = w.s.List(t, window) })
	w.requests(made)
	if err != nil {
		t.Fatalf("ListPayments failed with no fault injected: %v", err)
	}
	if body := made.body(manifest.OpList); body.root != nil {
		w.list(body, "the gateway's answer to ListPayments")
	}
	if !slices.ContainsFunc(page.Payments, func(p contract.Payment) bool { return p.PaymentID == w.made.PaymentID }) {
		w.r.Left = append(w.r.Left, "not listed: the list does not have the payment yet")
		return
	}
	w.r.Done = append(w.r.Done, "listed")
}

// lookUp looks the payment up by its key.
func (w *walk) lookUp(t *harness.T) {
	idempotency := w.e.Descriptor.CreateIdempotency
	if idempotency == nil || !idempotency.LookupByKey {
		return
	}
	attempt := contract.Attempt{Key: w.request.Attempt.Key, FirstAt: time.Now().Add(-time.Minute), LastUnknownAt: time.Now().Add(-time.Minute)}
	var found *contract.Payment
	var err error
	w.requests(w.step(byKey, "", func() { found, err = w.s.StatusByKey(t, attempt) }))
	if err != nil {
		t.Fatalf("GetStatus by the key of a payment that was made failed with no fault injected: %v", err)
	}
	if found.PaymentID != w.made.PaymentID {
		t.Fatalf("GetStatus by the key found the payment %q, and %q was made with it", found.PaymentID, w.made.PaymentID)
	}
	w.r.Done = append(w.r.Done, "found by its key")
}

func (w *walk) refund(t *harness.T) {
	if w.s.RefundTerms() == nil || !w.e.Descriptor.Has(contract.OperationRefund) {
		w.r.Left = append(w.r.Left, "not refunded: the provider declares no refunds of this method")
		return
	}
	request := &contract.RefundRequest{Attempt: contract.Attempt{Key: w.e.Key()}, PaymentID: w.made.PaymentID, Amount: w.request.Amount}
	var refund *contract.Refund
	var err error
	made := w.step("Refund", manifest.OpRefund, func() { refund, err = w.s.Refund(t, request) })
	w.requests(made)
	if err != nil {
		t.Fatalf("Refund of a paid payment failed with no fault injected: %v", err)
	}
	w.ids = append(w.ids, refund.RefundID)
	if body := made.body(manifest.OpRefund); body.root != nil {
		w.refunded(body, "the gateway's answer to Refund", request.Amount.MinorUnits, request.Attempt.Key)
	}
	if w.e.Descriptor.Has(contract.OperationGetRefund) {
		ask := &contract.GetRefundRequest{PaymentID: w.made.PaymentID, RefundID: refund.RefundID}
		w.requests(w.step("GetRefund", manifest.OpRefunds, func() { _, err = w.s.GetRefund(t, ask) }))
		if err != nil {
			t.Fatalf("GetRefund of a refund that was made failed with no fault injected: %v", err)
		}
	}
	w.r.Done = append(w.r.Done, "refunded")
}

// cancel cancels another payment, since the first is paid.
func (w *walk) cancel(t *harness.T) {
	if !w.e.Descriptor.Has(contract.OperationCancelPayment) {
		return
	}
	second := w.s.MustCreate(t, w.e.CreateRequest())
	var err error
	made := w.step("CancelPayment", manifest.OpCancel, func() { _, err = w.s.Cancel(t, second.PaymentID) })
	w.ids = append(w.ids, second.PaymentID)
	w.requests(made)
	if err != nil {
		t.Fatalf("CancelPayment of an unpaid payment failed with no fault injected: %v", err)
	}
	w.r.Done = append(w.r.Done, "another one canceled")
}

// webhook has the sandbox build a webhook about the payment, and the provider read it.
func (w *walk) webhook(t *harness.T) {
	switch {
	case !w.e.Descriptor.Has(contract.OperationParseWebhook):
		w.r.Left = append(w.r.Left, "no webhook read: the provider declares no PARSE_WEBHOOK")
		return
	case !w.e.HasFeature(gateway.FeatureWebhookBuild):
		w.r.Left = append(w.r.Left, "no webhook read: the sandbox lacks webhook.build")
		return
	}
	hook, err := w.s.Scope.BuildWebhook(t.Context(), &gateway.WebhookSpec{Payment: w.made.PaymentID, Event: gateway.EventPaymentUpdated})
	t.SetupFailed("build a webhook at the sandbox", err)
	request := &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/webhooks/conformance", Headers: map[string][]string{}, Body: hook.Body, ReceivedAt: time.Now(),
	}
	for _, header := range hook.Headers {
		name := http.CanonicalHeaderKey(header[0])
		request.Headers[name] = append(request.Headers[name], header[1])
	}
	w.event(parse(hook.Body))
	made := w.step("ParseWebhook", "", func() { _, err = w.s.Parse(t, request) })
	w.requests(made)
	switch contract.ReasonOf(err) { //nolint:exhaustive // The others are not about the manifest.
	case "":
		w.r.Done = append(w.r.Done, "read from a webhook")
	case contract.WebhookSignatureInvalid, contract.WebhookSignatureMissing:
		w.r.missed("secrets", "write the credential of the sandbox that signs webhooks, such as {{ .Credentials.webhook_secret }}",
			"the provider refuses a genuine webhook of the sandbox: %v", err)
	default:
		t.Fatalf("ParseWebhook of a genuine webhook failed: %v", err)
	}
}
