package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// fixture is a sandbox behind real listeners, with one account.
type fixture struct {
	t      *testing.T
	base   string
	key    string // the account's secret key
	tester *gateway.Client
	scope  gateway.Scope
}

func newFixture(t *testing.T, spec *gateway.ScopeSpec) *fixture {
	t.Helper()
	return newFixtureOf(t, &sandbox.Options{}, spec)
}

func newFixtureOf(t *testing.T, options *sandbox.Options, spec *gateway.ScopeSpec) *fixture {
	t.Helper()
	api := httptest.NewUnstartedServer(nil)
	options.BaseURL = "http://" + api.Listener.Addr().String()
	memory, err := sandbox.New(options)
	require.NoError(t, err)
	t.Cleanup(memory.Close)
	api.Config.Handler = memory.Handler()
	api.Start()
	t.Cleanup(api.Close)
	manage := httptest.NewServer(memory.ManagementHandler())
	t.Cleanup(manage.Close)

	tester, err := gateway.NewClient(manage.URL)
	require.NoError(t, err)
	t.Cleanup(tester.Close)
	scope, err := tester.NewScope(t.Context(), spec)
	require.NoError(t, err)
	connection := scope.Connection()
	require.Equal(t, options.BaseURL, connection.APIBase)
	return &fixture{t: t, base: connection.APIBase, key: connection.Credentials["secret_key"], tester: tester, scope: scope}
}

// reply is an answer of the API.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// text returns the string at a path such as "error.code".
func (r *reply) text(path string) string {
	var node any = r.body
	for part := range strings.SplitSeq(path, ".") {
		object, _ := node.(map[string]any)
		node = object[part]
	}
	text, _ := node.(string)
	return text
}

func (r *reply) number(name string) string {
	number, _ := r.body[name].(json.Number)
	return number.String()
}

// send sends a request as a provider would; headers are names and values.
func (f *fixture) send(method, path, body string, headers ...string) *reply {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), method, f.base+path, strings.NewReader(body))
	require.NoError(f.t, err)
	request.Header.Set("Authorization", "Bearer "+f.key)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "" {
			request.Header.Del(headers[i])
			continue
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	require.NoError(f.t, err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(f.t, err)
	answer := &reply{status: response.StatusCode, header: response.Header, raw: string(content)}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	_ = decoder.Decode(&answer.body) // a page is not JSON
	return answer
}

const orderBody = `{"amount":2000,"currency":"THB","method":"wallet","return_url":"https://shop.test/back?o=1&x=%C3%A9","reference":"order-77","description":"Two teas 🍵","metadata":{"k":"v"}}`

// pay creates a payment with the key.
func (f *fixture) pay(key string) *reply {
	f.t.Helper()
	answer := f.send("POST", "/v1/payments", orderBody, "Idempotency-Key", key)
	require.Contains(f.t, []int{200, 201}, answer.status, answer.raw)
	return answer
}

// paid creates a payment that has succeeded, and returns its id.
func (f *fixture) paid(key string) string {
	f.t.Helper()
	id := f.pay(key).text("id")
	f.move(id, gateway.StateSucceeded)
	return id
}

func (f *fixture) move(id string, to gateway.State) {
	f.t.Helper()
	require.NoError(f.t, f.scope.Transition(f.t.Context(), id, &gateway.Transition{To: to}))
}

func (f *fixture) advance(by time.Duration) {
	f.t.Helper()
	require.NoError(f.t, f.scope.Advance(f.t.Context(), by))
}

func (f *fixture) get(id string) *reply {
	f.t.Helper()
	answer := f.send("GET", "/v1/payments/"+id, "")
	require.Equal(f.t, 200, answer.status, answer.raw)
	return answer
}

func (f *fixture) ledger() []gateway.Payment {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	return payments
}

// requireRefused checks an error object.
func requireRefused(t *testing.T, answer *reply, status int, code string) {
	t.Helper()
	require.Equal(t, status, answer.status, answer.raw)
	require.Equal(t, code, answer.text("error.code"), answer.raw)
	require.NotEmpty(t, answer.text("error.message"))
	require.Equal(t, "application/json", answer.header.Get("Content-Type"))
}
