package sandbox_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// serveManagement serves the management API of a merchant's sandbox.
func serveManagement(t *testing.T, m *merchant) (base string, client *gateway.Client) {
	t.Helper()
	server := httptest.NewServer(m.sandbox.ManagementHandler())
	t.Cleanup(server.CloseClientConnections)
	t.Cleanup(server.Close)
	client, err := gateway.NewClient(server.URL)
	require.NoError(t, err)
	return server.URL, client
}

// as returns the merchant of another account.
func (m *merchant) as(scope gateway.Scope) *merchant {
	other := *m
	other.key = scope.Connection().Credentials["secret_key"]
	other.public = scope.Connection().Credentials["public_key"]
	return &other
}

func TestScope_SpeaksTheWholeProtocolOverHTTP(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	_, client := serveManagement(t, m)
	hello, err := client.Hello(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "omise-sandbox", hello.Name)
	assert.Len(t, hello.Features, 13)

	hookURL, hooks := webhookReceiver(t)
	scope, err := client.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: hookURL})
	require.NoError(t, err)
	assert.Equal(t, m.api, scope.Connection().APIBase)
	merchant := m.as(scope)
	made := merchant.charge("metadata[paysocket_key]", "k1", "metadata[paysocket_reference]", "order-1", "description", "One")
	nextWebhook(t, hooks)

	ledger, err := scope.Payments(t.Context(), &gateway.Query{Key: "k1", Reference: "order-1"})
	require.NoError(t, err)
	require.Len(t, ledger, 1)
	payment := ledger[0]
	assert.Equal(t, made.text("id"), payment.ID)
	assert.Equal(t, "k1", payment.Key)
	assert.Equal(t, "order-1", payment.Reference)
	assert.Equal(t, "One", payment.Description)
	assert.Equal(t, int64(100000), payment.Amount)
	assert.Equal(t, "THB", payment.Currency)
	assert.False(t, payment.Live)
	assert.Equal(t, gateway.StatePending, payment.State)
	assert.Equal(t, "pending", payment.RawState)
	assert.Equal(t, made.text("authorize_uri"), payment.RedirectURL)
	assert.Equal(t, payment.CreatedAt.Add(24*time.Hour), payment.ExpiresAt, "the true deadline")
	for _, miss := range []*gateway.Query{{Key: "k2"}, {Reference: "order-2"}, {Key: "k1", Reference: "order-2"}} {
		found, err := scope.Payments(t.Context(), miss)
		require.NoError(t, err)
		assert.Empty(t, found)
	}

	require.NoError(t, scope.Transition(t.Context(), payment.ID, &gateway.Transition{To: gateway.StateSucceeded}))
	assert.Equal(t, "successful", merchant.get("/charges/"+payment.ID).text("status"), "visible at once")
	key, _ := nextWebhook(t, hooks).event(t)
	assert.Equal(t, "charge.complete", key)

	require.NoError(t, scope.Close(t.Context()))
	merchant.get("/charges").refused(http.StatusUnauthorized, "authentication_failure")
}

func TestScope_RefusesTransitionsThatOmiseNeverMakes(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	_, client := serveManagement(t, m)
	scope, err := client.NewScope(t.Context(), nil)
	require.NoError(t, err)
	merchant := m.as(scope)
	states := []gateway.State{
		gateway.StatePending, gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled,
	}
	legal := map[gateway.State][]gateway.State{
		gateway.StatePending: {gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled},
		gateway.StateFailed:  {gateway.StateSucceeded}, // by Omise's staff
	}
	for _, from := range states {
		for _, to := range states {
			id := merchant.charge().text("id")
			if from != gateway.StatePending {
				require.NoError(t, scope.Transition(t.Context(), id, &gateway.Transition{To: from}))
			}
			before := merchant.get("/charges/" + id).body
			err := scope.Transition(t.Context(), id, &gateway.Transition{To: to})
			if slices.Contains(legal[from], to) {
				require.NoError(t, err, "%s to %s", from, to)
				continue
			}
			require.ErrorIs(t, err, gateway.ErrIllegal, "%s to %s", from, to)
			assert.Equal(t, before, merchant.get("/charges/"+id).body, "nothing happened")
		}
	}
	require.ErrorIs(t, scope.Transition(t.Context(), "chrg_x", &gateway.Transition{To: gateway.StateFailed}), gateway.ErrNotFound)
}

func TestScope_SeesNothingOfAnother(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	one, err := m.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
	other, err := m.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
	mine := m.as(one).paidCharge()
	theirs := m.as(other)
	theirs.get("/charges/"+mine).refused(http.StatusNotFound, "not_found")
	assert.Empty(t, theirs.get("/charges").ids())
	assert.Empty(t, theirs.get("/events").ids())
	require.ErrorIs(t, other.Transition(t.Context(), mine, &gateway.Transition{To: gateway.StateFailed}), gateway.ErrNotFound)
	require.NoError(t, other.Advance(t.Context(), time.Hour))
	assert.Equal(t, "Thu, 02 Nov 2017 07:14:14 GMT", m.as(one).get("/account").header.Get("Date"))
	assert.Equal(t, "Thu, 02 Nov 2017 08:14:14 GMT", theirs.get("/account").header.Get("Date"))
}

func TestScope_RepeatsIDsAndKeysOfASeed(t *testing.T) {
	t.Parallel()
	var ids, keys []string
	for range 2 {
		m := start(t, nil)
		for range 2 { // open at the same time
			scope, err := m.sandbox.NewScope(t.Context(), &gateway.ScopeSpec{Seed: "s"})
			require.NoError(t, err)
			ids = append(ids, m.as(scope).charge().text("id"))
			keys = append(keys, scope.Connection().Credentials["secret_key"])
		}
	}
	assert.Equal(t, ids[:2], ids[2:])
	assert.Equal(t, keys[:2], keys[2:])
	assert.NotEqual(t, ids[0], ids[1], "each has its own")
	assert.NotEqual(t, keys[0], keys[1])
}

func TestScope_RepeatsNothingWithoutASeed(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	seen := map[string]bool{}
	for range 3 {
		scope, err := m.sandbox.NewScope(t.Context(), nil)
		require.NoError(t, err)
		for _, credential := range scope.Connection().Credentials {
			assert.False(t, seen[credential])
			seen[credential] = true
		}
		id := m.as(scope).charge().text("id")
		assert.False(t, seen[id])
		seen[id] = true
	}
}

func TestScope_CreatesAPaymentWithoutAKey(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made, err := m.scope().CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	assert.Empty(t, made.Key)
	assert.Equal(t, "2000", m.get("/charges/"+made.ID).ok().number("amount"))
	_, err = m.scope().CreatePayment(t.Context(), gateway.Money{Amount: 1, Currency: "THB"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
	_, err = m.scope().CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 1, Currency: "THB"})
	require.ErrorIs(t, err, gateway.ErrIllegal)
}

// call sends a request to the management API.
func call(t *testing.T, method, address, contentType, body string) (status int, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(read)
}

func TestDials_AreChangedOverHTTP(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	base, _ := serveManagement(t, m)
	status, answer := call(t, http.MethodPatch, base+"/v1/scopes/s1/dials", "application/json",
		`{"api_version":"2019-05-29","webhooks":{"twice":true},"list_lag":"30s"}`)
	require.Equal(t, http.StatusOK, status, answer)
	assert.Equal(t, "THB", m.charge().text("currency"))
	call(t, http.MethodPatch, base+"/v1/scopes/s1/dials", "application/json", `{"webhooks":{"lose":3}}`)
	_, answer = call(t, http.MethodGet, base+"/v1/scopes/s1/dials", "", "")
	assert.JSONEq(t, `{"api_version":"2019-05-29","list_lag":"30s","webhooks":{"lose":3,"twice":true}}`, answer)

	for _, bad := range []string{`{"api_version":"x"}`, `{"shoe_size":9}`, `{"list_lag":"-1s"}`, `[]`, ``} {
		status, answer = call(t, http.MethodPatch, base+"/v1/scopes/s1/dials", "application/json", bad)
		assert.Equal(t, http.StatusBadRequest, status, bad)
		assert.Contains(t, answer, `"error"`)
	}
	status, _ = call(t, http.MethodGet, base+"/v1/scopes/s99/dials", "", "")
	assert.Equal(t, http.StatusNotFound, status)
	status, answer = call(t, http.MethodPost, base+"/v1/scopes/s1/rotation", "", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, answer, m.sandbox.Credentials().WebhookSecret)
}

func TestDashboard_ShowsAndChangesEverything(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}})
	base, _ := serveManagement(t, m)
	id := m.charge("description", `<script>alert("x")</script>`).text("id")
	m.get("/charges/chrg_none")
	page := func() string {
		status, answer := call(t, http.MethodGet, base+"/accounts/s1", "", "")
		require.Equal(t, http.StatusOK, status)
		return answer
	}
	submit := func(path string, pairs ...string) {
		form := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		status, answer := call(t, http.MethodPost, base+path, "application/x-www-form-urlencoded", form.Encode())
		require.Equal(t, http.StatusSeeOther, status, answer)
	}
	shown := page()
	assert.Contains(t, shown, id)
	assert.Contains(t, shown, "&lt;script&gt;alert")
	assert.NotContains(t, shown, "<script>alert")
	assert.Contains(t, shown, "404 not_found")
	assert.Contains(t, shown, m.key)

	submit("/accounts/s1/charges/"+id, "to", "succeeded")
	assert.Equal(t, "successful", m.get("/charges/"+id).text("status"))
	submit("/accounts/s1/charges/"+id+"/refunds", "amount", "2500")
	assert.Contains(t, page(), "25.00")
	submit("/accounts/s1/charges", "amount", "123400")
	assert.Contains(t, page(), "THB 1,234.00")
	submit("/accounts/s1/clock", "by", "24h")
	assert.Contains(t, page(), "2017-11-03T07:14:14Z")
	eventKeys(t, hooks, 5)
	submit("/accounts/s1/events/" + m.get("/events").ids()[0])
	key, _ := nextWebhook(t, hooks).event(t)
	assert.Equal(t, "charge.create", key)
	submit("/accounts/s1/dials", "dials", `{"merchant":"Somchai's","unpaid_ends":"failed"}`)
	assert.Contains(t, page(), "Somchai&#39;s")
	secret := m.sandbox.Credentials().WebhookSecret
	submit("/accounts/s1/rotation")
	assert.NotEqual(t, secret, m.sandbox.Credentials().WebhookSecret)
	m.openPage(m.charge().text("authorize_uri")).ok()
	assert.Contains(t, page(), "GET /offsites/ofsp_test_")
	submit("/accounts")
	_, front := call(t, http.MethodGet, base+"/", "", "")
	assert.Contains(t, front, `href="/accounts/s2"`)
}

func TestDashboard_RefusesInvalidForms(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	base, _ := serveManagement(t, m)
	id := m.charge().text("id")
	for path, want := range map[string]int{
		"/accounts/s1/charges/" + id + "/refunds?amount=1": http.StatusConflict,
		"/accounts/s1/charges?amount=x":                    http.StatusConflict,
		"/accounts/s1/charges/" + id + "?to=nowhere":       http.StatusConflict,
		"/accounts/s1/charges/chrg_none?to=failed":         http.StatusNotFound,
		"/accounts/s1/clock?by=never":                      http.StatusConflict,
		"/accounts/s1/dials?dials={":                       http.StatusConflict,
		"/accounts/s1/events/evnt_none":                    http.StatusNotFound,
		"/accounts/s9/clock?by=1h":                         http.StatusNotFound,
	} {
		path, query, _ := strings.Cut(path, "?")
		status, answer := call(t, http.MethodPost, base+path, "application/x-www-form-urlencoded", query)
		assert.Equal(t, want, status, "%s: %s", path, answer)
	}
}

func TestDashboard_RefusesOtherOriginsAndHosts(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	base, _ := serveManagement(t, m)
	send := func(change func(*http.Request)) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/accounts", nil)
		require.NoError(t, err)
		change(request)
		response, err := m.client.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	assert.Equal(t, http.StatusForbidden, send(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }))
	assert.Equal(t, http.StatusForbidden, send(func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }))
	assert.Equal(t, http.StatusForbidden, send(func(r *http.Request) { r.Host = "evil.example" }))
	assert.Equal(t, http.StatusSeeOther, send(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }))
}

func TestDashboard_StreamsChanges(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	base, _ := serveManagement(t, m)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/accounts/s1/live", nil)
	require.NoError(t, err)
	response, err := m.client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	assert.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	lines := bufio.NewScanner(response.Body)
	require.True(t, lines.Scan())
	require.True(t, lines.Scan())
	m.charge()
	require.True(t, lines.Scan(), "a change is streamed")
	assert.Equal(t, "data: changed", lines.Text())
}

func TestDials_AreChangedFromGo(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	require.NoError(t, m.sandbox.SetDials("s1", &sandbox.Dials{APIVersion: "2019-05-29"}))
	assert.Equal(t, "THB", m.charge().text("currency"))
	require.ErrorIs(t, m.sandbox.SetDials("s7", &sandbox.Dials{}), gateway.ErrNotFound)
	require.ErrorContains(t, m.sandbox.SetDials("s1", &sandbox.Dials{Country: "XX"}), "country")
}
