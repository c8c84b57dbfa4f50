package admin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/admin"
	"github.com/paysocket/paysocket/host-example/internal/shoptest"
	"github.com/paysocket/paysocket/plugin/supervisor"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// newAdmin returns the admin API of a shop that sells through one provider.
func newAdmin(t *testing.T) (*admin.Admin, *shoptest.Fixture) {
	t.Helper()
	f := shoptest.New(t)
	providers := supervisor.New(nil)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	return admin.New(providers, f.Shop, nil), f
}

const validOrder = `{"id": "order-1", "amount": {"currency": "THB", "minor_units": 100000}, "method": "wallet", "providers": ["wallet-th"]}`

func request(t *testing.T, method, path, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8081"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

type response struct {
	ID       string
	Status   string
	PayURL   string `json:"pay_url"`
	Order    struct{ Status string }
	Payments []attempt
	Refunds  []attempt
	Timeline []struct{ Kind, Text string }
	Orders   []struct{ ID, Status string }

	N         int
	Attention json.RawMessage
	Error     *struct {
		Reason, Outcome, Message, Known, Asked string
		Violations                             []struct{ Field, Description string }
		Left                                   *struct {
			MinorUnits int64 `json:"minor_units"`
		}
	}
}

type attempt struct {
	ID, Status, Attention string
	Key                   string `json:"idempotency_key"`
	GatewayID             string `json:"gateway_id"`
}

func send(t *testing.T, a *admin.Admin, r *http.Request) (int, *response) {
	t.Helper()
	recorder := httptest.NewRecorder()
	a.Handler().ServeHTTP(recorder, r)
	var got response
	if assert.Equal(t, "application/json", recorder.Header().Get("Content-Type")) {
		assert.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), recorder.Body)
	}
	return recorder.Code, &got
}

// ask sends a request that must be answered with 200.
func ask(t *testing.T, a *admin.Admin, method, path, body string) *response {
	t.Helper()
	status, got := send(t, a, request(t, method, path, body))
	require.Equal(t, http.StatusOK, status, "%s %s: %+v", method, path, got.Error)
	return got
}

func TestSales_AreTheSameHoweverOftenTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	sold := ask(t, a, http.MethodPost, "/sales", validOrder)
	assert.Equal(t, "WAITING", sold.Status)
	assert.Contains(t, sold.PayURL, f.URL+"/pay/")
	assert.Equal(t, sold, ask(t, a, http.MethodPost, "/sales", validOrder))
	assert.Equal(t, sold, ask(t, a, http.MethodGet, "/sales/order-1", ""))
	assert.Len(t, f.Payments(), 1)

	status, other := send(t, a, request(t, http.MethodPost, "/sales", strings.Replace(validOrder, "100000", "99999", 1)))
	assert.Equal(t, http.StatusConflict, status)
	require.NotNil(t, other.Error)
	assert.Equal(t, "ORDER_DIFFERS", other.Error.Reason)
	assert.Equal(t, "NOT_ATTEMPTED", other.Error.Outcome)
	assert.Contains(t, other.Error.Known, "1000.00")
	assert.Contains(t, other.Error.Asked, "999.99")
	assert.Len(t, f.Payments(), 1)
	assert.Equal(t, "order-1", ask(t, a, http.MethodGet, "/sales", "").Orders[0].ID)
}

func TestSales_AreRefundedOnceForEachID(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	ask(t, a, http.MethodPost, "/sales", validOrder)
	const half = `{"id": "half", "amount": {"currency": "THB", "minor_units": 50000}, "reason": "rain"}`
	status, early := send(t, a, request(t, http.MethodPost, "/sales/order-1/refunds", half))
	assert.Equal(t, http.StatusConflict, status, "it is not paid")
	assert.Equal(t, "NOT_FREE", early.Error.Reason)
	f.Move(gateway.StateSucceeded)
	f.Await("order-1", host.SalePaid)

	first := ask(t, a, http.MethodPost, "/sales/order-1/refunds", half)
	assert.Equal(t, first.ID, ask(t, a, http.MethodPost, "/sales/order-1/refunds", half).ID)
	refunds := f.Payments()[0].Refunds
	require.Len(t, refunds, 1)
	require.NoError(t, f.Scope.TransitionRefund(t.Context(), refunds[0].ID, &gateway.Transition{To: gateway.StateSucceeded}))
	require.Eventually(t, func() bool {
		return ask(t, a, http.MethodGet, "/sales/order-1", "").Refunds[0].Status == "SUCCEEDED"
	}, waitFor, pollEvery)
	status, more := send(t, a, request(t, http.MethodPost, "/sales/order-1/refunds", strings.NewReplacer("half", "more", "50000", "50001").Replace(half)))
	assert.Equal(t, http.StatusConflict, status)
	require.NotNil(t, more.Error.Left)
	assert.EqualValues(t, 50000, more.Error.Left.MinorUnits)
	status, differs := send(t, a, request(t, http.MethodPost, "/sales/order-1/refunds", strings.Replace(half, "50000", "1", 1)))
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, "ORDER_DIFFERS", differs.Error.Reason)
	assert.Len(t, f.Payments()[0].Refunds, 1)
}

func TestSales_AreCanceledAndPaidAgain(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	ask(t, a, http.MethodPost, "/sales", validOrder)
	const choice = `{"method": "wallet", "providers": ["wallet-th"]}`
	status, early := send(t, a, request(t, http.MethodPost, "/sales/order-1/pay-again", choice))
	assert.Equal(t, http.StatusConflict, status, "the first payment may still be paid")
	assert.Equal(t, "NOT_FREE", early.Error.Reason)
	assert.Equal(t, "UNPAID", ask(t, a, http.MethodPost, "/sales/order-1/cancel", "").Status)
	again := ask(t, a, http.MethodPost, "/sales/order-1/pay-again", choice)
	assert.Equal(t, "WAITING", again.Status)
	assert.Len(t, again.Payments, 2)
	assert.Len(t, f.Payments(), 2)
	assert.NotEmpty(t, ask(t, a, http.MethodGet, "/sales/order-1/timeline", "").Timeline)
}

// TestAttention_IsShownUntilAPersonHasDecided has a refund fail that the buyer was
// promised.
func TestAttention_IsShownUntilAPersonHasDecided(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	ask(t, a, http.MethodPost, "/sales", validOrder)
	f.Move(gateway.StateSucceeded)
	f.Await("order-1", host.SalePaid)
	ask(t, a, http.MethodPost, "/sales/order-1/refunds", `{"id": "half", "amount": {"currency": "THB", "minor_units": 50000}}`)
	require.Zero(t, ask(t, a, http.MethodGet, "/attention", "").N)
	require.NoError(t, f.Scope.TransitionRefund(t.Context(), f.Payments()[0].Refunds[0].ID, &gateway.Transition{To: gateway.StateFailed}))
	var shown []struct {
		Sale    string
		Attempt attempt
	}
	require.Eventually(t, func() bool { return ask(t, a, http.MethodGet, "/attention", "").N == 1 }, waitFor, pollEvery)
	require.NoError(t, json.Unmarshal(ask(t, a, http.MethodGet, "/attention", "").Attention, &shown))
	require.Equal(t, "order-1", shown[0].Sale)
	assert.Equal(t, "half", shown[0].Attempt.ID)
	assert.Contains(t, shown[0].Attempt.Attention, "the refund has failed")

	status, refused := send(t, a, request(t, http.MethodPost, "/sales/order-1/resolve", `{"idempotency_key": "`+shown[0].Attempt.Key+`", "by": "Ann"}`))
	assert.Equal(t, http.StatusUnprocessableEntity, status, "nobody decides without saying why")
	assert.Equal(t, "why", refused.Error.Violations[0].Field)
	ask(t, a, http.MethodPost, "/sales/order-1/resolve", `{"idempotency_key": "`+shown[0].Attempt.Key+`", "by": "Ann", "why": "paid back in cash"}`)
	assert.Zero(t, ask(t, a, http.MethodGet, "/attention", "").N)
}

// refusedRequest is a POST that must send nothing.
type refusedRequest struct {
	path, body string
	status     int
	reason     string
}

func refusedRequests() map[string]refusedRequest {
	with := func(old, replacement string) string { return strings.Replace(validOrder, old, replacement, 1) }
	return map[string]refusedRequest{
		"no JSON":              {"/sales", "order", 400, "INVALID_REQUEST"},
		"nothing":              {"/sales", "", 400, "INVALID_REQUEST"},
		"a list":               {"/sales", "[" + validOrder + "]", 400, "INVALID_REQUEST"},
		"a name twice":         {"/sales", with(`"method"`, `"id": "other", "method"`), 400, "INVALID_REQUEST"},
		"twice inside":         {"/sales", with(`"minor_units"`, `"minor_units": 1, "minor_units"`), 400, "INVALID_REQUEST"},
		"twice, escaped":       {"/sales", with(`"method"`, `"\u0069d": "other", "method"`), 400, "INVALID_REQUEST"},
		"another case":         {"/sales", with(`"providers"`, `"Providers"`), 400, "INVALID_REQUEST"},
		"a case inside":        {"/sales", with("minor_units", "Minor_Units"), 400, "INVALID_REQUEST"},
		"unknown inside":       {"/sales", with("minor_units", "minor"), 400, "INVALID_REQUEST"},
		"unknown field":        {"/sales", `{"amout": {}}`, 400, "INVALID_REQUEST"},
		"no UTF-8":             {"/sales", with("order-1", "order-\xff"), 400, "INVALID_REQUEST"},
		"two":                  {"/sales", validOrder + validOrder, 400, "INVALID_REQUEST"},
		"a fraction":           {"/sales", with("100000", "1.5"), 400, "INVALID_REQUEST"},
		"more than a number":   {"/sales", with("100000", "9223372036854775808"), 400, "INVALID_REQUEST"},
		"a text for a number":  {"/sales", with("100000", `"100000"`), 400, "INVALID_REQUEST"},
		"huge":                 {"/sales", validOrder + strings.Repeat(" ", 1<<20), 400, "INVALID_REQUEST"},
		"deep":                 {"/sales", strings.Repeat(`{"amount":`, 5000), 400, "INVALID_REQUEST"},
		"no id":                {"/sales", with("order-1", ""), 422, "INVALID_REQUEST"},
		"a path":               {"/sales", with("order-1", "../order-1"), 422, "INVALID_REQUEST"},
		"negative":             {"/sales", with("100000", "-1"), 422, "INVALID_REQUEST"},
		"nothing to pay":       {"/sales", with("100000", "0"), 422, "INVALID_REQUEST"},
		"no currency":          {"/sales", with("THB", ""), 422, "INVALID_REQUEST"},
		"no provider":          {"/sales", with(`["wallet-th"]`, "[]"), 422, "INVALID_REQUEST"},
		"another provider":     {"/sales", with("wallet-th", "nobody"), 422, "INVALID_REQUEST"},
		"a provider twice":     {"/sales", with(`["wallet-th"]`, `["wallet-th", "wallet-th"]`), 422, "INVALID_REQUEST"},
		"a phone":              {"/sales", with(`"method"`, `"phone": "12", "method"`), 422, "INVALID_REQUEST"},
		"a refund of nothing":  {"/sales/order-1/refunds", `{"id": "r", "amount": {"currency": "THB", "minor_units": 0}}`, 422, "INVALID_REQUEST"},
		"a refund without id":  {"/sales/order-1/refunds", `{"amount": {"currency": "THB", "minor_units": 1}}`, 422, "INVALID_REQUEST"},
		"a path of a refund":   {"/sales/order-1/refunds", `{"id": "a/b", "amount": {"currency": "THB", "minor_units": 1}}`, 422, "INVALID_REQUEST"},
		"a refund of no sale":  {"/sales/none/refunds", `{"id": "r", "amount": {"currency": "THB", "minor_units": 1}}`, 404, "NOT_FOUND"},
		"no sale to cancel":    {"/sales/none/cancel", "", 404, "NOT_FOUND"},
		"a body that cancels":  {"/sales/none/cancel", `{"why": "so"}`, 400, "INVALID_REQUEST"},
		"a body that restarts": {"/providers/none/restart", " ", 400, "INVALID_REQUEST"},
		"no such path":         {"/sale", validOrder, 404, "NOT_FOUND"},
		"no such metrics":      {"/metrics", "", 404, "NOT_FOUND"},
		"a method":             {"/healthz", "", 405, "METHOD_NOT_ALLOWED"},
		"a method of a sale":   {"/sales/none", "", 405, "METHOD_NOT_ALLOWED"},
		"no sale to pay again": {"/sales/none/pay-again", `{"method": "wallet", "providers": ["wallet-th"]}`, 404, "NOT_FOUND"},
		"no sale to resolve":   {"/sales/none/resolve", `{"idempotency_key": "k", "by": "Ann", "why": "so"}`, 404, "NOT_FOUND"},
		"adopt and release": {
			"/sales/none/resolve", `{"idempotency_key": "k", "by": "Ann", "why": "so", "adopt": "p", "release": true}`, 422, "INVALID_REQUEST",
		},
	}
}

func TestRequests_ThatAreNotAsTheyShouldBeSendNothing(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	for name, c := range refusedRequests() {
		status, refused := send(t, a, request(t, http.MethodPost, c.path, c.body))
		assert.Equal(t, c.status, status, name)
		if assert.NotNil(t, refused.Error, name) {
			assert.Equal(t, c.reason, refused.Error.Reason, name)
			assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome, name)
		}
	}
	status, none := send(t, a, request(t, http.MethodGet, "/sales/none", ""))
	assert.Equal(t, http.StatusNotFound, status)
	assert.Empty(t, none.Error.Outcome, "a read moves no money")
	assert.Empty(t, f.Payments())
}

func TestRequests_AreJSONInUTF8(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	post := func(header, value string) (int, *response) {
		r := request(t, http.MethodPost, "/sales", validOrder)
		r.Header.Set(header, value)
		return send(t, a, r)
	}
	for _, c := range [][2]string{
		{"Content-Type", "text/plain"},
		{"Content-Type", ""},
		{"Content-Type", "application/json; charset=utf-16"},
		{"Content-Type", "application/json; charset=latin1"},
		{"Content-Type", "application/json; charset"},
		{"Content-Encoding", "gzip"},
	} {
		status, refused := post(c[0], c[1])
		assert.Equal(t, http.StatusUnsupportedMediaType, status, c)
		if assert.NotNil(t, refused.Error, c) {
			assert.Equal(t, "UNSUPPORTED_MEDIA_TYPE", refused.Error.Reason, c)
			assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome, c)
		}
	}
	assert.Empty(t, f.Payments())
	for _, accepted := range []string{"application/json", "application/json; charset=UTF-8", "Application/JSON;charset=utf-8"} {
		status, _ := post("Content-Type", accepted)
		assert.Equal(t, http.StatusOK, status, accepted)
	}
}

func TestMethods_ThatAreNotAllowedAreToldWhichAre(t *testing.T) {
	t.Parallel()
	a, _ := newAdmin(t)
	for path, allowed := range map[string]string{"/healthz": "GET, HEAD", "/sales": "GET, HEAD, POST", "/sales/none/cancel": "POST"} {
		recorder := httptest.NewRecorder()
		a.Handler().ServeHTTP(recorder, request(t, http.MethodDelete, path, ""))
		assert.Equal(t, http.StatusMethodNotAllowed, recorder.Code, path)
		assert.Equal(t, allowed, recorder.Header().Get("Allow"), path)
		assert.Contains(t, recorder.Body.String(), "METHOD_NOT_ALLOWED", path)
	}
}

func TestDrain_WaitsForSalesAndRefusesNewOnes(t *testing.T) {
	t.Parallel()
	a, f := newAdmin(t)
	called, proceed := make(chan struct{}, 1), make(chan struct{})
	f.Front.Set(kittest.On("POST /v1/payments", kittest.Times(1, kittest.Rewrite(func(body []byte) []byte {
		called <- struct{}{}
		<-proceed
		return body
	}))))
	sold := make(chan *response, 1)
	go func() {
		_, made := send(t, a, request(t, http.MethodPost, "/sales", validOrder))
		sold <- made
	}()
	<-called
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, a.Drain(ended), context.Canceled, "it waits no longer than its context")
	drained := make(chan error, 1)
	go func() { drained <- a.Drain(t.Context()) }()
	status, refused := send(t, a, request(t, http.MethodPost, "/sales", validOrder))
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome)
	status, _ = send(t, a, request(t, http.MethodGet, "/healthz", ""))
	assert.Equal(t, http.StatusServiceUnavailable, status, "a load balancer must notice")
	for range 50 {
		ask(t, a, http.MethodGet, "/overview", "")
	}
	assert.Empty(t, drained, "it waits for the sale")
	close(proceed)
	require.NoError(t, <-drained)
	assert.Equal(t, "WAITING", (<-sold).Status, "the call was not aborted")
}

func TestHandler_RefusesRequestsOfOtherSites(t *testing.T) {
	t.Parallel()
	a, _ := newAdmin(t)
	elsewhere := request(t, http.MethodPost, "/sales", validOrder)
	elsewhere.Header.Set("Origin", "https://evil.example")
	fetched := request(t, http.MethodPost, "/providers/wallet/restart", "")
	fetched.Header.Set("Sec-Fetch-Site", "cross-site")
	rebound := request(t, http.MethodGet, "/healthz", "")
	rebound.Host = "evil.example:8081"
	for name, r := range map[string]*http.Request{"another origin": elsewhere, "cross site": fetched, "another name": rebound} {
		status, refused := send(t, a, r)
		assert.Equal(t, http.StatusForbidden, status, name)
		assert.Equal(t, "FORBIDDEN", refused.Error.Reason, name)
	}
	own := request(t, http.MethodPost, "/sales", validOrder)
	own.Header.Set("Origin", "http://127.0.0.1:8081")
	own.Header.Set("Sec-Fetch-Site", "same-origin")
	status, _ := send(t, a, own)
	assert.Equal(t, http.StatusOK, status, "a client on this machine")
}

// How long and how often tests look for what must happen.
const (
	waitFor   = time.Minute
	pollEvery = 10 * time.Millisecond
)
