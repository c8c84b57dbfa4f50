package shop_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

const providerName = "wallet-shop"

func baht(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

func order() *shop.Order {
	return &shop.Order{Reference: "order-1", Description: "Two tickets", Amount: baht(100_000), Provider: providerName}
}

// fixture is a shop with a public URL, and a provider whose gateway, a sandbox, sends
// its webhooks there. The provider has both gates of the contract around it.
type fixture struct {
	t            *testing.T
	shop         *shop.Shop
	address      string
	provider     *faultyProvider
	scope        gateway.Scope
	observations chan shop.Observation
}

// newFixture opens it all. With nil options calls are repeated twice, without a
// delay.
func newFixture(t *testing.T, options *shop.Options) *fixture {
	t.Helper()
	if options == nil {
		options = &shop.Options{RetryDelays: []time.Duration{0, 0}}
	}
	f := &fixture{t: t, observations: make(chan shop.Observation, 100)}
	options.Observe = func(o shop.Observation) { f.observations <- o }
	server := httptest.NewUnstartedServer(nil)
	f.address = "http://" + server.Listener.Addr().String()
	var err error
	f.shop, err = shop.New(f.address, false, options)
	require.NoError(t, err)
	server.Config = shop.NewServer(f.shop.Handler(), nil)
	server.Start()
	t.Cleanup(server.Close)
	f.openProvider()

	var working sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	working.Go(func() { f.shop.Run(ctx) })
	t.Cleanup(func() { stop(); working.Wait() })
	return f
}

func (f *fixture) openProvider() {
	f.t.Helper()
	api := httptest.NewUnstartedServer(nil)
	gatewaySandbox, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + api.Listener.Addr().String()})
	require.NoError(f.t, err)
	f.t.Cleanup(gatewaySandbox.Close)
	api.Config.Handler = gatewaySandbox.Handler()
	api.Start()
	f.t.Cleanup(api.Close)
	f.scope, err = gatewaySandbox.NewScope(f.t.Context(), &gateway.ScopeSpec{WebhookURL: f.shop.WebhookURL(providerName)})
	require.NoError(f.t, err)

	connection := f.scope.Connection()
	client, err := plugin.InProcess(f.t.Context(), memory.New(nil), &plugin.OpenOptions{Configuration: &contract.Configuration{
		Mode: contract.ModeTest, Probe: true,
		Settings: map[string]string{"api_base": connection.APIBase},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(connection.Credentials["secret_key"]),
			"webhook_secrets": contract.NewSecret(connection.Credentials["webhook_secret"]),
		},
	}})
	require.NoError(f.t, err)
	f.t.Cleanup(func() { assert.NoError(f.t, client.Close()) })
	f.provider = &faultyProvider{Provider: client}
	require.NoError(f.t, f.shop.Add(providerName, f.provider))
}

// payments returns the payments in the gateway's own ledger.
func (f *fixture) payments() []gateway.Payment {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	return payments
}

// checkout returns a sale that is PENDING.
func (f *fixture) checkout() shop.Sale {
	f.t.Helper()
	sale, err := f.shop.Checkout(f.t.Context(), order())
	require.NoError(f.t, err)
	require.Equal(f.t, shop.Pending, sale.State)
	return sale
}

// paidSale returns a sale that is SUCCEEDED.
func (f *fixture) paidSale() shop.Sale {
	f.t.Helper()
	sale := f.checkout()
	f.transition(sale.PaymentID, gateway.StateSucceeded)
	return f.awaitState(sale.ID, shop.Succeeded)
}

func (f *fixture) transition(paymentID string, to gateway.State) {
	f.t.Helper()
	require.NoError(f.t, f.scope.Transition(f.t.Context(), paymentID, &gateway.Transition{To: to}))
}

func (f *fixture) await(what string, wanted func(*shop.Observation) bool) shop.Observation {
	f.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case observation := <-f.observations:
			if wanted(&observation) {
				return observation
			}
		case <-deadline:
			require.FailNow(f.t, "nothing was observed", what)
		}
	}
}

func (f *fixture) awaitState(saleID string, state shop.State) shop.Sale {
	f.t.Helper()
	observation := f.await("look-up that finds "+string(state), func(o *shop.Observation) bool {
		return o.LookUp != nil && o.Sale.ID == saleID && o.Sale.State == state
	})
	require.NoError(f.t, observation.LookUp.Err)
	return *observation.Sale
}

type response struct {
	status int
	header http.Header
	body   string
}

func (f *fixture) send(method, address string, header http.Header, body string) response {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), method, address, strings.NewReader(body))
	require.NoError(f.t, err)
	request.Header = header
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	require.NoError(f.t, err)
	defer func() { assert.NoError(f.t, answer.Body.Close()) }()
	content, err := io.ReadAll(answer.Body)
	require.NoError(f.t, err)
	return response{answer.StatusCode, answer.Header, string(content)}
}

// faultyProvider is a provider whose calls fail as they do on a network. Without
// faults it calls the provider in it.
type faultyProvider struct {
	shop.Provider

	mu                     sync.Mutex
	createErrs, refundErrs []error // one for each of the next calls
	attempts               []contract.Attempt
	onCreate               func(context.Context)
	onStatus               func(*contract.Payment)
	webhookErr, statusErr  error
	descriptor             *contract.Descriptor // instead of the provider's own
}

// Descriptor implements shop.Provider.
func (f *faultyProvider) Descriptor() *contract.Descriptor {
	if f.descriptor != nil {
		return f.descriptor
	}
	return f.Provider.Descriptor()
}

// takeErr records a call and returns the error it must fail with, if any. A call
// that fails with an indeterminate error is executed, and its answer is lost.
func (f *faultyProvider) takeErr(errs *[]error, attempt contract.Attempt) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts = append(f.attempts, attempt)
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}

// CreatePayment implements contract.PaymentProvider.
func (f *faultyProvider) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	err := f.takeErr(&f.createErrs, r.Attempt)
	if f.onCreate != nil {
		f.onCreate(ctx)
	}
	if err != nil && contract.OutcomeOf(err) != contract.Indeterminate {
		return nil, err
	}
	payment, callErr := f.Provider.CreatePayment(ctx, r)
	if err != nil {
		return nil, err
	}
	return payment, callErr
}

// Refund implements contract.PaymentProvider.
func (f *faultyProvider) Refund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, error) {
	err := f.takeErr(&f.refundErrs, r.Attempt)
	if err != nil && contract.OutcomeOf(err) != contract.Indeterminate {
		return nil, err
	}
	refund, callErr := f.Provider.Refund(ctx, r)
	if err != nil {
		return nil, err
	}
	return refund, callErr
}

// GetStatus implements contract.PaymentProvider.
func (f *faultyProvider) GetStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, error) {
	if f.statusErr != nil {
		return nil, f.statusErr
	}
	payment, err := f.Provider.GetStatus(ctx, r)
	if err == nil && f.onStatus != nil {
		f.onStatus(payment)
	}
	return payment, err
}

// ParseWebhook implements contract.PaymentProvider.
func (f *faultyProvider) ParseWebhook(ctx context.Context, r *contract.WebhookRequest) (*contract.WebhookResult, error) {
	if f.webhookErr != nil {
		return nil, f.webhookErr
	}
	return f.Provider.ParseWebhook(ctx, r)
}
