package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/internal/proxytest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// byHand is set where a test runs this binary as a person runs the program.
const byHand = "PAYSOCKET_TEST_BY_HAND"

// TestMain makes the test binary the program, when a host or a person has started it, or a proxy.
func TestMain(m *testing.M) {
	if proxytest.Main() {
		return
	}
	if os.Getenv(plugin.MagicCookieKey) == plugin.MagicCookieValue || os.Getenv(byHand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A shop is a host that has opened the plugin for an account at a sandbox.
type shop struct {
	provider *plugin.Client
	scope    gateway.Scope
	// said is what the plugin printed and logged, at every level.
	said *spool
	// asked are the requests that came to the gateway.
	mu    sync.Mutex
	asked []string
	// spoil, if set, answers a request in the gateway's place.
	spoil func(http.ResponseWriter, *http.Request) bool
}

// A spool keeps what is written to it.
type spool struct {
	mu   sync.Mutex
	text bytes.Buffer
}

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

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request, next http.Handler) {
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.String())
	spoil := s.spoil
	s.mu.Unlock()
	if spoil != nil && spoil(w, r) {
		return
	}
	next.ServeHTTP(w, r)
}

func (s *shop) spoilWith(spoil func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoil = spoil
}

func open(t *testing.T) *shop {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	gate, err := sandbox.New(&sandbox.Options{ServerOptions: gateway.ServerOptions{BaseURL: "http://" + server.Listener.Addr().String()}})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	s := &shop{said: &spool{}}
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r, gate.Handler()) })
	server.Start()
	t.Cleanup(server.Close)
	s.scope, err = gate.NewScope(t.Context(), nil)
	require.NoError(t, err)

	binary, err := os.Executable()
	require.NoError(t, err)
	s.provider, err = plugin.Open(t.Context(), binary, &plugin.OpenOptions{
		Configuration: s.configuration(),
		Env:           []string{plugin.LogLevelKey + "=trace"},
		Logger:        slog.New(slog.NewJSONHandler(s.said, &slog.HandlerOptions{Level: slog.LevelDebug - 8})),
		Stderr:        s.said,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.provider.Close()) })
	return s
}

func (s *shop) configuration() *contract.Configuration {
	connection := s.scope.Connection()
	return &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": connection.APIBase},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(connection.Credentials["secret_key"]),
			"public_key":      contract.NewSecret(connection.Credentials["public_key"]),
			"webhook_secrets": contract.NewSecret(connection.Credentials["webhook_secret"]),
		},
		Probe: true,
	}
}

func order(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt:   contract.Attempt{Key: key},
		Reference: "order 7",
		Amount:    contract.Money{Currency: "THB", MinorUnits: 100_000},
		Method:    "alipay",
		ReturnURL: "https://shop.example/orders/7",
	}
}

func TestASaleThroughTheProcess(t *testing.T) {
	t.Parallel()
	s := open(t)
	assert.NotEmpty(t, s.provider.Account().PaymentMethods)
	made, err := s.provider.CreatePayment(t.Context(), order("key-1"))
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentPending, made.Status)
	require.NoError(t, s.scope.Transition(t.Context(), made.PaymentID, &gateway.Transition{To: gateway.StateSucceeded}))

	result, err := s.provider.ParseWebhook(t.Context(), s.hook(t, made.PaymentID))
	require.NoError(t, err)
	require.Len(t, result.Events, 1)
	assert.Equal(t, made.PaymentID, result.Events[0].Payment.PaymentID)

	paid, err := s.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: made.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, paid.Status)
	for i, minor := range []int64{30_000, 70_000} {
		_, err = s.provider.Refund(t.Context(), &contract.RefundRequest{
			Attempt: contract.Attempt{Key: "refund-" + strconv.Itoa(i)}, PaymentID: made.PaymentID,
			Amount: contract.Money{Currency: "THB", MinorUnits: minor},
		})
		require.NoError(t, err)
	}
	paid, err = s.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: made.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, paid.Amount, paid.AmountRefunded)
}

func (s *shop) hook(t *testing.T, paymentID string) *contract.WebhookRequest {
	t.Helper()
	built, err := s.scope.BuildWebhook(t.Context(), &gateway.WebhookSpec{Payment: paymentID, Event: gateway.EventPaymentUpdated})
	require.NoError(t, err)
	headers := http.Header{}
	for _, header := range built.Headers {
		headers.Add(header[0], header[1])
	}
	return &contract.WebhookRequest{
		Method: http.MethodPost, Path: "/hooks", Headers: headers, Body: built.Body, ReceivedAt: now(t, headers),
	}
}

// TestNoSecretIsShownAnywhere plants secrets, makes all sorts of things go
// wrong, and searches whatever the process lets out.
func TestNoSecretIsShownAnywhere(t *testing.T) {
	t.Parallel()
	s := open(t)
	said := s.everythingSaid(t)
	connection := s.scope.Connection()
	for name, secret := range connection.Credentials {
		for form, text := range formsOf(t, secret) {
			assert.NotContains(t, said, text, "%s, %s", name, form)
		}
	}
	assert.Contains(t, said, "omise request", "the log is there, at debug level")
	assert.Contains(t, said, "PROVIDER_FAULT", "the errors are there")
}

// formsOf are the ways in which a secret may slip out.
func formsOf(t *testing.T, secret string) map[string]string {
	t.Helper()
	forms := map[string]string{
		"as it is":   secret,
		"base64":     strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
		"basic auth": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret+":")), "="),
		"hex":        hex.EncodeToString([]byte(secret)),
		"in a URL":   url.QueryEscape(secret),
	}
	if decoded, err := base64.StdEncoding.DecodeString(secret); err == nil {
		forms["decoded"] = string(decoded)
		forms["decoded, hex"] = hex.EncodeToString(decoded)
	}
	return forms
}

// everythingSaid works the provider and collects what comes out of it.
func (s *shop) everythingSaid(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	var all bytes.Buffer
	note := func(answer any, err error) {
		text, marshalErr := json.Marshal(answer)
		require.NoError(t, marshalErr)
		fmt.Fprintf(&all, "%s %+v %#v %v\n", text, answer, answer, err)
	}
	work := func(key string) {
		made, err := s.provider.CreatePayment(ctx, order(key))
		note(made, err)
		note(s.provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "chrg_test_nobody"}))
		note(s.provider.Describe(ctx))
		if err == nil {
			note(s.provider.ParseWebhook(ctx, s.hook(t, made.PaymentID))) //nolint:contextcheck // hook has that of the test
		}
	}
	work("key-1")
	s.spoilWith(echo(http.StatusBadRequest))
	work("key-2")
	s.spoilWith(echo(http.StatusInternalServerError))
	work("key-3")
	s.spoilWith(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	work("key-4")
	s.spoilWith(nil)
	wrong := s.configuration()
	wrong.Secrets["webhook_secrets"] = contract.NewSecret(wrong.Secrets["webhook_secrets"].Reveal() + "!")
	wrong.Secrets["colour"] = wrong.Secrets["secret_key"]
	note(s.provider.Configure(ctx, wrong))

	for _, file := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", s.provider.Process().PID, file))
		if err != nil {
			t.Log("not looked at:", err) // not every system has /proc
		}
		all.Write(text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return all.String() + strings.Join(s.asked, "\n") + s.said.String()
}

// echo is a gateway that says back whatever it was sent, keys and all.
func echo(status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		key, _, _ := r.BasicAuth()
		body, _ := io.ReadAll(r.Body)
		text, _ := json.Marshal(map[string]string{
			"object": "error", "code": key, "message": "the key " + key + " is wrong: " + string(body),
		})
		w.Header().Set("X-Request-Id", key)
		w.WriteHeader(status)
		_, _ = w.Write(text)
		return true
	}
}

// now is the time at which the webhook was signed.
func now(t *testing.T, headers http.Header) time.Time {
	t.Helper()
	seconds, err := strconv.ParseInt(headers.Get("Omise-Signature-Timestamp"), 10, 64)
	require.NoError(t, err)
	return time.Unix(seconds, 0)
}
