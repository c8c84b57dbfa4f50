package shop_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/internal/shoptest"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/internal/faults"
)

func order(id string) *host.Order {
	return &host.Order{
		ID: id, Amount: contract.Money{Currency: "THB", MinorUnits: 100_000}, Method: "wallet", Providers: []string{shoptest.Provider},
	}
}

func checkout(t *testing.T, f *shoptest.Fixture) *shop.Sale {
	t.Helper()
	sale, err := f.Shop.Checkout(t.Context(), order("3947"))
	require.NoError(t, err)
	require.Equal(t, host.SaleWaiting, sale.Status)
	return sale
}

func TestShop_FulfilsAnOrderWhenItIsPaid(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
	assert.Equal(t, shop.OrderPlaced, sale.Order.Status)
	f.Move(gateway.StateSucceeded)
	paid := f.Await("3947", host.SalePaid)
	assert.Equal(t, shop.OrderToFulfil, paid.Order.Status)
	assert.Empty(t, paid.PayURL)
	assert.Zero(t, paid.Order.RefundedAt)

	_, err := f.Shop.Engine().Refund(t.Context(), "3947", &host.RefundOrder{ID: "3947-r", Amount: contract.Money{Currency: "THB", MinorUnits: 1}})
	require.NoError(t, err)
	refunds := f.Payments()[0].Refunds
	require.Len(t, refunds, 1)
	require.NoError(t, f.Scope.TransitionRefund(t.Context(), refunds[0].ID, &gateway.Transition{To: gateway.StateSucceeded}))
	require.Eventually(t, func() bool {
		refunded, err := f.Shop.Sale(t.Context(), "3947")
		return err == nil && !refunded.Order.RefundedAt.IsZero() && refunded.Order.Status == shop.OrderToFulfil
	}, waitFor, pollEvery, "a refund in part does not keep the rest from being fulfilled")
}

func TestShop_SetsNothingAsideForAnOrderThatCannotBePaid(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	checkout(t, f)
	f.Move(gateway.StateFailed)
	assert.Equal(t, shop.OrderUnpaid, f.Await("3947", host.SaleUnpaid).Order.Status)

	again, err := f.Shop.PayAgain(t.Context(), &host.Order{ID: "3947", Method: "wallet", Providers: []string{shoptest.Provider}})
	require.NoError(t, err)
	assert.Equal(t, host.SaleWaiting, again.Status)
	assert.Len(t, again.Payments, 2)
}

func TestShop_ListsTheLatestOrders(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	for _, id := range []string{"1", "2", "3"} {
		_, err := f.Shop.Checkout(t.Context(), order(id))
		require.NoError(t, err)
	}
	orders, err := f.Shop.Orders(t.Context(), 2)
	require.NoError(t, err)
	assert.Len(t, orders, 2)
}

func TestShop_RefusesIDsThatAreNotItsOwn(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	for _, id := range []string{"", " ", "-1", "..", "a/b", "a b", "ü", "a\x00", "a\n", strings.Repeat("a", 65)} {
		_, err := f.Shop.Checkout(t.Context(), order(id))
		require.ErrorIs(t, err, contract.InvalidRequest, "%q", id)
	}
	orders, err := f.Shop.Orders(t.Context(), 10)
	require.NoError(t, err)
	assert.Empty(t, orders, "nothing is stored")
	assert.Empty(t, f.Payments())
}

func TestBuyer_PaysAtTheShopsOwnURL(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
	assert.NotContains(t, sale.PayURL, "3947", "nobody can guess the page of another order")
	sent := f.Send(http.MethodGet, sale.PayURL, nil, "")
	assert.Equal(t, http.StatusSeeOther, sent.Status)
	assert.Equal(t, sale.NextAction.Redirect.URL, sent.Header.Get("Location"))
	assert.Equal(t, "no-referrer", sent.Header.Get("Referrer-Policy"))

	f.Move(gateway.StateSucceeded)
	f.Await("3947", host.SalePaid)
	back := f.Send(http.MethodGet, sale.PayURL, nil, "")
	assert.Equal(t, http.StatusSeeOther, back.Status)
	assert.Contains(t, back.Header.Get("Location"), f.URL+"/return/", "nobody pays twice")
	page := f.Send(http.MethodGet, back.Header.Get("Location")+"?status=failed", nil, "")
	assert.Contains(t, page.Body, `data-status="PAID"`, "what the gateway adds to the URL proves nothing")
}

func TestBuyer_WhoComesBackProvesNothing(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
	page := f.Send(http.MethodGet, strings.Replace(sale.PayURL, "/pay/", "/return/", 1)+"?status=successful", nil, "")
	assert.Equal(t, http.StatusOK, page.Status)
	assert.Contains(t, page.Body, `data-status="WAITING"`)
	assert.Contains(t, page.Header.Get("Content-Security-Policy"), "default-src 'none'")
	faults.Proved(t, faults.Injected{How: "the buyer returns and says that it was paid", Times: strings.Count(page.Body, "WAITING"), Engine: faults.SQLite}, "BU03", "BU05")
}

func TestServer_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
	var refused faults.Counter
	webhooks := f.URL + "/webhooks/" + shoptest.Provider
	json := http.Header{"Content-Type": {"application/json"}}
	for name, c := range map[string]struct {
		method, address string
		header          http.Header
		body            string
		status          int
	}{
		"a token":                {http.MethodGet, f.URL + "/pay/" + strings.Repeat("A", 26), nil, "", http.StatusNotFound},
		"the order's id":         {http.MethodGet, f.URL + "/pay/3947", nil, "", http.StatusNotFound},
		"SQL":                    {http.MethodGet, f.URL + "/return/'%20OR%201=1--", nil, "", http.StatusNotFound},
		"a method":               {http.MethodPost, sale.PayURL, nil, "", http.StatusMethodNotAllowed},
		"a webhook's method":     {http.MethodGet, webhooks, json, "", http.StatusMethodNotAllowed},
		"a webhook's provider":   {http.MethodPost, f.URL + "/webhooks/nobody", json, "{}", http.StatusNotFound},
		"a webhook in a form":    {http.MethodPost, webhooks, http.Header{"Content-Type": {"text/plain"}}, "{}", http.StatusUnsupportedMediaType},
		"a webhook without type": {http.MethodPost, webhooks, nil, "{}", http.StatusUnsupportedMediaType},
		"a compressed webhook": {
			http.MethodPost, webhooks,
			http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}},
			"{}", http.StatusUnsupportedMediaType,
		},
		"a long webhook":      {http.MethodPost, webhooks, json, strings.Repeat(" ", contract.MaxWebhookBody+1), http.StatusRequestEntityTooLarge},
		"an unsigned webhook": {http.MethodPost, webhooks, json, "{}", http.StatusUnauthorized},
	} {
		answer := f.Send(c.method, c.address, c.header, c.body)
		if assert.Equal(t, c.status, answer.Status, name) {
			refused.Happened()
		}
	}
	assert.Equal(t, host.SaleWaiting, f.Await("3947", host.SaleWaiting).Status)
	faults.Proved(t, faults.Injected{How: "tokens, ids and webhooks that somebody made up", Times: refused.Times(), Engine: faults.SQLite}, "BU05")
}

func TestBuyer_ClicksOftenAndPaysOnce(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
	links := make(chan string, 20)
	var tabs sync.WaitGroup
	for range cap(links) {
		tabs.Go(func() {
			again, err := f.Shop.Checkout(t.Context(), order("3947"))
			if assert.NoError(t, err) && assert.Equal(t, sale.PayURL, again.PayURL) {
				links <- f.Send(http.MethodGet, again.PayURL, nil, "").Header.Get("Location")
			}
		})
	}
	tabs.Wait()
	close(links)
	clicks := len(links)
	for link := range links {
		assert.Equal(t, sale.NextAction.Redirect.URL, link)
	}
	assert.Len(t, f.Payments(), 1)
	faults.Proved(t, faults.Injected{How: "twenty tabs of one order, and its link in each", Times: clicks, Engine: faults.SQLite}, "BU01")
}

func TestBuyer_WhoLeavesMayPayLater(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
	page := strings.Replace(sale.PayURL, "/pay/", "/return/", 1)
	assert.Contains(t, f.Send(http.MethodGet, page, nil, "").Body, `data-status="WAITING"`, "only the gateway ends it")
	f.Move(gateway.StateExpired)
	f.Await("3947", host.SaleUnpaid)
	assert.Contains(t, f.Send(http.MethodGet, page, nil, "").Body, `data-status="UNPAID"`)
	expired := len(f.Payments())
	again, err := f.Shop.PayAgain(t.Context(), &host.Order{ID: "3947", Method: "wallet", Providers: []string{shoptest.Provider}})
	require.NoError(t, err)
	assert.Equal(t, http.StatusSeeOther, f.Send(http.MethodGet, again.PayURL, nil, "").Status)
	assert.Len(t, f.Payments(), expired+1)
	faults.Proved(t, faults.Injected{How: "a link expires", Times: expired, Engine: faults.SQLite}, "BU04")
}
