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

func TestAHundredThousandChargesAreStillFoundQuickly(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED, NOT TESTED: a hundred thousand charges are not short")
	}
	const many = 100_000
	b := start(t, nil)
	scope := b.manage()
	for i := range many {
		if i%100 == 0 {
			b.clock.turn(time.Second)
		}
		_, err := scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
		require.NoError(t, err)
	}
	last := b.charge("metadata[paysocket_key]", "needle").text("id")

	began := time.Now()
	const rounds = 20
	for range rounds {
		assert.Equal(t, last, b.get("/charges?limit=1&order=reverse_chronological").ok().ids()[0])
		assert.Len(t, b.get("/charges?limit=100&offset=99000").ok().ids(), 100)
		assert.Equal(t, "100", b.get("/charges?from=2017-11-02T07:20:00Z&to=2017-11-02T07:20:00Z").ok().number("total"))
		b.get("/charges/" + last).ok()
		found, err := scope.Payments(t.Context(), &gateway.Query{Key: "needle"})
		require.NoError(t, err)
		require.Len(t, found, 1)
	}
	each := time.Since(began) / (5 * rounds)
	assert.Less(t, each, 50*time.Millisecond, "a look-up must not read the whole ledger")
	assert.Equal(t, "1", b.get("/search?scope=charge&query=needle").ok().number("total"))
}

func TestTheOldestGoWhenAnAccountIsFull(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{MaxCharges: 20, MaxEvents: 10})
	var ids, pages []string
	for i := range 50 {
		made := b.charge("metadata[paysocket_key]", fmt.Sprint("k", i))
		ids, pages = append(ids, made.text("id")), append(pages, made.text("authorize_uri"))
	}
	left := b.get("/charges?limit=100").ok().ids()
	assert.LessOrEqual(t, len(left), 20)
	assert.Equal(t, ids[50-len(left):], left)
	assert.LessOrEqual(t, len(b.get("/events?limit=100").ok().ids()), 10)
	b.get("/charges/"+ids[0]).refused(http.StatusNotFound, "not_found")
	assert.Equal(t, http.StatusNotFound, b.look(pages[0]).status)
	gone, err := b.manage().Payments(t.Context(), &gateway.Query{Key: "k0"})
	require.NoError(t, err)
	assert.Empty(t, gone)
	b.clock.turn(25 * time.Hour)
	assert.Equal(t, "expired", b.get("/charges/"+ids[49]).text("status"))
}

func TestAccountsAreBounded(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{MaxAccounts: 2})
	second, err := b.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
	_, err = b.sandbox.NewScope(t.Context(), nil)
	require.ErrorContains(t, err, "too many accounts")
	require.NoError(t, second.Close(t.Context()))
	_, err = b.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
}

func TestManyHandsAtOnce(t *testing.T) {
	t.Parallel()
	hookURL, hooks := shop(t)
	b := start(t, &sandbox.Options{WebhookURL: hookURL, MaxCharges: 50})
	go func() {
		for range hooks { // only takes them away
		}
	}()
	scope := b.manage()
	var hands sync.WaitGroup
	for range 8 {
		hands.Go(func() {
			for range 10 {
				made := b.charge()
				id := made.text("id")
				switch b.decide(made.text("authorize_uri"), "succeeded").status {
				case http.StatusSeeOther, http.StatusNotFound: // it may have been dropped already
				default:
					assert.Fail(t, "the page could not be used")
				}
				b.refund(id, "2000")
				_, _ = scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 2000})
				_ = scope.Advance(t.Context(), time.Minute)
				b.get("/events?limit=5").ok()
				b.get("/search?scope=charge&query=" + strings.ToUpper(id)).ok()
			}
		})
	}
	hands.Wait()
	b.settle()
}

// However many refund at once, never more goes back than was paid.
func TestRefundsAtOnceNeverExceedTheCharge(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	charge := b.paidCharge()
	var hands sync.WaitGroup
	for range 10 {
		hands.Go(func() { b.refund(charge, "30000") })
	}
	hands.Wait()
	assert.Equal(t, "90000", b.get("/charges/"+charge).number("refunded"))
}

// BenchmarkSale is a charge made, paid and read, over HTTP.
func BenchmarkSale(b *testing.B) {
	standIn, err := sandbox.New(nil)
	require.NoError(b, err)
	b.Cleanup(standIn.Close)
	server := httptest.NewServer(standIn.Handler())
	b.Cleanup(server.Close)
	do := func(method, path, form string) *answer {
		request, err := http.NewRequestWithContext(b.Context(), method, server.URL+path, strings.NewReader(form))
		require.NoError(b, err)
		request.SetBasicAuth(standIn.Credentials().SecretKey, "")
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
