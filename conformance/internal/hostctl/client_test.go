package hostctl

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answering returns a client of a host that answers everything alike.
func answering(t *testing.T, status int, body string) *Client {
	t.Helper()
	return clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func clientOf(t *testing.T, serve http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	client, err := NewClient(server.Listener.Addr().String(), time.Minute)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

const whole = `{"id":"o1","state":"PAID","amount":{"currency":"THB","minor_units":100},
	"paid":{"provider":"wallet","payment":"pay_1","amount":{"currency":"THB","minor_units":100}},
	"refunds":[{"id":"r1","amount":{"currency":"THB","minor_units":40},"state":"SUCCEEDED"}],
	"refunded":{"currency":"THB","minor_units":40},"effects":1,
	"attention":[{"provider":"wallet","payment":"pay_2","text":"a second payment"}]}`

func TestClient_ReadsAWholeOrder(t *testing.T) {
	t.Parallel()
	order, err := answering(t, http.StatusOK, whole).Order(t.Context(), "o1")
	require.NoError(t, err)
	hundred, forty := Money{"THB", 100}, Money{"THB", 40}
	assert.Equal(t, &Order{
		ID: "o1", State: OrderPaid, Amount: hundred, Paid: &Paid{"wallet", "pay_1", hundred},
		Refunds: []Refund{{"r1", forty, RefundSucceeded}}, Refunded: &forty, Effects: 1,
		Attention: []Attention{{Provider: "wallet", Payment: "pay_2", Text: "a second payment"}},
	}, order)
	assert.True(t, order.Attention[0].Names("pay_2"))
	assert.False(t, order.Attention[0].Names(""))
}

func TestClient_RefusesAnAnswerThatThePageDoesNotAllow(t *testing.T) {
	t.Parallel()
	edited := func(from, to string) string {
		t.Helper()
		require.Contains(t, whole, from)
		return strings.Replace(whole, from, to, 1)
	}
	for name, answer := range map[string]struct {
		status int
		body   string
	}{
		"an unknown field":                {200, edited(`"effects":1`, `"effects":1,"colour":"red"`)},
		"an unknown field further inside": {200, edited(`"payment":"pay_1"`, `"payment":"pay_1","n":1`)},
		"a name twice":                    {200, edited(`"effects":1`, `"effects":1,"effects":0`)},
		"a name in another case":          {200, edited(`"state":"PAID"`, `"State":"PAID"`)},
		"no effects":                      {200, edited(`"effects":1,`, ``)},
		"negative effects":                {200, edited(`"effects":1`, `"effects":-1`)},
		"no attention": {200, edited(`,
	"attention":[{"provider":"wallet","payment":"pay_2","text":"a second payment"}]`, ``)},
		"an attention without text":   {200, edited(`"a second payment"`, `""`)},
		"no refunds":                  {200, edited(`"refunds":[{"id":"r1","amount":{"currency":"THB","minor_units":40},"state":"SUCCEEDED"}],`, ``)},
		"a refund in no state":        {200, edited(`SUCCEEDED`, `DONE`)},
		"a refund of nothing":         {200, edited(`"minor_units":40`, `"minor_units":0`)},
		"another state":               {200, edited(`"PAID"`, `"WAITING"`)},
		"open, and paid by something": {200, edited(`"PAID"`, `"OPEN"`)},
		"a currency in lower case":    {200, edited(`"THB"`, `"thb"`)},
		"another order":               {200, edited(`"id":"o1"`, `"id":"o2"`)},
		"a fraction":                  {200, edited(`"minor_units":100`, `"minor_units":100.0`)},
		"two values":                  {200, whole + whole},
		"no JSON":                     {200, "<html>"},
		"a page of errors":            {503, "<html>"},
		"an error without a text":     {422, `{}`},
		"a status of its own":         {418, `{"error":"a teapot"}`},
		"a redirection":               {302, ``},
		"more than is allowed":        {200, edited("a second payment", strings.Repeat("a", MaxBody))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := answering(t, answer.status, answer.body).Order(t.Context(), "o1")
			var wrong *AnswerError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, answer.status, wrong.Status)
			assert.LessOrEqual(t, len(wrong.Answer), 300)
			assert.Contains(t, err.Error(), "GET /v1/orders/o1")
		})
	}
}

func TestClient_SaysWhyAHostRefuses(t *testing.T) {
	t.Parallel()
	for status, kind := range kinds() {
		_, err := answering(t, status, `{"error":"because"}`).PlaceOrder(t.Context(), &NewOrder{ID: "o1"})
		require.ErrorIs(t, err, kind)
		var refused *RefusedError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "because", refused.Why)
	}
}

func TestClient_DoesNotKnowWhatBecameOfARequestWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	client := clientOf(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := client.PlaceOrder(t.Context(), &NewOrder{ID: "o1"})
	var lost *LostError
	require.ErrorAs(t, err, &lost)
}

func TestClient_ChecksHello(t *testing.T) {
	t.Parallel()
	hello, err := answering(t, 200, `{"protocol":"hostctl/1","name":"shop","features":["again","attention","events"]}`).Hello(t.Context())
	require.NoError(t, err)
	assert.True(t, hello.Has(FeatureAgain))
	assert.False(t, hello.Has(FeatureCompare))
	for _, body := range []string{
		`{"protocol":"hostctl/2","name":"shop","features":[]}`,
		`{"protocol":"hostctl/1","name":"","features":[]}`,
		`{"protocol":"hostctl/1","name":"shop","features":["teleport"]}`,
		`{"protocol":"hostctl/1","name":"shop","features":["again","again"]}`,
		`{"protocol":"hostctl/1","name":"shop","features":["events"]}`,
	} {
		hello, err := answering(t, 200, body).Hello(t.Context())
		var wrong *AnswerError
		require.ErrorAs(t, err, &wrong, body)
		assert.Nil(t, hello)
	}
}

func TestClient_TakesALoopbackAddressOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"192.0.2.1:80", "localhost:80", "127.0.0.1", "", "http://127.0.0.1:80"} {
		_, err := NewClient(address, time.Second)
		assert.Error(t, err, address)
	}
}

func TestClient_EscapesIDs(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.EscapedPath()
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":"none"}`)
	})
	_, err := client.Order(t.Context(), "a/../b?c")
	require.ErrorIs(t, err, ErrNotFound)
	assert.Equal(t, "/v1/orders/a%2F..%2Fb%3Fc", <-asked)
}
