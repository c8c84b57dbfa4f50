package omisealipay_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// A hand turns the clock that the provider and the gateway share.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) read() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) turn(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(by)
}

// A bench is a provider, configured for an account at a sandbox behind a road
// on which faults can be made.
type bench struct {
	t        *testing.T
	clock    *hand
	road     *road
	api      string
	sandbox  *sandbox.Sandbox
	scope    gateway.Scope
	provider *omisealipay.Provider
	keys     atomic.Int64
}

// A setup changes a bench before it is opened.
type setup struct {
	dials    sandbox.Dials
	settings map[string]string
	logger   *slog.Logger
}

func open(t *testing.T, o *setup) *bench {
	t.Helper()
	if o == nil {
		o = &setup{}
	}
	b := &bench{t: t, clock: &hand{now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}}
	server := httptest.NewUnstartedServer(nil)
	b.api = "http://" + server.Listener.Addr().String()
	var err error
	b.sandbox, err = sandbox.New(&sandbox.Options{ServerOptions: gateway.ServerOptions{BaseURL: b.api, Now: b.clock.read}, Dials: o.dials})
	require.NoError(t, err)
	t.Cleanup(b.sandbox.Close)
	b.road = &road{t: t, next: b.sandbox.Handler()}
	server.Config.Handler = b.road
	server.Start()
	t.Cleanup(server.Close)
	b.scope, err = b.sandbox.FindScope("s1")
	require.NoError(t, err)
	b.provider = omisealipay.New(&omisealipay.Options{Now: b.clock.read, Logger: o.logger})
	_, err = b.provider.Configure(t.Context(), b.configuration(o.settings))
	require.NoError(t, err)
	return b
}

// configuration is a legal one for the bench's account, with some settings
// changed.
func (b *bench) configuration(settings map[string]string) *contract.Configuration {
	b.t.Helper()
	credentials := b.scope.Connection().Credentials
	c := &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": b.api},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(credentials["secret_key"]),
			"webhook_secrets": contract.NewSecret(credentials["webhook_secret"]),
		},
	}
	maps.Copy(c.Settings, settings)
	return c
}

// anew gives a provider as after a restart: same account, no memory.
func (b *bench) anew(settings map[string]string) *omisealipay.Provider {
	b.t.Helper()
	p := omisealipay.New(&omisealipay.Options{Now: b.clock.read})
	_, err := p.Configure(b.t.Context(), b.configuration(settings))
	require.NoError(b.t, err)
	return p
}

// order is a legal request with a key of its own.
func (b *bench) order() *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt:     contract.Attempt{Key: fmt.Sprintf("key-%d", b.keys.Add(1))},
		Reference:   "order 1235813",
		Amount:      contract.Money{Currency: "THB", MinorUnits: 100_000},
		Method:      "alipay",
		ReturnURL:   "https://shop.example/orders/1235813/complete",
		Description: "Charge for order 1235813",
		Metadata:    map[string]string{"cart": "7"},
	}
}

// again is the request of a host that repeats a call. lost says that an
// earlier call's result is not known.
func (b *bench) again(r *contract.CreatePaymentRequest, lost bool) *contract.CreatePaymentRequest {
	repeated := *r
	repeated.Attempt = b.repeated(r.Attempt, lost)
	return &repeated
}

func (b *bench) repeated(a contract.Attempt, lost bool) contract.Attempt {
	a.FirstAt = b.clock.read()
	if lost {
		a.LastUnknownAt = b.clock.read()
	}
	return a
}

func (b *bench) create(r *contract.CreatePaymentRequest) *contract.Payment {
	b.t.Helper()
	payment, err := b.provider.CreatePayment(b.t.Context(), r)
	require.NoError(b.t, err)
	require.NoError(b.t, payment.Validate())
	require.NoError(b.t, r.CheckAnswer(payment))
	return payment
}

// paid is a new payment that the payer has paid.
func (b *bench) paid() *contract.Payment {
	b.t.Helper()
	payment := b.create(b.order())
	b.move(payment.PaymentID, gateway.StateSucceeded)
	return payment
}

func (b *bench) move(id string, to gateway.State) {
	b.t.Helper()
	require.NoError(b.t, b.scope.Transition(b.t.Context(), id, &gateway.Transition{To: to}))
}

func (b *bench) status(id string) *contract.Payment {
	b.t.Helper()
	payment, err := b.provider.GetStatus(b.t.Context(), &contract.GetStatusRequest{PaymentID: id})
	require.NoError(b.t, err)
	require.NoError(b.t, payment.Validate())
	return payment
}

// ledger is what the gateway itself knows of a key.
func (b *bench) ledger(key string) []gateway.Payment {
	b.t.Helper()
	payments, err := b.scope.Payments(b.t.Context(), &gateway.Query{Key: key})
	require.NoError(b.t, err)
	return payments
}

func (b *bench) refundOrder(paymentID string, amount int64) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt:   contract.Attempt{Key: fmt.Sprintf("refund-%d", b.keys.Add(1))},
		PaymentID: paymentID,
		Amount:    contract.Money{Currency: "THB", MinorUnits: amount},
		Reason:    "the tea was cold",
	}
}

// requireError checks reason and outcome.
func requireError(t *testing.T, err error, reason contract.Reason, outcome contract.Outcome) {
	t.Helper()
	_ = errorFor(t, err, reason, outcome)
}

// errorFor checks reason and outcome, and gives the error for more.
func errorFor(t *testing.T, err error, reason contract.Reason, outcome contract.Outcome) *contract.Error {
	t.Helper()
	var e *contract.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason, "%v", e)
	if outcome != "" {
		require.Equal(t, outcome, contract.OutcomeOf(err), "%v", e)
		require.True(t, e.Reason.Allows(e.Outcome), "%v may not be %v", e.Reason, e.Outcome)
	}
	return e
}

func unconfigured() *omisealipay.Provider { return omisealipay.New(nil) }
