package stripealipay_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/stripealipay"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

// bench is Stripe's stand-in behind a real listener, and a provider configured
// for one account of it. Calls go through the gates of package plugin, so every
// answer of every test is checked against the contract.
type bench struct {
	*plugin.Client

	t       *testing.T
	sandbox *sandbox.Sandbox
	scope   gateway.Scope // the tester's hand
	front   *front
}

func newBench(t *testing.T, settings ...string) *bench {
	t.Helper()
	return newBenchOf(t, stripealipay.New(nil), settings...)
}

// newBenchOf configures the given provider; settings are names and values.
func newBenchOf(t *testing.T, provider contract.PaymentProvider, settings ...string) *bench {
	t.Helper()
	front := &front{}
	server := httptest.NewUnstartedServer(front)
	gate, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	front.gateway = gate.Handler()
	server.Start()
	t.Cleanup(server.Close)
	scope, err := gate.NewScope(t.Context(), nil)
	require.NoError(t, err)
	client, err := plugin.InProcess(t.Context(), provider, &plugin.OpenOptions{
		Configuration: configuration(scope.Connection(), settings...),
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &bench{Client: client, t: t, sandbox: gate, scope: scope, front: front}
}

func configuration(to *gateway.Connection, settings ...string) *contract.Configuration {
	c := &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": to.APIBase},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(to.Credentials["secret_key"]),
			"webhook_secrets": contract.NewSecret(to.Credentials["webhook_secret"]),
		},
	}
	for i := 0; i < len(settings); i += 2 {
		c.Settings[settings[i]] = settings[i+1]
	}
	return c
}

func cny(fen int64) contract.Money { return contract.Money{Currency: "CNY", MinorUnits: fen} }

// tea is an order for two teas.
func tea(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Amount: cny(2000), Method: "alipay",
		ReturnURL: "https://shop.test/back?o=1", Description: "Two teas 🍵", Metadata: map[string]string{"table": "5"},
	}
}

// since says what a host says when it repeats a call of unknown result, which
// it first made so long ago.
func since(key string, ago time.Duration) contract.Attempt {
	now := time.Now().UTC()
	return contract.Attempt{Key: key, FirstAt: now.Add(-ago), LastUnknownAt: now.Add(-ago + time.Second)}
}

func (b *bench) pay(key string) *contract.Payment {
	b.t.Helper()
	payment, err := b.CreatePayment(b.t.Context(), tea(key))
	require.NoError(b.t, err)
	return payment
}

func (b *bench) paid(key string) *contract.Payment {
	b.t.Helper()
	payment := b.pay(key)
	b.move(payment.PaymentID, gateway.StateSucceeded, "")
	return payment
}

func (b *bench) move(paymentID string, to gateway.State, code string) {
	b.t.Helper()
	require.NoError(b.t, b.scope.Transition(b.t.Context(), paymentID, &gateway.Transition{To: to, FailureCode: code}))
}

func (b *bench) status(paymentID string) *contract.Payment {
	b.t.Helper()
	payment, err := b.GetStatus(b.t.Context(), &contract.GetStatusRequest{PaymentID: paymentID})
	require.NoError(b.t, err)
	return payment
}

// ledger is what the gateway has, whatever the provider says.
func (b *bench) ledger() []gateway.Payment {
	b.t.Helper()
	payments, err := b.scope.Payments(b.t.Context(), nil)
	require.NoError(b.t, err)
	return payments
}

func (b *bench) meets(trouble sandbox.Trouble) {
	b.t.Helper()
	require.NoError(b.t, b.sandbox.Meet(b.scope.Connection().Credentials["secret_key"], trouble))
}

// errorOf checks reason and outcome; "" for reads.
func errorOf(t *testing.T, err error, reason contract.Reason, outcome contract.Outcome) *contract.Error {
	t.Helper()
	var e *contract.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason, "%v", e)
	require.Equal(t, outcome, e.Outcome, "%v", e)
	return e
}

// front stands before the gateway, writes down what comes, and can make what
// goes back worse.
type front struct {
	gateway http.Handler

	mu      sync.Mutex
	fault   fault
	journal []seen
}

// seen is a request as it came.
type seen struct {
	what   string // method and path
	query  url.Values
	header http.Header
	form   url.Values
}

// fault answers in the gateway's place; next is the gateway.
type fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	f.mu.Lock()
	fault := f.fault
	f.journal = append(f.journal, seen{r.Method + " " + r.URL.Path, r.URL.Query(), r.Header.Clone(), form})
	f.mu.Unlock()
	if fault == nil {
		f.gateway.ServeHTTP(w, r)
		return
	}
	fault(w, r, f.gateway)
}

func (f *front) set(fault fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// since gives the requests since the last time.
func (f *front) since() []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	journal := f.journal
	f.journal = nil
	return journal
}

// asked is what since gives, methods and paths alone.
func (f *front) asked() []string {
	var what []string
	for _, request := range f.since() {
		what = append(what, request.what)
	}
	return what
}

// on limits a fault to requests of one method.
func on(method string, faulty fault) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method != method {
			next.ServeHTTP(w, r)
			return
		}
		faulty(w, r, next)
	}
}

// says answers with a status, a body, and headers as names and values.
func says(status int, body string, headers ...string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// executed lets the gateway do what it is asked, and then loses the answer.
func executed(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}
