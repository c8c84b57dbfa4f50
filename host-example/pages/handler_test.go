package pages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/internal/shoptest"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// newPages returns the pages of a shop whose only provider is not in their supervisor.
func newPages(t *testing.T) (*shoptest.Fixture, http.Handler) {
	t.Helper()
	f := shoptest.New(t)
	providers := supervisor.New(nil)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	return f, New(f.Shop, providers, nil).Handler()
}

func send(t *testing.T, pages http.Handler, method, path, site string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(url.Values{"tea": {"1"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", site)
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	return w
}

func TestHandler_KeepsEveryPagePrivate(t *testing.T) {
	t.Parallel()
	f, pages := newPages(t)
	sale, err := f.Shop.Checkout(t.Context(), &host.Order{
		ID: "1", Amount: contract.Money{Currency: "THB", MinorUnits: 32_000}, Method: "wallet", Providers: []string{shoptest.Provider},
	}, shop.Line{Goods: "tea", Quantity: 1, Price: 32_000})
	require.NoError(t, err)
	order := "/orders/" + sale.Token
	for path, status := range map[string]int{
		"/": http.StatusOK, "/checkout?tea=1": http.StatusOK, "/checkout": http.StatusSeeOther, order: http.StatusOK, order + "/state": http.StatusOK,
		order + "/receipt": http.StatusSeeOther, "/orders/1": http.StatusNotFound, "/nothing": http.StatusNotFound,
	} {
		answer := send(t, pages, http.MethodGet, path, "none")
		assert.Equal(t, status, answer.Code, path)
		header := answer.Header()
		assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'", path)
		assert.NotContains(t, header.Get("Content-Security-Policy"), "unsafe", path)
		assert.Equal(t, "no-store", header.Get("Cache-Control"), path)
		assert.Equal(t, "no-referrer", header.Get("Referrer-Policy"), path)
		assert.NotRegexp(t, `<style|style=|<script>|\son[a-z]+=|javascript:`, answer.Body.String(), "nothing that the policy would block")
	}
	for _, path := range []string{"/orders", order + "/pay-again"} {
		for _, site := range []string{"cross-site", "same-site"} {
			assert.Equal(t, http.StatusForbidden, send(t, pages, http.MethodPost, path, site).Code, "%s from %s", path, site)
		}
		assert.Equal(t, http.StatusSeeOther, send(t, pages, http.MethodPost, path, "same-origin").Code, path)
	}
	assert.Len(t, f.Payments(), 1)
}

func TestHandler_ShowsEverythingAsText(t *testing.T) {
	t.Parallel()
	f, pages := newPages(t)
	const hostile = `"><img src=x onerror=alert(1)>{{.}}`
	sale, err := f.Shop.Checkout(t.Context(), &host.Order{
		ID: "1", Amount: contract.Money{Currency: "THB", MinorUnits: 100}, Method: "wallet", Providers: []string{shoptest.Provider},
	}, shop.Line{Goods: hostile, Quantity: 1, Price: 100})
	require.NoError(t, err)
	f.Move(gateway.StateSucceeded)
	f.Await("1", host.SalePaid)
	shown := 0
	for _, path := range []string{
		"/orders/" + sale.Token, "/orders/" + sale.Token + "/receipt", "/?lang=" + url.QueryEscape(hostile), "/?tea=" + url.QueryEscape(hostile),
		"/checkout?tea=1&problem=" + url.QueryEscape(hostile), "/checkout?tea=1&" + url.QueryEscape(hostile) + "=1", "/orders/" + url.PathEscape(hostile),
	} {
		body := send(t, pages, http.MethodGet, path, "none").Body.String()
		assert.NotContains(t, body, "<img", path)
		assert.NotContains(t, body, `alert(1)>`, path)
		shown += strings.Count(body, "&lt;img src=x")
	}
	assert.Positive(t, shown, "what the shop sold is shown")
}
