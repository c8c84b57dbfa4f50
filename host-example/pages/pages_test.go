package pages

import (
	"math"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/host-example/web"
)

func TestTexts_AreThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	assert.Empty(t, texts().Problems())
	for _, key := range []string{statePaid, stateUnpaid, stateToPay, stateReturned, stateOpen, stateBlocked, stateNoLinkYet} {
		assert.NotEmpty(t, texts()[web.English][key+"_title"], key)
		assert.NotEmpty(t, texts()[web.English][key+"_text"], key)
	}
	for _, key := range []string{problemChoose, problemBusy, problemNothing, problemUnknown} {
		assert.NotEmpty(t, texts()[web.English][key], key)
	}
}

func TestCatalogue_HasNamesAndPricesForEverybody(t *testing.T) {
	t.Parallel()
	assert.NotEmpty(t, catalogue.Goods)
	for _, a := range catalogue.Goods {
		for _, l := range web.Languages() {
			assert.NotEmpty(t, a.Name[l], "%s in %s", a.ID, l)
			assert.NotEmpty(t, a.About[l], "%s in %s", a.ID, l)
		}
		for _, currency := range catalogue.Currencies {
			_, known := contract.Exponent(currency)
			assert.True(t, known, currency)
			assert.Positive(t, a.Price(currency).MinorUnits, "%s in %s", a.ID, currency)
			assert.Less(t, a.Price(currency).MinorUnits, math.MaxInt64/maxQuantity/int64(len(catalogue.Goods)), "a basket does not overflow")
		}
	}
	for code, names := range methodNames {
		for _, l := range web.Languages() {
			assert.NotEmpty(t, names[l], "%s in %s", code, l)
		}
	}
	assert.Equal(t, "new wallet", methodName(web.Thai, "new_wallet"))
}

func TestBasket_HasTheShopsPricesAndNothingElse(t *testing.T) {
	t.Parallel()
	b := readBasket(url.Values{
		"currency": {"THB"}, "tea": {"2"}, "cup": {"-1"}, "card": {"10"}, "mango": {"x"}, "coffee": {"99999999999999999999"},
		"gold": {"1"}, "amount": {"1"}, "price": {"1"}, "tea.price": {"1"},
	})
	assert.Equal(t, contract.Money{Currency: "THB", MinorUnits: 2 * 32_000}, b.total())
	assert.Equal(t, []shop.Line{{Goods: "tea", Quantity: 2, Price: 32_000}}, b.lines())
	assert.Equal(t, "THB", readBasket(url.Values{"currency": {"XXX"}}).currency)
}

func TestOrderID_IsOneForEveryTabOfABrowser(t *testing.T) {
	t.Parallel()
	basketOf := func(query string) *basket {
		values, err := url.ParseQuery(query)
		assert.NoError(t, err)
		return readBasket(values)
	}
	id := basketOf("tea=1&cup=2").orderID("CART")
	assert.NoError(t, shop.CheckID(id))
	assert.Equal(t, id, basketOf("cup=2&tea=1&mango=0&amount=1").orderID("CART"), "what is the same basket is the same order")
	assert.NotEqual(t, id, basketOf("tea=1&cup=1").orderID("CART"), "another basket")
	assert.NotEqual(t, id, basketOf("tea=1&cup=2&currency=USD").orderID("CART"), "another currency")
	assert.NotEqual(t, id, basketOf("tea=1&cup=2").orderID("CARP"), "another browser")
}

func TestKeyOf_CallsNothingFailedThatIsNotKnown(t *testing.T) {
	t.Parallel()
	sale := func(status host.SaleStatus, payURL string, blocked bool) *shop.Sale {
		return &shop.Sale{Sale: &host.Sale{Status: status, Blocked: blocked}, PayURL: payURL}
	}
	for _, c := range []struct {
		sale         *shop.Sale
		placed, came string
	}{
		{sale(host.SaleOpen, "", false), stateOpen, stateOpen},
		{sale(host.SaleOpen, "", true), stateBlocked, stateBlocked},
		{sale(host.SaleWaiting, "link", false), stateToPay, stateReturned},
		{sale(host.SaleWaiting, "", false), stateNoLinkYet, stateReturned},
		{sale(host.SaleWaiting, "", true), stateBlocked, stateBlocked},
		{sale(host.SalePaid, "", false), statePaid, statePaid},
		{sale(host.SalePaid, "", true), statePaid, statePaid},
		{sale(host.SaleUnpaid, "", false), stateUnpaid, stateUnpaid},
	} {
		assert.Equal(t, c.placed, keyOf(c.sale, false))
		assert.Equal(t, c.came, keyOf(c.sale, true))
	}
}

func TestIsPaidTwice_AsLongAsMoneyOfTwoPaymentsIsThere(t *testing.T) {
	t.Parallel()
	payment := func(status contract.PaymentStatus, refunded int64) host.Attempt {
		return host.Attempt{Status: status, Amount: contract.Money{Currency: "THB", MinorUnits: 100}, Refunded: contract.Money{Currency: "THB", MinorUnits: refunded}}
	}
	for _, c := range []struct {
		payments []host.Attempt
		twice    bool
	}{
		{[]host.Attempt{payment(contract.PaymentSucceeded, 0)}, false},
		{[]host.Attempt{payment(contract.PaymentExpired, 0), payment(contract.PaymentSucceeded, 0)}, false},
		{[]host.Attempt{payment(contract.PaymentSucceeded, 0), payment(contract.PaymentSucceeded, 0)}, true},
		{[]host.Attempt{payment(contract.PaymentSucceeded, 100), payment(contract.PaymentSucceeded, 0)}, false},
	} {
		assert.Equal(t, c.twice, isPaidTwice(&shop.Sale{Sale: &host.Sale{Payments: c.payments}}))
	}
}

func TestOffer_SaysWhyNobodyCanPayThisWay(t *testing.T) {
	t.Parallel()
	baht := func(n int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: n} }
	var o Offer
	o.add("a", true, &contract.CurrencyLimits{Currency: "THB", MinMinorUnits: 5000}, baht(1000))
	o.add("b", true, &contract.CurrencyLimits{Currency: "THB", MinMinorUnits: 2000}, baht(1000))
	assert.Equal(t, baht(2000), o.Least, "the least that one of them takes")
	assert.False(t, o.Usable())
	o.add("c", false, &contract.CurrencyLimits{Currency: "THB"}, baht(1000))
	assert.False(t, o.Usable(), "it is down")
	o.add("d", true, &contract.CurrencyLimits{Currency: "THB"}, baht(1000))
	assert.Equal(t, []string{"d"}, o.Providers, "a limit of 0 is unknown")

	var above Offer
	above.add("a", true, &contract.CurrencyLimits{Currency: "THB", MaxMinorUnits: 500}, baht(1000))
	above.add("b", true, &contract.CurrencyLimits{Currency: "THB", MaxMinorUnits: 900}, baht(1000))
	assert.Equal(t, baht(900), above.Most)
	above.add("c", true, &contract.CurrencyLimits{Currency: "THB", MaxMinorUnits: 1000}, baht(1000))
	assert.True(t, above.Usable(), "a limit itself is allowed")
}
