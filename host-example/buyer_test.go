package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// market is a shop with gateways, and a buyer's browser.
type market struct {
	*merchant

	host  *hostProcess
	buyer *phone
}

// openMarket starts a shop with accounts of these names; see newMerchant. Arguments are of
// its process.
func openMarket(t *testing.T, names []string, arguments ...string) *market {
	t.Helper()
	return openMarketTo(t, openPhone(t), names, arguments...)
}

// openMarketTo is openMarket for a buyer whose browser is open already.
func openMarketTo(t *testing.T, buyer *phone, names []string, arguments ...string) *market {
	t.Helper()
	where, err := freeAddresses(t.Context())
	require.NoError(t, err)
	m := newMerchant(t, "http://"+where.shop, names...)
	host := serve(t, m.catalog, append([]string{"--listen", where.shop, "--call-time", callTime.String()}, arguments...)...)
	host.awaitHealth("all are ready", http.StatusOK, ready(names...))
	return &market{m, host, buyer}
}

// basket is what all buyers of these tests buy.
const basket = "/checkout?currency=THB&tea=1&mango=2"

// fill buys from the goods on: what is chosen is the basket of a window's checkout.
func (m *market) fill(w *phone) {
	w.t.Helper()
	w.goTo(m.host.shop + "/")
	act(w, setValue("tea", "1"))
	act(w, setValue("mango", "2"))
	w.click("button.primary")
	w.until(`location.pathname === "/checkout" && document.querySelector("form button.primary") !== null`)
}

// order sends the order of the checkout, and waits for the gateway's page, to which the
// script goes straight on.
func (m *market) order(w *phone) {
	w.t.Helper()
	w.click("button.primary")
	w.until(`document.querySelector('button[value="succeeded"], button.pay') !== null`)
}

// payments returns what is in the ledgers of all gateways.
func (m *market) payments() []gateway.Payment {
	m.t.Helper()
	var all []gateway.Payment
	for _, a := range m.accounts {
		all = append(all, a.made("")...)
	}
	return all
}

// token returns the token of the order whose page is shown.
func (w *phone) token() string {
	w.t.Helper()
	return act(w, evaluateString(`document.querySelector("#state").dataset.source.split("/")[2]`))
}

func TestBuyersPages_SellFromTheGoodsToTheReceipt(t *testing.T) {
	t.Parallel()
	for engine, arguments := range map[faults.Engine]func(*testing.T) []string{
		faults.SQLite: func(*testing.T) []string { return nil },
		faults.Postgres: func(t *testing.T) []string {
			t.Helper()
			return []string{"--database", postgresURL(t), "--key-file", filepath.Join(t.TempDir(), "key")}
		},
	} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			m := openMarket(t, []string{"wallet"}, arguments(t)...)
			w := m.buyer
			w.goTo(m.host.shop + "/")
			w.look("goods")
			m.fill(w)
			w.look("checkout")
			m.order(w)
			w.click(`button[value="succeeded"]`)
			w.knows("paid")
			w.look("paid")
			w.click("#state a.primary")
			w.until(`location.pathname.endsWith("/receipt") && document.readyState === "complete"`)
			assert.Contains(t, w.text(), "THB 620.00")
			paid := m.payments()
			require.Len(t, paid, 1)
			assert.EqualValues(t, 62_000, paid[0].Amount)
			assert.Contains(t, w.text(), paid[0].Reference)

			status, answer := m.host.request(http.MethodPost, "/sales/"+paid[0].Reference+"/refunds", `{"id":"r1","amount":{"currency":"THB","minor_units":15000}}`)
			require.Equal(t, http.StatusOK, status, string(answer))
			refunds := m.payments()[0].Refunds
			require.Len(t, refunds, 1)
			require.NoError(t, m.accounts["wallet"].TransitionRefund(t.Context(), refunds[0].ID, &gateway.Transition{To: gateway.StateSucceeded}))
			w.untilReloaded(`document.body.innerText.includes("150.00")`)
			w.look("receipt")
		})
	}
}

func TestBuyersPages_AskTheGatewayForNothing(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"wallet"})
	w, front := m.buyer, m.accounts["wallet"].front
	m.fill(w)
	m.order(w)
	w.back()
	w.knows("to_pay")
	token := w.token()
	before := front.Count("GET")
	const looks = 60
	w.goTo(m.host.shop + "/return/" + token + "?status=successful&amount=1")
	w.knows("confirming")
	w.look("confirming")
	answered := act(w, chromedp.Evaluate[int](fmt.Sprintf(`(async () => {
		window.mark = "the same page";
		let answered = 0;
		for (let i = 0; i < %d; i++) if ((await fetch(document.querySelector("#state").dataset.source)).ok) answered++;
		return answered;
	})()`, looks), chromedp.EvalAwaitPromise))
	assert.Equal(t, looks, answered)
	w.click("#state form button") // without a script it would be all that there is
	w.until("window.mark === undefined")
	w.knows("confirming")
	assert.Less(t, front.Count("GET")-before, looks/4, "only what the engine's own schedule has, on a slow machine")
	assert.Len(t, m.payments(), 1)
	assert.Contains(t, w.text(), "This page changes by itself")

	act(w, evaluateAny(`window.mark = "the same page"`))
	m.accounts["wallet"].move(m.payments()[0].ID, gateway.StateSucceeded)
	w.knows("paid")
	assert.Equal(t, "the same page", act(w, evaluateString("window.mark")), "the script shows what has changed")
	faults.Proved(t, faults.Injected{How: "the buyer's browser returns before the gateway knows, says that it was paid, and looks again and again", Times: looks, Engine: faults.SQLite}, "BU03", "BU05")
}

func TestBuyersPages_AreOneOrderInAllTabs(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"wallet"})
	first := m.buyer
	m.fill(first)
	second := first.tab()
	m.fill(second)
	act(first, evaluateAny(`document.querySelector('form[method="post"]').submit(); document.querySelector("button.primary").click()`))
	first.until(`document.querySelector('button[value="succeeded"]') !== null`)
	m.order(second)
	assert.Equal(t, first.location(), second.location(), "one link")
	first.back()
	first.knows("to_pay")
	first.look("placed")
	first.click("#state a.primary")
	first.until(`document.querySelector('button[value="succeeded"]') !== null`)
	assert.Equal(t, second.location(), first.location(), "and the same again")
	assert.Len(t, m.payments(), 1)

	second.click(`button[value="succeeded"]`)
	second.knows("paid")
	first.goTo(m.host.shop + basket) // and once more, when it is paid
	act(first, evaluateAny(`document.querySelector('form[method="post"]').submit()`))
	first.knows("paid")
	assert.Len(t, m.payments(), 1)
	faults.Proved(t, faults.Injected{How: "two tabs, a double click and the back button of a browser", Times: 4, Engine: faults.SQLite}, "BU01")
}

func TestBuyersPages_LetWhoWasDeclinedOrLeftPayAgain(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"wallet"})
	w := m.buyer
	m.fill(w)
	m.order(w)
	w.click(`button[value="failed"]`)
	w.knows("unpaid")
	w.look("declined")
	w.click("#state button.primary")
	w.until(`document.querySelector('button[value="succeeded"]') !== null`)
	require.Len(t, m.payments(), 2)

	w.goTo("about:blank") // the buyer leaves, and the link expires
	for _, p := range m.payments() {
		if p.State == gateway.StatePending {
			m.accounts["wallet"].move(p.ID, gateway.StateExpired)
		}
	}
	w.goTo(m.host.shop + "/")
	w.click(`.notice a`)
	w.knows("unpaid")
	w.look("expired")
	there := m.host.shop + "/orders/" + w.token()
	w.click("#state button.primary")
	w.until(`document.querySelector('button[value="succeeded"]') !== null`)
	w.goTo("about:blank") // and pays elsewhere, and never returns
	for _, p := range m.payments() {
		if p.State == gateway.StatePending {
			m.accounts["wallet"].move(p.ID, gateway.StateSucceeded)
		}
	}
	m.host.awaitSale(m.payments()[0].Reference, "PAID")
	paid := 0
	for _, p := range m.payments() {
		if p.State == gateway.StateExpired { // an older link is paid after all
			m.accounts["wallet"].move(p.ID, gateway.StateSucceeded)
			paid++
		}
	}
	w.goTo(there)
	w.untilReloaded(`document.querySelector("#state .notice") !== null`)
	w.knows("paid")
	w.look("paid-twice")
	engine := faults.SQLite
	faults.Proved(t, faults.Injected{How: "the buyer of a browser leaves, and the link expires", Times: paid, Engine: engine}, "BU04")
	faults.Proved(t, faults.Injected{How: "the buyer of a browser pays when its window is closed", Times: 1, Engine: engine}, "BU02")
	faults.Proved(t, faults.Injected{How: "the buyer of a browser pays an expired link when a newer one was paid", Times: paid, Engine: engine}, "BU07")
}

func TestBuyersPages_CallNothingFailedThatIsNotKnown(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"wallet"})
	w, front := m.buyer, m.accounts["wallet"].front
	m.fill(w)
	held, release := make(chan struct{}, 1), make(chan struct{})
	unknown := kittest.On("GET /v1/payments", kittest.Answer(http.StatusServiceUnavailable, `{}`)) // as long as it takes
	front.Set(kittest.On("POST", kittest.Times(1, kittest.Executed(kittest.Hold(held, release)))), unknown)
	act(w, evaluateAny(`document.querySelector('form[method="post"]').submit()`))
	select {
	case <-held: // the gateway has made the payment, and nobody knows
	case <-time.After(waitFor):
		require.FailNow(t, "no payment is made")
	}
	require.NoError(t, syscall.Kill(m.pid("wallet"), syscall.SIGKILL))
	w.knows("checking")
	w.look("checking")
	assert.Zero(t, w.count(`#state form[method="post"], #state a[data-pay]`), "there is nothing to pay again, and nothing to pay")
	assert.NotRegexp(t, "failed|declined|canceled|not paid", w.text())
	const again = 3
	for range again { // the buyer tries again all the same, as soon as somebody could be paid
		w.goTo(m.host.shop + basket)
		w.untilReloaded(`document.querySelector('form[method="post"] button') !== null`)
		act(w, evaluateAny(`document.querySelector('form[method="post"]').submit()`))
		w.knows("checking")
	}
	close(release)
	front.Set()
	w.goTo(m.host.shop + "/")
	w.click(".notice a")
	w.knows("to_pay") // found by its key, by the engine's schedule
	assert.Len(t, m.payments(), 1)
	w.click("#state a.primary")
	w.click(`button[value="succeeded"]`)
	w.knows("paid")
	faults.Proved(t, faults.Injected{How: "the provider is killed while a browser's payment is made, and the buyer tries again", Times: again, Engine: faults.SQLite}, "BU06")
}

func TestBuyersPages_GoOnWithTheNextProviderOfTheCatalog(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"wallet-z", "wallet-a"})
	w := m.buyer
	first := m.accounts["wallet-z"]
	first.front.Set(kittest.On("POST", kittest.Answer(http.StatusTooManyRequests, `{}`)))
	m.fill(w)
	m.order(w)
	assert.Empty(t, first.made(""))
	assert.Positive(t, first.front.Count("POST"), "the catalog has it first")
	w.click(`button[value="succeeded"]`)
	w.knows("paid")
	assert.Len(t, m.accounts["wallet-a"].made(""), 1)
}

func TestBuyersPages_SayBeforeTheClickWhatCannotBePaid(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"alipay"})
	w := m.buyer
	w.goTo(m.host.shop + "/checkout?currency=THB&card=1")
	assert.Contains(t, w.text(), "Only for orders of THB 20.00 or more.")
	assert.Zero(t, w.count(`input[type="radio"]:not(:disabled), button.primary`))
	w.look("below-the-least")
	w.goTo(m.host.shop + "/checkout?currency=THB&card=2")
	assert.Positive(t, w.count(`input[type="radio"]:not(:disabled)`))
	stop(t, m.pid("alipay"))
	m.host.awaitHealth("it is down", http.StatusServiceUnavailable, func(states map[string]providerState) bool { return states["alipay"].Status != "READY" })
	w.goTo(m.host.shop + "/checkout?currency=THB&card=2")
	assert.Contains(t, w.text(), "Not available at the moment.")
	w.look("down")
}

func TestBuyersPages_ShowNobodyTheOrderOfAnother(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"wallet"})
	m.fill(m.buyer)
	m.order(m.buyer)
	id := m.payments()[0].Reference
	w := m.buyer.stranger()
	tried := 0
	for _, path := range []string{"/orders/" + id, "/orders/" + id + "/receipt", "/orders/" + id + "/state", "/return/" + id, "/pay/" + id, "/orders/AAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		w.goTo(m.host.shop + path)
		assert.NotContains(t, w.text(), "620.00", path)
		assert.Zero(t, w.count("#state"), path)
		tried++
	}
	w.goTo(m.host.shop + basket)
	act(w, evaluateAny(`(() => { const f = document.querySelector('form[method="post"]');
		for (const [k, v] of [["amount", "1"], ["id", `+asJSON(id)+`], ["price", "1"], ["total", "1"]]) {
			const i = document.createElement("input"); i.name = k; i.value = v; i.type = "hidden"; f.append(i); }
		f.submit(); })()`))
	w.until(`document.querySelector('button[value="succeeded"]') !== null`)
	payments := m.payments()
	require.Len(t, payments, 2, "it is an order of its own")
	assert.Equal(t, payments[0].Amount, payments[1].Amount, "at the shop's price")
	faults.Proved(t, faults.Injected{How: "a browser changes the address, the amount and the order's id in a form", Times: tried + 1, Engine: faults.SQLite}, "BU05")
}

// pid returns the process of a provider.
func (m *market) pid(name string) int {
	m.t.Helper()
	_, states := m.host.health()
	require.NotZero(m.t, states[name].PID)
	return states[name].PID
}
