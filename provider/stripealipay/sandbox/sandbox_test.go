package sandbox_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

// client is an account at a sandbox, and a client of it that knows only HTTP.
type client struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	scope   gateway.Scope
	base    string
	key     string
}

func newClient(t *testing.T) *client {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	stripe, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	server.Config.Handler = stripe.Handler()
	server.Start()
	t.Cleanup(func() {
		server.Close()
		stripe.Close()
	})
	scope, err := stripe.NewScope(t.Context(), &gateway.ScopeSpec{Seed: "7"})
	require.NoError(t, err)
	return &client{t: t, sandbox: stripe, scope: scope, base: server.URL, key: scope.Connection().Credentials["secret_key"]}
}

// answer is what came back.
type answer struct {
	status   int
	replayed bool
	raw      string
	body     map[string]any
}

// code returns the code of the error object.
func (a *answer) code() any { return a.body["error"].(map[string]any)["code"] }

func (s *client) ask(method, path, idempotencyKey string, form url.Values) *answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(form.Encode()))
	require.NoError(s.t, err)
	request.Header.Set("Authorization", "Bearer "+s.key)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if idempotencyKey != "" {
		request.Header.Set("Idempotency-Key", idempotencyKey)
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	require.NoError(s.t, err)
	content, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	a := &answer{status: response.StatusCode, replayed: response.Header.Get("Idempotent-Replayed") == "true", raw: string(content)}
	require.NoError(s.t, json.Unmarshal(content, &a.body), string(content))
	return a
}

func order(changes ...string) url.Values {
	form := url.Values{
		"amount": {"2000"}, "currency": {"cny"}, "confirm": {"true"}, "payment_method_types[]": {"alipay"},
		"payment_method_data[type]": {"alipay"}, "return_url": {"https://shop.test/back?o=1"}, "metadata[a]": {"1"},
	}
	for i := 0; i < len(changes); i += 2 {
		if form.Set(changes[i], changes[i+1]); changes[i+1] == "" {
			form.Del(changes[i])
		}
	}
	return form
}

func (s *client) pay(key string) string {
	s.t.Helper()
	made := s.ask(http.MethodPost, "/v1/payment_intents", key, order())
	require.Equal(s.t, http.StatusOK, made.status, made.raw)
	return made.body["id"].(string)
}

func TestIdempotency_RepeatsTheBytesOfTheFirstAnswer(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	first := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order())
	id := first.body["id"].(string)
	require.NoError(t, s.scope.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateSucceeded}))
	again := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order())
	assert.True(t, again.replayed)
	assert.Equal(t, first.raw, again.raw)
	assert.Equal(t, "succeeded", s.ask(http.MethodGet, "/v1/payment_intents/"+id, "", nil).body["status"])

	other := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order("amount", "2001"))
	assert.Equal(t, http.StatusBadRequest, other.status)
	assert.Equal(t, "idempotency_error", other.body["error"].(map[string]any)["type"])
	elsewhere := s.ask(http.MethodPost, "/v1/refunds", "k1", url.Values{"payment_intent": {id}})
	assert.Equal(t, "idempotency_error", elsewhere.body["error"].(map[string]any)["type"])

	require.NoError(t, s.scope.Advance(t.Context(), 25*time.Hour))
	forgotten := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order())
	assert.NotEqual(t, id, forgotten.body["id"], "a key lives for a day")
}

func TestIdempotency_StoresOnlyWhatWasExecuted(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	wrong := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order("amount", "1"))
	assert.Equal(t, "amount_too_small", wrong.code())
	right := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order())
	assert.Equal(t, http.StatusOK, right.status, "a refused parameter does not use a key up")

	require.NoError(t, s.sandbox.Inject(s.key, sandbox.TroubleFault))
	for range 2 {
		assert.Equal(t, http.StatusInternalServerError, s.ask(http.MethodPost, "/v1/payment_intents", "k2", order()).status)
	}
	require.NoError(t, s.sandbox.Inject(s.key, sandbox.TroubleDecline))
	for range 2 {
		declined := s.ask(http.MethodPost, "/v1/payment_intents", "k3", order())
		assert.Equal(t, http.StatusPaymentRequired, declined.status)
		assert.Contains(t, declined.raw, `"payment_intent":{`)
	}
	payments, err := s.scope.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, payments, 3)
	assert.Error(t, s.sandbox.Inject("sk_test_nobody", sandbox.TroubleFault))
}

func TestList_IsNewestFirstAndGoesOnFromEitherEnd(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	var ids []string
	for _, key := range []string{"k1", "k2", "k3", "k4", "k5"} {
		ids = append(ids, s.pay(key))
	}
	page := func(query string) ([]string, any) {
		got := s.ask(http.MethodGet, "/v1/payment_intents?"+query, "", nil)
		require.Equal(t, http.StatusOK, got.status, got.raw)
		found := []string{}
		for _, each := range got.body["data"].([]any) {
			found = append(found, each.(map[string]any)["id"].(string))
		}
		return found, got.body["has_more"]
	}
	for query, want := range map[string]struct {
		ids  []string
		more bool
	}{
		"limit=2":                          {[]string{ids[4], ids[3]}, true},
		"limit=2&starting_after=" + ids[3]: {[]string{ids[2], ids[1]}, true},
		"limit=2&starting_after=" + ids[1]: {[]string{ids[0]}, false},
		"limit=2&ending_before=" + ids[0]:  {[]string{ids[2], ids[1]}, true},
		"limit=2&ending_before=" + ids[3]:  {[]string{ids[4]}, false},
		"created[lt]=1000":                 {[]string{}, false},
		"limit=5&created[gte]=1000":        {[]string{ids[4], ids[3], ids[2], ids[1], ids[0]}, false},
	} {
		found, more := page(query)
		assert.Equal(t, want.ids, found, query)
		assert.Equal(t, want.more, more, query)
	}
	assert.Equal(t, http.StatusNotFound, s.ask(http.MethodGet, "/v1/payment_intents?starting_after=pi_x", "", nil).status)
	assert.Equal(t, http.StatusBadRequest, s.ask(http.MethodGet, "/v1/payment_intents?limit=101", "", nil).status)
}

func TestAPI_RefusesWhatStripeWouldNotAccept(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	for code, change := range map[string][]string{
		"parameter_unknown": {"colour", "red"}, "amount_too_large": {"amount", "100000000"}, "parameter_invalid_integer": {"amount", "1e3"},
		"parameter_missing": {"return_url", ""}, "url_invalid": {"return_url", "shop.test"},
		"payment_intent_invalid_parameter":           {"payment_method_types[]", "card"},
		"payment_intent_incompatible_payment_method": {"payment_method_data[type]", "card"},
	} {
		assert.Equal(t, code, s.ask(http.MethodPost, "/v1/payment_intents", "", order(change...)).code(), "%v", change)
	}
	thb := s.ask(http.MethodPost, "/v1/payment_intents", "", order("currency", "thb"))
	assert.Equal(t, "currency", thb.body["error"].(map[string]any)["param"])
	kept := s.ask(http.MethodPost, "/v1/payment_intents", "", order("metadata[b]", " ", "metadata[a]", "1"))
	assert.Equal(t, map[string]any{"a": "1", "b": " "}, kept.body["metadata"])
	assert.Equal(t, http.StatusNotFound, s.ask(http.MethodGet, "/v1/charges", "", nil).status)
	s.key = "sk_test_nobody"
	assert.Equal(t, http.StatusUnauthorized, s.ask(http.MethodGet, "/v1/account", "", nil).status)
}

func TestAPI_QuotesTheBeginningOfALongWord(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	for id, quoted := range map[string]string{
		"pi_short":                        "'pi_short'",
		"a" + strings.Repeat("🍵", 15):     "'a" + strings.Repeat("🍵", 15) + "'",
		"a" + strings.Repeat("🍵", 16):     "'a" + strings.Repeat("🍵", 15) + "...'", // the 64th byte is within a cup
		strings.Repeat("pi_", 22) + "end": "'" + strings.Repeat("pi_", 21) + "p...'",
	} {
		missing := s.ask(http.MethodGet, "/v1/payment_intents/"+url.PathEscape(id), "", nil)
		assert.Equal(t, "No such payment_intent: "+quoted, missing.body["error"].(map[string]any)["message"])
	}
}

func TestPayPage_LetsThePayerDecideOnceAndReturn(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	made := s.ask(http.MethodPost, "/v1/payment_intents", "k1", order())
	link := made.body["next_action"].(map[string]any)["alipay_handle_redirect"].(map[string]any)["url"].(string)
	press := func(outcome string) (status int, location string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader("outcome="+outcome))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode, response.Header.Get("Location")
	}
	status, _ := press("perhaps")
	assert.Equal(t, http.StatusBadRequest, status)
	for range 2 {
		status, location := press("succeeded")
		assert.Equal(t, http.StatusSeeOther, status)
		back, err := url.Parse(location)
		require.NoError(t, err)
		assert.Equal(t, "shop.test", back.Host)
		assert.Equal(t, []string{"o", "payment_intent", "payment_intent_client_secret", "redirect_status"}, sorted(back.Query()))
	}
	status, _ = press("failed")
	assert.Equal(t, http.StatusConflict, status)
}

func sorted(values url.Values) []string {
	var names []string
	for _, name := range []string{"o", "payment_intent", "payment_intent_client_secret", "redirect_status"} {
		if values.Has(name) {
			names = append(names, name)
		}
	}
	if len(names) != len(maps.Collect(maps.All(values))) {
		names = append(names, "and others")
	}
	return names
}

func TestRefund_TakesFiveMinutesWithinNinetyDays(t *testing.T) {
	t.Parallel()
	s := newClient(t)
	id := s.pay("k1")
	form := url.Values{"payment_intent": {id}, "amount": {"500"}}
	assert.Equal(t, "payment_intent_unexpected_state", s.ask(http.MethodPost, "/v1/refunds", "", form).code())
	require.NoError(t, s.scope.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateSucceeded}))
	made := s.ask(http.MethodPost, "/v1/refunds", "", form)
	assert.Equal(t, "pending", made.body["status"])
	require.NoError(t, s.scope.Advance(t.Context(), 5*time.Minute))
	assert.Equal(t, "succeeded", s.ask(http.MethodGet, "/v1/refunds/"+made.body["id"].(string), "", nil).body["status"])

	shown := s.ask(http.MethodGet, "/v1/payment_intents/"+id+"?expand[]=latest_charge", "", nil)
	assert.InDelta(t, 500, shown.body["latest_charge"].(map[string]any)["amount_refunded"], 0)
	form.Set("amount", "1501")
	tooMuch := s.ask(http.MethodPost, "/v1/refunds", "", form)
	assert.Equal(t, "amount", tooMuch.body["error"].(map[string]any)["param"])
	form.Del("amount") // the rest
	assert.InDelta(t, 1500, s.ask(http.MethodPost, "/v1/refunds", "", form).body["amount"], 0)
	assert.Equal(t, "charge_already_refunded", s.ask(http.MethodPost, "/v1/refunds", "", form).code())

	late := s.pay("k2")
	require.NoError(t, s.scope.Transition(t.Context(), late, &gateway.Transition{To: gateway.StateSucceeded}))
	require.NoError(t, s.scope.Advance(t.Context(), 92*24*time.Hour))
	assert.Equal(t, "charge_not_refundable", s.ask(http.MethodPost, "/v1/refunds", "", url.Values{"payment_intent": {late}}).code())
}

func TestManagement_KeepsWhatItAdvertises(t *testing.T) {
	t.Parallel()
	manage := httptest.NewServer(newClient(t).sandbox.ManagementHandler())
	t.Cleanup(manage.Close)
	management, err := gateway.NewClient(manage.URL)
	require.NoError(t, err)
	for _, finding := range gateway.Check(t.Context(), management, gateway.Money{Amount: 2000, Currency: "CNY"}) {
		assert.NoError(t, finding.Err, finding.Name)
	}
}

func TestWebhook_IsDeliveredUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	came := make(chan http.Header, 8)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(came) == 0 {
			w.WriteHeader(http.StatusServiceUnavailable) // once
		}
		came <- r.Header
	}))
	t.Cleanup(receiver.Close)
	stripe, err := sandbox.New(&sandbox.Options{RetryDelays: []time.Duration{time.Millisecond}})
	require.NoError(t, err)
	t.Cleanup(stripe.Close)
	scope, err := stripe.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: receiver.URL})
	require.NoError(t, err)
	made, err := scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
	require.NoError(t, err)
	require.NoError(t, scope.Transition(t.Context(), made.ID, &gateway.Transition{To: gateway.StateSucceeded}))
	for range 2 {
		assert.Contains(t, (<-came).Get("Stripe-Signature"), ",v1=")
	}
	_, err = stripe.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: "https://shop.test/hook"})
	assert.ErrorIs(t, err, gateway.ErrBadRequest)
}
