package memory_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// bench is the gateway behind a real listener, and a provider configured for
// one account of it. Calls go through the gates of package plugin, so every
// answer of every test is checked against the contract.
type bench struct {
	*plugin.Client

	t     *testing.T
	scope gateway.Scope // the tester's hand
	front *front
}

func newBench(t *testing.T, settings ...string) *bench {
	t.Helper()
	return newBenchOf(t, memory.New(nil), settings...)
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
	return attach(t, provider, scope, front, settings...)
}

// attach makes a provider work for an account that is there already.
func attach(t *testing.T, provider contract.PaymentProvider, scope gateway.Scope, front *front, settings ...string) *bench {
	t.Helper()
	client, err := plugin.InProcess(t.Context(), provider, &plugin.OpenOptions{
		Configuration: configuration(scope.Connection(), settings...),
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &bench{Client: client, t: t, scope: scope, front: front}
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

func thb(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

// tea is an order for two teas.
func tea(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Amount: thb(2000), Method: "wallet",
		ReturnURL: "https://shop.test/back?o=1", Description: "Two teas 🍵", Metadata: map[string]string{"table": "5"},
	}
}

// repeated says what a host says when it repeats a call of unknown result.
func repeated(attempt contract.Attempt) contract.Attempt {
	now := time.Now().UTC()
	attempt.FirstAt, attempt.LastUnknownAt = now.Add(-time.Minute), now.Add(-time.Second)
	return attempt
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
	b.move(payment.PaymentID, gateway.StateSucceeded)
	return payment
}

func (b *bench) move(paymentID string, to gateway.State) {
	b.t.Helper()
	require.NoError(b.t, b.scope.Transition(b.t.Context(), paymentID, &gateway.Transition{To: to}))
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

// requireError checks reason and outcome; "" for reads.
func requireError(t *testing.T, err error, reason contract.Reason, outcome contract.Outcome) {
	t.Helper()
	_ = errorOf(t, err, reason, outcome)
}

// errorOf is requireError for those who want to know more.
func errorOf(t *testing.T, err error, reason contract.Reason, outcome contract.Outcome) *contract.Error {
	t.Helper()
	var e *contract.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason, "%v", e)
	require.Equal(t, outcome, e.Outcome, "%v", e)
	return e
}

// front stands before the gateway and can make what comes from it worse.
type front struct {
	gateway http.Handler

	mu      sync.Mutex
	fault   fault
	journal []string
}

// fault answers in the gateway's place; next is the gateway.
type fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	fault := f.fault
	f.journal = append(f.journal, r.Method+" "+r.URL.Path)
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

// seen gives the requests since the last time.
func (f *front) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	journal := f.journal
	f.journal = nil
	return journal
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
func executed(faulty fault) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		faulty(w, r, next)
	}
}

// breaks closes the connection; with a reset, or as if all were said.
func breaks(reset bool) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		if tcp, ok := conn.(*net.TCPConn); ok && reset {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
}

// hangs does not answer, and tells that it was asked.
func hangs(asked chan<- struct{}) fault {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body) // until then the server does not notice that the client has gone
		asked <- struct{}{}
		<-r.Context().Done()
	}
}

// edited changes the JSON object that the gateway answers with. A nil value
// takes the field away.
func edited(changes map[string]any) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		recorded := httptest.NewRecorder()
		next.ServeHTTP(recorded, r)
		decoder := json.NewDecoder(bytes.NewReader(recorded.Body.Bytes()))
		decoder.UseNumber()
		var object map[string]any
		if err := decoder.Decode(&object); err != nil {
			panic(err)
		}
		for name, value := range changes {
			object[name] = value
			if value == nil {
				delete(object, name)
			}
		}
		maps.Copy(w.Header(), recorded.Header())
		w.WriteHeader(recorded.Code)
		_ = json.NewEncoder(w).Encode(object)
	}
}
