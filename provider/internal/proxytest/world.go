package proxytest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// A Subject is a provider whose program is the test binary, with the sandbox of its
// gateway.
type Subject struct {
	// Sandbox returns a sandbox whose API is at base, and its handler.
	Sandbox func(base string) (gateway.Gateway, http.Handler, error)
	// Configuration returns the provider's, for an account of the sandbox.
	Configuration func(to *gateway.Connection) *contract.Configuration
	// Currency is one that the account takes.
	Currency string
	// PayPath is the path of the request that makes a payment.
	PayPath string
}

const (
	// gatewayHost is known to the proxy alone, so that no other way leads there.
	gatewayHost = "api.gateway.test"
	user        = "shop"
	password    = "correct horse, battery/staple"
)

// A certifier is who has certified a proxy.
type certifier string

const (
	nobody  certifier = "nobody" // it is reached over plain HTTP
	trusted certifier = "an authority that the provider trusts"
	other   certifier = "another authority"
)

// A world is a provider that can reach its gateway only through a proxy.
type world struct {
	subject  *Subject
	proxy    *Proxy
	gateway  *front
	impostor *front // with the gateway's name and another authority's certificate
	scope    gateway.Scope
	provider *plugin.Client
	said     spool // what the provider printed and logged, and every answer and error
	calls    int
}

// build starts a world.
func build(t *testing.T, subject *Subject, by certifier) *world {
	t.Helper()
	w := &world{subject: subject}
	known, stranger := NewAuthority(t), NewAuthority(t)
	sandbox, handler, err := subject.Sandbox("https://" + gatewayHost)
	require.NoError(t, err)
	w.gateway = serveTLS(t, known, handler)
	w.scope, err = sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
	w.impostor = serveTLS(t, stranger, handler)
	w.proxy = Start(t, &Options{
		Credentials: user + ":" + password,
		Routes:      map[string]string{gatewayHost + ":443": w.gateway.address},
		Authority:   map[certifier]*Authority{trusted: known, other: stranger}[by],
	})

	binary, err := os.Executable()
	require.NoError(t, err)
	w.provider, err = plugin.Open(t.Context(), binary, &plugin.OpenOptions{
		Env:    []string{plugin.LogLevelKey + "=trace", "SSL_CERT_FILE=" + known.File(t), "HTTPS_PROXY=http://127.0.0.1:1"},
		Logger: slog.New(slog.NewJSONHandler(&w.said, &slog.HandlerOptions{Level: slog.LevelDebug - 8})),
		Stderr: &w.said,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.provider.Close()) })
	return w
}

// configure configures the provider for the account, behind the proxy.
func (w *world) configure(t *testing.T, probe bool, settings ...string) error {
	t.Helper()
	c := w.subject.Configuration(w.scope.Connection())
	c.Probe = probe
	c.Settings["proxy"] = w.proxy.URL
	c.Secrets["proxy_credentials"] = contract.NewSecret(user + ":" + password)
	for i := 0; i+1 < len(settings); i += 2 {
		c.Settings[settings[i]] = settings[i+1]
	}
	account, err := w.provider.Configure(t.Context(), c)
	w.note(account, err)
	return err
}

// pay makes a payment with a key of its own.
func (w *world) pay(ctx context.Context) (*contract.Payment, error) {
	w.calls++
	payment, err := w.provider.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: fmt.Sprintf("key-%d", w.calls)}, Reference: "order", Method: "alipay",
		Amount: contract.Money{Currency: w.subject.Currency, MinorUnits: 100_000}, ReturnURL: "https://shop.example/",
	})
	w.note(payment, err)
	return payment, err
}

func (w *world) note(answer any, err error) {
	written, _ := json.Marshal(answer)
	_, _ = fmt.Fprintf(&w.said, "%s %+v %#v %v %+v\n", written, answer, answer, err, err)
}

// hides fails the test if the password of the proxy is anywhere but at the proxy.
func (w *world) hides(t *testing.T) {
	t.Helper()
	var said strings.Builder
	said.WriteString(w.said.String())
	for _, file := range []string{"cmdline", "environ"} {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", w.provider.Process().PID, file))
		if err != nil {
			t.Log("not looked at:", err) // not every system has /proc
		}
		said.Write(content)
	}
	pair := user + ":" + password
	for name, form := range map[string]string{
		"as it is": password, "in a URL": url.PathEscape(password),
		"in a query": url.QueryEscape(password), "base64": base64.StdEncoding.EncodeToString([]byte(password)),
		"the header": base64.StdEncoding.EncodeToString([]byte(pair)),
	} {
		assert.NotContains(t, said.String(), form, name)
		assert.NotContains(t, w.gateway.journal(), form, "%s, at the gateway", name)
	}
	assert.NotContains(t, w.gateway.journal(), "Proxy-")
}

// sawOnlyTunnels fails the test if the proxy saw more than it needs.
func (w *world) sawOnlyTunnels(t *testing.T) {
	t.Helper()
	journal := w.proxy.Journal(t)
	require.NotEmpty(t, journal)
	for _, seen := range journal {
		assert.Equal(t, http.MethodConnect, seen.Method)
		assert.Equal(t, gatewayHost+":443", seen.Target)
		assert.Len(t, seen.Header, 1, "%v", seen.Header)
		require.NotEmpty(t, seen.Tunnelled)
		for name, credential := range w.scope.Connection().Credentials {
			assert.NotContains(t, string(seen.Tunnelled), credential, name)
		}
		assert.Equal(t, byte(22), seen.Tunnelled[0], "TLS begins with a handshake")
	}
}

// A front is the gateway, over TLS, with a journal.
type front struct {
	address string

	mu      sync.Mutex
	written bytes.Buffer
	count   int
	fault   func(http.ResponseWriter, *http.Request) bool
}

func serveTLS(t *testing.T, authority *Authority, sandbox http.Handler) *front {
	t.Helper()
	f := &front{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		f.mu.Lock()
		f.count++
		_, _ = fmt.Fprintf(&f.written, "%s %s %v %s\n", r.Method, r.URL, r.Header, body)
		fault := f.fault
		f.mu.Unlock()
		if fault == nil || !fault(w, r) {
			sandbox.ServeHTTP(w, r)
		}
	}))
	server.TLS = authority.Config(t, gatewayHost)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	server.StartTLS()
	t.Cleanup(server.Close)
	f.address = server.Listener.Addr().String()
	return f
}

func (f *front) journal() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.written.String()
}

func (f *front) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

func (f *front) set(fault func(http.ResponseWriter, *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// A spool keeps what is written to it.
type spool struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spool) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
