package shop_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/internal/shoptest"
	"github.com/paysocket/paysocket/host-example/shop"
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
	assert.Contains(t, page.Body, `http-equiv="refresh"`)
	assert.Contains(t, page.Header.Get("Content-Security-Policy"), "default-src 'none'")
}

func TestServer_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	sale := checkout(t, f)
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
		assert.Equal(t, c.status, answer.Status, name)
	}
	assert.Equal(t, host.SaleWaiting, f.Await("3947", host.SaleWaiting).Status)
}
