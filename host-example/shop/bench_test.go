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

// bench is a shop that listens, a real provider behind both gates, and the
// provider's gateway, which sends webhooks to the shop.
type bench struct {
	t       *testing.T
	shop    *shop.Shop
	address string
	trouble *trouble
	scope   gateway.Scope
	notices chan shop.Notice
}

// newBench opens it all; a nil options repeats calls at once, twice.
func newBench(t *testing.T, options *shop.Options) *bench {
	t.Helper()
	if options == nil {
		options = &shop.Options{Pauses: []time.Duration{0, 0}}
	}
	b := &bench{t: t, notices: make(chan shop.Notice, 100)}
	options.Observe = func(n shop.Notice) { b.notices <- n }
	server := httptest.NewUnstartedServer(nil)
	b.address = "http://" + server.Listener.Addr().String()
	var err error
	b.shop, err = shop.New(b.address, false, options)
	require.NoError(t, err)
	server.Config = shop.NewServer(b.shop.Handler(), nil)
	server.Start()
	t.Cleanup(server.Close)
	b.openGateway()

	var working sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	working.Go(func() { b.shop.Run(ctx) })
	t.Cleanup(func() { stop(); working.Wait() })
	return b
}

func (b *bench) openGateway() {
	b.t.Helper()
	api := httptest.NewUnstartedServer(nil)
	imitation, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + api.Listener.Addr().String()})
	require.NoError(b.t, err)
	b.t.Cleanup(imitation.Close)
	api.Config.Handler = imitation.Handler()
	api.Start()
	b.t.Cleanup(api.Close)
	b.scope, err = imitation.NewScope(b.t.Context(), &gateway.ScopeSpec{WebhookURL: b.shop.WebhookURL(providerName)})
	require.NoError(b.t, err)

	connection := b.scope.Connection()
	client, err := plugin.InProcess(b.t.Context(), memory.New(nil), &plugin.OpenOptions{Configuration: &contract.Configuration{
		Mode: contract.ModeTest, Probe: true,
		Settings: map[string]string{"api_base": connection.APIBase},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(connection.Credentials["secret_key"]),
			"webhook_secrets": contract.NewSecret(connection.Credentials["webhook_secret"]),
		},
	}})
	require.NoError(b.t, err)
	b.t.Cleanup(func() { assert.NoError(b.t, client.Close()) })
	b.trouble = &trouble{Provider: client}
	require.NoError(b.t, b.shop.Add(providerName, b.trouble))
}

// payments is the gateway's own ledger.
func (b *bench) payments() []gateway.Payment {
	b.t.Helper()
	payments, err := b.scope.Payments(b.t.Context(), nil)
	require.NoError(b.t, err)
	return payments
}

// checkout opens a sale that must be PENDING.
func (b *bench) checkout() shop.Sale {
	b.t.Helper()
	sale, err := b.shop.Checkout(b.t.Context(), order())
	require.NoError(b.t, err)
	require.Equal(b.t, shop.Pending, sale.State)
	return sale
}

// paid opens a sale and has it paid.
func (b *bench) paid() shop.Sale {
	b.t.Helper()
	sale := b.checkout()
	b.move(sale.PaymentID, gateway.StateSucceeded)
	return b.awaitState(sale.ID, shop.Succeeded)
}

func (b *bench) move(paymentID string, to gateway.State) {
	b.t.Helper()
	require.NoError(b.t, b.scope.Transition(b.t.Context(), paymentID, &gateway.Transition{To: to}))
}

func (b *bench) await(what string, wanted func(*shop.Notice) bool) shop.Notice {
	b.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case notice := <-b.notices:
			if wanted(&notice) {
				return notice
			}
		case <-deadline:
			require.FailNow(b.t, "nothing came", what)
		}
	}
}

func (b *bench) awaitState(saleID string, state shop.State) shop.Sale {
	b.t.Helper()
	notice := b.await("look-up that finds "+string(state), func(n *shop.Notice) bool {
		return n.Looked != nil && n.Sale.ID == saleID && n.Sale.State == state
	})
	require.NoError(b.t, notice.Looked.Err)
	return *notice.Sale
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (b *bench) send(method, address string, header http.Header, body string) reply {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	require.NoError(b.t, err)
	request.Header = header
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	require.NoError(b.t, err)
	defer func() { assert.NoError(b.t, answer.Body.Close()) }()
	content, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	return reply{answer.StatusCode, answer.Header, string(content)}
}

// trouble is the provider with the accidents that a wire has. Without any it
// passes everything on.
type trouble struct {
	shop.Provider

	mu              sync.Mutex
	creates, gives  []error // for the next calls, one each
	attempts        []contract.Attempt
	onCreate        func(context.Context)
	onStatus        func(*contract.Payment)
	parse, statuses error
	descriptor      *contract.Descriptor // in place of the provider's own
}

// Descriptor implements shop.Provider.
func (tr *trouble) Descriptor() *contract.Descriptor {
	if tr.descriptor != nil {
		return tr.descriptor
	}
	return tr.Provider.Descriptor()
}

// next notes a call. With an error that says that it may have happened, it
// happens, and the answer is lost.
func (tr *trouble) next(errs *[]error, attempt contract.Attempt) error {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.attempts = append(tr.attempts, attempt)
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}

// CreatePayment implements contract.PaymentProvider.
func (tr *trouble) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	err := tr.next(&tr.creates, r.Attempt)
	if tr.onCreate != nil {
		tr.onCreate(ctx)
	}
	if err != nil && contract.OutcomeOf(err) != contract.Indeterminate {
		return nil, err
	}
	payment, callErr := tr.Provider.CreatePayment(ctx, r)
	if err != nil {
		return nil, err
	}
	return payment, callErr
}

// Refund implements contract.PaymentProvider.
func (tr *trouble) Refund(ctx context.Context, r *contract.RefundRequest) (*contract.Refund, error) {
	err := tr.next(&tr.gives, r.Attempt)
	if err != nil && contract.OutcomeOf(err) != contract.Indeterminate {
		return nil, err
	}
	refund, callErr := tr.Provider.Refund(ctx, r)
	if err != nil {
		return nil, err
	}
	return refund, callErr
}

// GetStatus implements contract.PaymentProvider.
func (tr *trouble) GetStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, error) {
	if tr.statuses != nil {
		return nil, tr.statuses
	}
	payment, err := tr.Provider.GetStatus(ctx, r)
	if err == nil && tr.onStatus != nil {
		tr.onStatus(payment)
	}
	return payment, err
}

// ParseWebhook implements contract.PaymentProvider.
func (tr *trouble) ParseWebhook(ctx context.Context, r *contract.WebhookRequest) (*contract.WebhookResult, error) {
	if tr.parse != nil {
		return nil, tr.parse
	}
	return tr.Provider.ParseWebhook(ctx, r)
}
