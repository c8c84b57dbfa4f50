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

// A hand turns a test's real clock.
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

// A bench is a sandbox that serves on loopback, and a merchant's view of it.
type bench struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	api     string
	clock   *hand
	key     string
	public  string
	version string // of Omise-Version; empty: not sent
	client  *http.Client
}

func start(t *testing.T, options *sandbox.Options) *bench {
	t.Helper()
	if options == nil {
		options = &sandbox.Options{}
	}
	clock := &hand{now: time.Date(2017, 11, 2, 7, 14, 14, 0, time.UTC)}
	if options.Now == nil {
		options.Now = clock.read
	}
	server := httptest.NewUnstartedServer(nil)
	if options.APIBase == "" {
		options.APIBase = "http://" + server.Listener.Addr().String()
	}
	standIn, err := sandbox.New(options)
	require.NoError(t, err)
	t.Cleanup(standIn.Close)
	server.Config.Handler = standIn.Handler()
	server.Start()
	t.Cleanup(server.Close)
	keys := standIn.Credentials()
	return &bench{
		t: t, sandbox: standIn, api: server.URL, clock: clock, key: keys.SecretKey, public: keys.PublicKey,
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// An answer is what came back, read.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// send makes a request with the secret key; contentType is empty where there
// is no body.
func (b *bench) send(method, path, contentType, body string) *answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.api+path, strings.NewReader(body))
	require.NoError(b.t, err)
	request.SetBasicAuth(b.key, "")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if b.version != "" {
		request.Header.Set("Omise-Version", b.version)
	}
	return b.do(request)
}

func (b *bench) do(request *http.Request) *answer {
	b.t.Helper()
	response, err := b.client.Do(request)
	require.NoError(b.t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return &answer{t: b.t, status: response.StatusCode, header: response.Header, body: body}
}

func (b *bench) get(path string) *answer { b.t.Helper(); return b.send(http.MethodGet, path, "", "") }

// post sends a form of name, value, name, value.
func (b *bench) post(path string, pairs ...string) *answer {
	b.t.Helper()
	form := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		form = append(form, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.Join(form, "&"))
}

func (b *bench) postJSON(path, body string) *answer {
	b.t.Helper()
	return b.send(http.MethodPost, path, "application/json", body)
}

// charge makes a charge of THB 1,000.00 in one call.
func (b *bench) charge(more ...string) *answer {
	b.t.Helper()
	return b.post("/charges", append([]string{
		"amount", "100000", "currency", "thb", "source[type]", "alipay",
		"return_uri", "https://shop.example/orders/1/complete",
	}, more...)...).ok()
}

// paidCharge is the id of a charge that was paid.
func (b *bench) paidCharge(more ...string) string {
	b.t.Helper()
	id := b.charge(more...).text("id")
	b.post("/charges/" + id + "/mark_as_paid").ok()
	return id
}

func (a *answer) ok() *answer {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, "%s", a.body)
	return a
}

// refused checks a failure and gives its message.
func (a *answer) refused(status int, code string) string {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "%s", a.body)
	require.Equal(a.t, "error", a.text("object"))
	require.Equal(a.t, code, a.text("code"))
	require.NotEmpty(a.t, a.text("location"))
	require.Empty(a.t, a.header.Get("Omise-Version"), "errors do not tell the version")
	return a.text("message")
}

// value is what a path such as "source.type" leads to.
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

// ids are those of a list's data.
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
