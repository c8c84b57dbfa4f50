package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// manyCharges makes n charges over a thousand seconds, and returns the last.
func manyCharges(m *merchant, n int) (last string) {
	for range 1000 {
		m.clock.advance(time.Second)
		sandbox.AddCharges(m.sandbox, n/1000)
	}
	return m.charge("metadata[paysocket_key]", "needle").text("id")
}

func TestAccount_FindsChargesAmongMany(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	last := manyCharges(m, 5000)
	assert.Equal(t, last, m.get("/charges?limit=1&order=reverse_chronological").ok().ids()[0])
	assert.Len(t, m.get("/charges?limit=100&offset=4900").ok().ids(), 100)
	assert.Equal(t, "5", m.get("/charges?from=2017-11-02T07:20:00Z&to=2017-11-02T07:20:00Z").ok().number("total"))
	assert.Equal(t, "1", m.get("/search?scope=charge&query=needle").ok().number("total"))
	found, err := m.scope().Payments(t.Context(), &gateway.Query{Key: "needle"})
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, last, found[0].ID)
}

func TestAccount_DropsTheOldestWhenFull(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{MaxCharges: 20, MaxEvents: 10})
	var ids, pages []string
	for i := range 50 {
		made := m.charge("metadata[paysocket_key]", fmt.Sprint("k", i))
		ids, pages = append(ids, made.text("id")), append(pages, made.text("authorize_uri"))
	}
	left := m.get("/charges?limit=100").ok().ids()
	assert.LessOrEqual(t, len(left), 20)
	assert.Equal(t, ids[50-len(left):], left)
	assert.LessOrEqual(t, len(m.get("/events?limit=100").ok().ids()), 10)
	m.get("/charges/"+ids[0]).refused(http.StatusNotFound, "not_found")
	assert.Equal(t, http.StatusNotFound, m.openPage(pages[0]).status)
	gone, err := m.scope().Payments(t.Context(), &gateway.Query{Key: "k0"})
	require.NoError(t, err)
	assert.Empty(t, gone)
	m.clock.advance(25 * time.Hour)
	assert.Equal(t, "expired", m.get("/charges/"+ids[49]).text("status"))
}

func TestSandbox_BoundsItsAccounts(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{MaxAccounts: 2}})
	second, err := m.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
	_, err = m.sandbox.NewScope(t.Context(), nil)
	require.ErrorContains(t, err, "too many accounts")
	require.NoError(t, second.Close(t.Context()))
	_, err = m.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
}

func TestAccount_IsUsedConcurrently(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}, MaxCharges: 50})
	go func() {
		for range hooks { // only takes them away
		}
	}()
	scope := m.scope()
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 10 {
				made := m.charge()
				id := made.text("id")
				switch m.decide(made.text("authorize_uri"), "succeeded").status {
				case http.StatusSeeOther, http.StatusNotFound: // it may have been dropped already
				default:
					assert.Fail(t, "the page could not be used")
				}
				m.refund(id, "2000")
				_, _ = scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 2000})
				_ = scope.Advance(t.Context(), time.Minute)
				m.get("/events?limit=5").ok()
				m.get("/search?scope=charge&query=" + strings.ToUpper(id)).ok()
			}
		})
	}
	clients.Wait()
	m.flushWebhooks()
}

// However many refund at once, never more goes back than was paid.
func TestRefund_NeverExceedsTheChargeConcurrently(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	charge := m.paidCharge()
	var clients sync.WaitGroup
	for range 10 {
		clients.Go(func() { m.refund(charge, "30000") })
	}
	clients.Wait()
	assert.Equal(t, "90000", m.get("/charges/"+charge).number("refunded"))
}

// BenchmarkSale is a charge made, paid and read, over HTTP.
func BenchmarkSale(b *testing.B) {
	omise, err := sandbox.New(nil)
	require.NoError(b, err)
	b.Cleanup(omise.Close)
	server := httptest.NewServer(omise.Handler())
	b.Cleanup(server.Close)
	do := func(method, path, form string) *answer {
		request, err := http.NewRequestWithContext(b.Context(), method, server.URL+path, strings.NewReader(form))
		require.NoError(b, err)
		request.SetBasicAuth(omise.Credentials().SecretKey, "")
		response, err := server.Client().Do(request)
		require.NoError(b, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(b, err)
		require.NoError(b, response.Body.Close())
		return &answer{status: response.StatusCode, body: body}
	}
	for b.Loop() {
		made := do(http.MethodPost, "/charges", "amount=100000&currency=thb&source[type]=alipay&return_uri=https://x.example")
		require.Equal(b, http.StatusOK, made.status)
		_, rest, _ := strings.Cut(string(made.body), `"id": "`)
		id, _, _ := strings.Cut(rest, `"`)
		require.Equal(b, http.StatusOK, do(http.MethodPost, "/charges/"+id+"/mark_as_paid", "").status)
		require.Equal(b, http.StatusOK, do(http.MethodGet, "/charges/"+id, "").status)
	}
}

// BenchmarkAccount is what a look-up among many charges costs. It must not grow with
// the ledger, or a conformance run against a busy account would wait for the sandbox.
func BenchmarkAccount(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		m := start(b, nil)
		last := manyCharges(m, n)
		for _, query := range []string{
			"/charges?limit=1&order=reverse_chronological", fmt.Sprintf("/charges?limit=100&offset=%d", n-100),
			"/charges?limit=1&from=2017-11-02T07:20:00Z&to=2017-11-02T07:20:00Z", "/charges/" + last,
		} {
			name, _, _ := strings.Cut(strings.TrimPrefix(query, "/"), last)
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					m.get(query).ok()
				}
			})
		}
		b.Run(fmt.Sprintf("%d/ledger", n), func(b *testing.B) {
			for b.Loop() {
				_, err := m.scope().Payments(b.Context(), &gateway.Query{Key: "needle"})
				require.NoError(b, err)
			}
		})
	}
}
