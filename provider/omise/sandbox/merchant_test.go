package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// clock is a test's real clock. It stands still until it is advanced.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// merchant is a merchant with an account at a sandbox, which is served on loopback.
type merchant struct {
	t       testing.TB
	sandbox *sandbox.Sandbox
	api     string
	clock   *clock
	key     string
	public  string
	version string // of Omise-Version; empty: not sent
	client  *http.Client
}

// start starts a sandbox, and returns the merchant of its first account.
func start(tb testing.TB, options *sandbox.Options) *merchant {
	tb.Helper()
	if options == nil {
		options = &sandbox.Options{}
	}
	clock := &clock{now: time.Date(2017, 11, 2, 7, 14, 14, 0, time.UTC)}
	if options.Now == nil {
		options.Now = clock.Now
	}
	server := httptest.NewUnstartedServer(nil)
	if options.BaseURL == "" {
		options.BaseURL = "http://" + server.Listener.Addr().String()
	}
	omise, err := sandbox.New(options)
	require.NoError(tb, err)
	tb.Cleanup(omise.Close)
	server.Config.Handler = omise.Handler()
	server.Start()
	tb.Cleanup(server.Close)
	keys := omise.Credentials()
	return &merchant{
		t: tb, sandbox: omise, api: server.URL, clock: clock, key: keys.SecretKey, public: keys.PublicKey,
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// answer is an answer of the API.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// send sends a request with the secret key. contentType is empty if there is no
// body.
func (m *merchant) send(method, path, contentType, body string) *answer {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), method, m.api+path, strings.NewReader(body))
	require.NoError(m.t, err)
	request.SetBasicAuth(m.key, "")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if m.version != "" {
		request.Header.Set("Omise-Version", m.version)
	}
	return m.do(request)
}

func (m *merchant) do(request *http.Request) *answer {
	m.t.Helper()
	response, err := m.client.Do(request)
	require.NoError(m.t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(m.t, err)
	return &answer{t: m.t, status: response.StatusCode, header: response.Header, body: body}
}

func (m *merchant) get(path string) *answer {
	m.t.Helper()
	return m.send(http.MethodGet, path, "", "")
}

// post sends a form of name, value, name, value.
func (m *merchant) post(path string, pairs ...string) *answer {
	m.t.Helper()
	form := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		form = append(form, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return m.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.Join(form, "&"))
}

func (m *merchant) postJSON(path, body string) *answer {
	m.t.Helper()
	return m.send(http.MethodPost, path, "application/json", body)
}

// charge makes a charge of THB 1,000.00 in one call.
func (m *merchant) charge(more ...string) *answer {
	m.t.Helper()
	return m.post("/charges", append([]string{
		"amount", "100000", "currency", "thb", "source[type]", "alipay",
		"return_uri", "https://shop.example/orders/1/complete",
	}, more...)...).ok()
}

// paidCharge makes a charge, pays it, and returns its id.
func (m *merchant) paidCharge(more ...string) string {
	m.t.Helper()
	id := m.charge(more...).text("id")
	m.post("/charges/" + id + "/mark_as_paid").ok()
	return id
}

func (a *answer) ok() *answer {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, "%s", a.body)
	return a
}

// refused checks an error and returns its message.
func (a *answer) refused(status int, code string) string {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "%s", a.body)
	require.Equal(a.t, "error", a.text("object"))
	require.Equal(a.t, code, a.text("code"))
	require.NotEmpty(a.t, a.text("location"))
	require.Empty(a.t, a.header.Get("Omise-Version"), "errors do not have the version")
	return a.text("message")
}

// value returns the value at a path such as "source.type".
func (a *answer) value(path string) any {
	a.t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	var value any
	require.NoError(a.t, decoder.Decode(&value), "%s", a.body)
	for part := range strings.SplitSeq(path, ".") {
		members, ok := value.(map[string]any)
		require.True(a.t, ok, "%s is not in an object: %s", part, a.body)
		child, ok := members[part]
		require.True(a.t, ok, "there is no %s: %s", path, a.body)
		value = child
	}
	return value
}

func (a *answer) text(path string) string {
	a.t.Helper()
	text, ok := a.value(path).(string)
	require.True(a.t, ok, "%s is not a string: %s", path, a.body)
	return text
}

func (a *answer) number(path string) string {
	a.t.Helper()
	number, ok := a.value(path).(json.Number)
	require.True(a.t, ok, "%s is not a number: %s", path, a.body)
	return number.String()
}

// ids returns the ids of a list's items.
func (a *answer) ids() []string {
	a.t.Helper()
	var list struct {
		Data []struct{ ID string }
	}
	require.NoError(a.t, json.Unmarshal(a.body, &list))
	ids := []string{}
	for _, item := range list.Data {
		ids = append(ids, item.ID)
	}
	return ids
}
