package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host-example/staff"
)

// office is a host with two providers, and somebody who works there.
type office struct {
	*merchant

	host   *hostProcess
	window *desk
}

// databases are those that the staff's pages read.
var databases = map[string]func(t *testing.T) []string{
	"SQLite": func(*testing.T) []string { return nil },
	"PostgreSQL": func(t *testing.T) []string {
		t.Helper()
		return []string{"--database", postgresURL(t), "--key-file", filepath.Join(t.TempDir(), "payer.key")}
	},
}

func newOffice(t *testing.T, name string, arguments ...string) *office {
	t.Helper()
	where, err := freeAddresses(t.Context())
	require.NoError(t, err)
	o := &office{merchant: newMerchant(t, "http://"+where.shop, "th-alipay", "wallet")}
	o.host = serve(t, o.catalog, append([]string{"--listen", where.shop, "--call-time", callTime.String()}, arguments...)...)
	o.window = openDesk(t, o.host.staff, name)
	require.True(t, o.window.logIn(staff.First, o.password(staff.First)))
	return o
}

// password has somebody get a new password, as whoever runs the host can.
func (o *office) password(name string) string {
	o.t.Helper()
	status, body := o.host.request(http.MethodPost, "/staff/"+name+"/password", "")
	require.Equal(o.t, http.StatusOK, status, string(body))
	var answer struct{ Password string }
	require.NoError(o.t, json.Unmarshal(body, &answer))
	return answer.Password
}

// sellPaid sells an order that is paid.
func (o *office) sellPaid(id, provider string) {
	o.t.Helper()
	status, sale := o.host.checkout(id, provider)
	require.Equal(o.t, http.StatusOK, status, "%+v", sale)
	made := o.accounts[provider].made(id)
	require.Len(o.t, made, 1)
	o.accounts[provider].move(made[0].ID, gateway.StateSucceeded)
	o.host.awaitSale(id, "PAID")
}

// TestStaff_WorksOnAPhone has an operator do a day's work in a real browser.
func TestStaff_WorksOnAPhone(t *testing.T) {
	t.Parallel()
	for database, arguments := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "staff-"+strings.ToLower(database), arguments(t)...)
			o.sellPaid("tea-1", "th-alipay")
			o.sellPaid("tea-2", "wallet")
			status, _ := o.host.checkout("tea-3", "wallet")
			require.Equal(t, http.StatusOK, status)
			t.Run("reads", o.reads)
			t.Run("refunds", o.refunds)
			t.Run("decides", o.decides)
			t.Run("swaps and disables", o.swaps)
			t.Run("clerk", o.clerk)
		})
	}
}

func (o *office) reads(t *testing.T) {
	w := o.window
	w.open("/")
	w.picture("day")
	assert.Contains(t, w.text(), "THB\u00a02,000.00", "two are paid")
	settled := o.accounts["th-alipay"].made("tea-1")[0].Settlement
	require.NotNil(t, settled)
	net := fmt.Sprintf("%d.%02d", settled.Net/100, settled.Net%100)
	assert.Contains(t, w.text(), net, "what is received of the one whose gateway says it")
	assert.Contains(t, w.text(), "For 1 paid payment the gateway does not say it")

	w.open("/payments")
	w.picture("payments")
	for _, id := range []string{"tea-1", "tea-2", "tea-3"} {
		assert.Contains(t, w.text(), id)
	}
	w.fill("#id", o.accounts["wallet"].made("tea-2")[0].ID)
	w.press("main button")
	assert.Contains(t, w.text(), "tea-2", "by the gateway's id")
	assert.NotContains(t, w.text(), "tea-1")
	for query, found := range map[string]string{
		"id=tea-1": "tea-1", "state=PENDING": "tea-3", "provider=th-alipay": "tea-1", "state=SUCCEEDED&provider=wallet": "tea-2",
		"amount=1,000.00&state=PENDING": "tea-3",
	} {
		w.open("/payments?" + query)
		for _, id := range []string{"tea-1", "tea-2", "tea-3"} {
			assert.Equal(t, id == found, strings.Contains(w.text(), id), "%s in %s", id, query)
		}
	}
	w.open("/payments?amount=999")
	assert.Contains(t, w.text(), "Nothing was found")
	for page, name := range map[string]string{"/attention": "attention", "/providers": "providers", "/password": "password", "/staff": "staff"} {
		w.open(page)
		w.picture(name)
	}
	w.do(chromedp.EmulateViewport(1280, 800))
	w.open("/")
	w.picture("wide-day")
	w.open("/payments")
	w.picture("wide-payments")
	w.open("/payments/tea-1")
	w.picture("wide-payment")
	w.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateScale(2)))
}

func (o *office) refunds(t *testing.T) {
	w := o.window
	w.open("/payments/tea-1")
	w.picture("payment")
	assert.Contains(t, w.text(), "The gateway refunds it until", "the provider declares a window")
	w.value(`document.querySelector('[name=how][value=part]').click()`)
	w.fill(".refund [name=amount]", "300.50")
	w.fill(".refund [name=reason]", `=HYPERLINK("x") <img src=x onerror="document.title='owned'">`)
	w.press(".refund button")
	w.picture("refunded")
	refunds := o.accounts["th-alipay"].made("tea-1")[0].Refunds
	require.Len(t, refunds, 1)
	assert.EqualValues(t, 30050, refunds[0].Amount)
	assert.Contains(t, w.text(), "THB\u00a0699.50", "what is left")
	assert.Contains(t, w.text(), `onerror="document.title='owned'"`, "it is shown as the text that it is")
	assert.NotEqual(t, "owned", w.value("document.title"))

	w.value("history.back()")
	w.open("/payments/tea-1")
	w.value(`document.querySelector('[name=how][value=whole]').click()`)
	w.fill(".refund [name=reason]", "the shop is closed")
	w.press(".refund button")
	refunds = o.accounts["th-alipay"].made("tea-1")[0].Refunds
	require.Len(t, refunds, 2)
	assert.EqualValues(t, 69950, refunds[1].Amount)
	assert.Contains(t, w.text(), "All of it was paid back")
	assert.Equal(t, true, w.value("document.querySelector('.refund') === null"))
}

func (o *office) decides(t *testing.T) {
	w := o.window
	wallet := o.accounts["wallet"]
	w.open("/payments/tea-2")
	w.value(`document.querySelector('[name=how][value=part]').click()`)
	w.fill(".refund [name=amount]", "1")
	w.fill(".refund [name=reason]", "a chip")
	w.press(".refund button")
	refund := wallet.made("tea-2")[0].Refunds[0].ID
	require.NoError(t, wallet.TransitionRefund(t.Context(), refund, &gateway.Transition{To: gateway.StateFailed}))
	require.Eventually(t, func() bool { w.open("/attention"); return strings.Contains(w.text(), "tea-2") }, waitFor, pollEvery)
	w.picture("attention-refund")
	assert.Contains(t, w.text(), "The money did not reach the buyer", "what to do")
	w.press("main li a")
	w.value(`[...document.querySelectorAll('details')].at(-1).open = true`)
	w.value(`[...document.querySelectorAll('[name=decision][value=seen]')].at(-1).click()`)
	w.value(`[...document.querySelectorAll('details [name=reason]')].at(-1).value = 'paid back in cash'`)
	w.picture("decide")
	w.value(`[...document.querySelectorAll('details')].at(-1).querySelector('button').id = 'decide'`)
	w.press("#decide")
	assert.Contains(t, w.text(), "seen by operator: paid back in cash")
	w.open("/attention")
	assert.NotContains(t, w.text(), "tea-2")

	wallet.move(wallet.made("tea-3")[0].ID, gateway.StateExpired)
	w.open("/payments/tea-3")
	w.press("[action$=look] button")
	assert.Contains(t, w.text(), "looked at again for operator")
	assert.Contains(t, w.text(), "expired")
}

func (o *office) swaps(t *testing.T) {
	w := o.window
	status, _ := o.host.checkout("tea-4", "wallet")
	require.Equal(t, http.StatusOK, status)
	w.open("/providers")
	_, before := o.host.health()
	w.press("[action='/providers/wallet/swap'] button")
	_, after := o.host.health()
	assert.NotEqual(t, before["wallet"].PID, after["wallet"].PID)
	wallet := o.accounts["wallet"]
	wallet.move(wallet.made("tea-4")[0].ID, gateway.StateSucceeded)
	o.host.awaitSale("tea-4", "PAID")

	w.press("[action='/providers/wallet/disable'] button")
	w.picture("disabled")
	assert.Contains(t, w.text(), "operator disabled it")
	status, refused := o.host.checkout("tea-5", "wallet")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	require.NotNil(t, refused.Error)
	assert.Contains(t, refused.Error.Message, "disabled")
	assert.Empty(t, wallet.made("tea-5"))
	status, known := o.host.checkout("tea-4", "wallet")
	assert.Equal(t, http.StatusOK, status, "what was begun goes on")
	assert.Equal(t, "PAID", known.Status)
	w.press("[action='/providers/wallet/enable'] button")
	status, _ = o.host.checkout("tea-5", "wallet")
	assert.Equal(t, http.StatusOK, status)
}

// clerk has somebody log in who may only read, and try to do more.
func (o *office) clerk(t *testing.T) {
	w := o.window
	w.open("/staff")
	w.fill("main > form [name=name]", "ann")
	w.fill("main > form [name=role]", "clerk")
	w.press("main > form button")
	w.picture("new-account")
	password, _ := w.value("document.querySelector('code.big').innerText").(string)
	w.press(".who button")
	w.picture("login")
	require.True(t, w.logIn("ann", password))
	w.open("/payments/tea-4")
	w.picture("clerk-payment")
	assert.Contains(t, w.text(), "What is left: THB\u00a01,000.00")
	assert.Equal(t, true, w.value("document.querySelector('.refund, [action$=cancel], [action$=resolve]') === null"))
	w.open("/staff")
	w.picture("refused")
	assert.Contains(t, w.text(), "You may not do that")

	// A form of the clerk's own making, from a page of the same origin.
	forge := func(path string) any {
		w.open("/payments/tea-4")
		w.value(`(() => { const f = document.createElement('form'); f.method = 'post'; f.action = ` + literal(path) + `;
			for (const [n, v] of [['payment', '1'], ['id', 'forged'], ['how', 'whole'], ['left', 'THB 1000.00'], ['reason', 'mine'], ['decision', 'release'],
				['key', document.querySelector('[name=key]').value], ['name', 'eve'], ['role', 'operator']]) {
				const i = document.createElement('input'); i.name = n; i.value = v; f.append(i) }
			const b = document.createElement('button'); b.id = 'forged'; f.append(b); f.hidden = true; document.body.append(f) })()`)
		w.leave("#forged")
		return w.value("document.querySelector('h1').innerText")
	}
	for _, path := range []string{
		"/payments/tea-4/refund", "/payments/tea-4/cancel", "/payments/tea-4/resolve", "/providers/wallet/disable", "/providers/wallet/swap",
		"/staff", "/staff/ann", "/staff/operator/password",
	} {
		assert.Equal(t, "You may not do that", forge(path), path)
	}
	assert.Empty(t, o.accounts["wallet"].made("tea-4")[0].Refunds)
}

// TestStaff_IsNotReachedByOtherPages has pages of other sites send forms to the staff's
// pages from a browser in which an operator is logged in.
func TestStaff_IsNotReachedByOtherPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "staff-attacked")
	o.sellPaid("tea-1", "wallet")
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<form method="post" action="`+o.host.staff+`/payments/tea-1/refund"><input name="payment" value="1"><input name="id" value="x">
			<input name="how" value="whole"><input name="left" value="THB 1000.00"><input name="reason" value="x"><button>Win</button></form>
			<iframe src="`+o.host.staff+`/payments"></iframe>`)
	}))
	t.Cleanup(hostile.Close)
	w := o.window
	for _, site := range []string{hostile.URL, strings.Replace(hostile.URL, "127.0.0.1", "localhost", 1)} { // another port, and another site
		w.do(chromedp.Navigate(site))
		w.leave("button")
		assert.Contains(t, w.text(), "a page of another site")
	}
	assert.Empty(t, o.accounts["wallet"].made("tea-1")[0].Refunds)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.host.staff+"/login", nil)
	require.NoError(t, err)
	request.Host = "staff.evil.example" // whose name points at this machine
	answer, err := newBrowser().client.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusMisdirectedRequest, answer.StatusCode)
}

// TestStaff_BoundsHowManyPasswordsAreTried guesses, and tells apart nothing.
func TestStaff_BoundsHowManyPasswordsAreTried(t *testing.T) {
	t.Parallel()
	host := serve(t, newOwnProvider(t).catalog)
	o := &office{merchant: &merchant{t: t}, host: host}
	password := o.password(staff.First)
	try := func(name, password string) (int, string) {
		answer, err := newBrowser().submit(t.Context(), host.staff+"/login", url.Values{"name": {name}, "password": {password}})
		require.NoError(t, err)
		return answer.status, answer.body
	}
	var said []string
	for _, name := range []string{staff.First, "nobody"} {
		for range 5 {
			status, body := try(name, "guess")
			assert.Equal(t, http.StatusUnauthorized, status)
			said = append(said, body)
		}
		status, _ := try(name, "guess")
		assert.Equal(t, http.StatusTooManyRequests, status)
	}
	for _, body := range said {
		assert.Equal(t, said[0], body, "nobody learns whether there is such a name")
	}
	status, _ := try(staff.First, password)
	assert.Equal(t, http.StatusTooManyRequests, status, "also the right one has to wait")
	const many = 60 // more than are free again meanwhile
	status = 0
	for i := 0; i < many && status != http.StatusTooManyRequests; i++ {
		status, _ = try(fmt.Sprintf("somebody-%d", i), "guess")
	}
	assert.Equal(t, http.StatusTooManyRequests, status, "nor can one address try many names")
}

// TestServe_MetricsHaveAnAddressOfTheirOwn has other programs read what they need, and
// nothing else.
func TestServe_MetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	where, err := freeAddresses(t.Context())
	require.NoError(t, err)
	host := serve(t, newOwnProvider(t).catalog, "--metrics", where.shop)
	host.awaitHealth("served", http.StatusOK, ready("own"))
	get := func(path string) *page {
		answer, err := newBrowser().get(t.Context(), "http://"+where.shop+path)
		require.NoError(t, err)
		return answer
	}
	assert.Contains(t, get("/metrics").body, "paysocket_ledger_up 1")
	health := get("/healthz")
	assert.Equal(t, http.StatusOK, health.status)
	assert.JSONEq(t, `{"status": "ok"}`, health.body, "what providers say is not for everybody")
	for _, path := range []string{"/sales", "/providers", "/overview", "/attention"} {
		assert.Equal(t, http.StatusNotFound, get(path).status, path)
	}
	for _, path := range []string{"/sales", "/overview", "/metrics", "/healthz"} {
		answer, err := newBrowser().get(t.Context(), host.staff+path)
		require.NoError(t, err)
		assert.Equal(t, "/login", answer.location, path)
	}
}
