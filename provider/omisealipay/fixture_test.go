package omisealipay_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// The routes of Omise's API, as kittest.On takes them.
const (
	postSource    = "POST /sources"
	postCharge    = "POST /charges"
	getCharge     = "GET /charges/*"
	listCharges   = "GET /charges"
	postExpire    = "POST /charges/*/expire"
	postRefund    = "POST /charges/*/refunds"
	getRefund     = "GET /charges/*/refunds/*"
	listRefunds   = "GET /charges/*/refunds"
	getEvent      = "GET /events/*"
	getAccount    = "GET /account"
	getCapability = "GET /capability"
)

// fixture is Omise's sandbox behind a front, and a provider configured for one
// account of it. Calls go through the gates of package plugin, so every answer of
// every test is checked against the contract; provider is behind them, for tests
// of a caller that leaves. Provider and sandbox share a clock.
type fixture struct {
	*plugin.Client

	provider *omisealipay.Provider

	t       *testing.T
	clock   *kittest.Clock
	front   *kittest.Front
	sandbox *sandbox.Sandbox
	scope   gateway.Scope
	keys    atomic.Int64
}

// setup changes a fixture before it is made.
type setup struct {
	dials    sandbox.Dials
	settings []string // names and values
	logger   *slog.Logger
}

func newFixture(t *testing.T, o *setup) *fixture {
	t.Helper()
	if o == nil {
		o = &setup{}
	}
	f := &fixture{t: t, clock: kittest.NewClock(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)), front: kittest.NewFront(t)}
	var err error
	f.sandbox, err = sandbox.New(&sandbox.Options{ServerOptions: gateway.ServerOptions{BaseURL: f.front.URL(), Now: f.clock.Now}, Dials: o.dials})
	require.NoError(t, err)
	t.Cleanup(f.sandbox.Close)
	f.front.Serve(f.sandbox.Handler())
	f.scope, err = f.sandbox.FindScope("s1")
	require.NoError(t, err)
	f.provider = omisealipay.NewWithoutBackoff(&omisealipay.Options{Now: f.clock.Now, Logger: o.logger})
	f.Client = f.open(f.provider, o.settings...)
	return f
}

// open configures a provider for the account.
func (f *fixture) open(provider contract.PaymentProvider, settings ...string) *plugin.Client {
	f.t.Helper()
	client, err := plugin.InProcess(f.t.Context(), provider, &plugin.OpenOptions{Configuration: f.configuration(settings...)})
	require.NoError(f.t, err)
	f.t.Cleanup(func() { assert.NoError(f.t, client.Close()) })
	return client
}

// restarted returns a provider as after a restart: the same account, and nothing
// remembered.
func (f *fixture) restarted(settings ...string) *plugin.Client {
	f.t.Helper()
	return f.open(omisealipay.NewWithoutBackoff(&omisealipay.Options{Now: f.clock.Now}), settings...)
}

// behindTheGates is restarted without the gates, which cost more than a call, for
// tests that restart a provider hundreds of times.
func (f *fixture) behindTheGates() *omisealipay.Provider {
	f.t.Helper()
	provider := omisealipay.NewWithoutBackoff(&omisealipay.Options{Now: f.clock.Now})
	_, err := provider.Configure(f.t.Context(), f.configuration())
	require.NoError(f.t, err)
	return provider
}

// unconfigured returns a provider that was not configured.
func unconfigured(t *testing.T) *plugin.Client {
	t.Helper()
	client, err := plugin.InProcess(t.Context(), omisealipay.New(nil), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

// configuration returns the configuration for the account; settings are names and
// values.
func (f *fixture) configuration(settings ...string) *contract.Configuration {
	return kittest.Configuration(f.scope.Connection(), map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, settings...)
}

// fail lets the next requests of a route meet a fault.
func (f *fixture) fail(route string, times int, fault kittest.Fault) {
	f.front.Add(kittest.On(route, kittest.Times(times, fault)))
}

// requests returns the requests of a route among those that came since the last
// call of it or of front.Seen.
func (f *fixture) requests(route string) []kittest.Request {
	method, pattern, _ := strings.Cut(route, " ")
	var found []kittest.Request
	for _, r := range f.front.Requests() {
		if matched, _ := path.Match(pattern, r.Path); matched && r.Method == method {
			found = append(found, r)
		}
	}
	return found
}

// userOf returns the key that a request is authorized by.
func userOf(r *kittest.Request) string {
	user, _, _ := (&http.Request{Header: r.Header}).BasicAuth()
	return user
}

// refuses answers with Omise's error object.
func refuses(status int, code, message string) kittest.Fault {
	body, _ := json.Marshal(map[string]string{"object": "error", "location": "https://docs", "code": code, "message": message})
	return kittest.Answer(status, string(body), "X-Request-Id", "req-1")
}

// losesAnswer lets a request be executed and hangs up.
func losesAnswer() kittest.Fault { return kittest.Executed(kittest.HangUp) }

// executes lets a request be executed and answers something else.
func executes(status int, body string) kittest.Fault {
	return kittest.Executed(kittest.Answer(status, body))
}

// newPayment returns a request with a new key.
func (f *fixture) newPayment() *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt:     contract.Attempt{Key: fmt.Sprintf("key-%d", f.keys.Add(1))},
		Reference:   "order 1235813",
		Amount:      contract.Money{Currency: "THB", MinorUnits: 100_000},
		Method:      "alipay",
		ReturnURL:   "https://shop.example/orders/1235813/complete",
		Description: "Charge for order 1235813",
		Metadata:    map[string]string{"cart": "7"},
	}
}

// newRefund returns a request with a new key.
func (f *fixture) newRefund(paymentID string, amount int64) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt:   contract.Attempt{Key: fmt.Sprintf("refund-%d", f.keys.Add(1))},
		PaymentID: paymentID,
		Amount:    contract.Money{Currency: "THB", MinorUnits: amount},
		Reason:    "the tea was cold",
	}
}

// answered returns the attempt of a host that repeats a call which had an answer.
func (f *fixture) answered(a contract.Attempt) contract.Attempt {
	a.FirstAt = f.clock.Now()
	return a
}

// lost returns the attempt of a host that repeats a call of unknown result.
func (f *fixture) lost(a contract.Attempt) contract.Attempt {
	a.FirstAt, a.LastUnknownAt = f.clock.Now(), f.clock.Now()
	return a
}

// repeat returns a request with the attempt that lost or answered makes of its own.
func repeat(r *contract.CreatePaymentRequest, attempt func(contract.Attempt) contract.Attempt) *contract.CreatePaymentRequest {
	repeated := *r
	repeated.Attempt = attempt(r.Attempt)
	return &repeated
}

func (f *fixture) create(r *contract.CreatePaymentRequest) *contract.Payment {
	f.t.Helper()
	payment, err := f.CreatePayment(f.t.Context(), r)
	require.NoError(f.t, err)
	return payment
}

// paid returns a new payment that succeeded.
func (f *fixture) paid() *contract.Payment {
	f.t.Helper()
	payment := f.create(f.newPayment())
	f.move(payment.PaymentID, gateway.StateSucceeded)
	return payment
}

func (f *fixture) move(id string, to gateway.State) {
	f.t.Helper()
	require.NoError(f.t, f.scope.Transition(f.t.Context(), id, &gateway.Transition{To: to}))
}

func (f *fixture) status(id string) *contract.Payment {
	f.t.Helper()
	payment, err := f.GetStatus(f.t.Context(), &contract.GetStatusRequest{PaymentID: id})
	require.NoError(f.t, err)
	return payment
}

func (f *fixture) refund(r *contract.RefundRequest) *contract.Refund {
	f.t.Helper()
	refund, err := f.Refund(f.t.Context(), r)
	require.NoError(f.t, err)
	return refund
}

// ledger returns what the sandbox has with a key, whatever the provider says.
func (f *fixture) ledger(key string) []gateway.Payment {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), &gateway.Query{Key: key})
	require.NoError(f.t, err)
	return payments
}

// refundLedger returns the refunds that the sandbox has of a payment.
func (f *fixture) refundLedger(paymentID string) []gateway.Refund {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	for _, payment := range payments {
		if payment.ID == paymentID {
			return payment.Refunds
		}
	}
	require.Fail(f.t, "no such payment")
	return nil
}
