package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// look opens a pay page as a browser does, without keys.
func (b *bench) look(page string) *answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, page, nil)
	require.NoError(b.t, err)
	return b.do(request)
}

func TestThePayPageShowsWhatIsPaid(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{Dials: sandbox.Dials{Merchant: "Ploy & Sons"}})
	made := b.charge("description", `Tea <b>&</b> "cups"`, "amount", "12345678")
	page := b.look(made.text("authorize_uri")).ok()
	text := string(page.body)
	assert.Contains(t, text, "Ploy &amp; Sons")
	assert.Contains(t, text, "Tea &lt;b&gt;&amp;&lt;/b&gt; &#34;cups&#34;")
	assert.Contains(t, text, `id="amount">THB 123,456.78<`)
	assert.Contains(t, text, `id="converted">≈ CNY 25,195.26<`)
	assert.Contains(t, text, `name="viewport"`)
	assert.NotContains(t, text, "<script")
	assert.NotContains(t, text, "style=")
	assert.NotContains(t, text, "onclick")
	for _, outcome := range []string{"succeeded", "failed", "left"} {
		assert.Contains(t, text, `name="outcome" value="`+outcome+`"`)
	}
	policy := page.header.Get("Content-Security-Policy")
	for _, rule := range []string{"default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		assert.Contains(t, policy, rule)
	}
	assert.NotContains(t, policy, "unsafe")
	assert.NotContains(t, policy, "script-src")
	assert.Equal(t, "text/css; charset=utf-8", b.look(b.api+"/assets/pay.css").ok().header.Get("Content-Type"))
	assert.NotContains(t, string(b.get("/charges/"+made.text("id")).body), "CNY", "the shop never hears of yuan")
}

func TestWhoLeavesCanComeBack(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	made := b.charge()
	back := b.decide(made.text("authorize_uri"), "left")
	assert.Equal(t, http.StatusSeeOther, back.status)
	assert.Equal(t, "https://shop.example/orders/1/complete", back.header.Get("Location"))
	assert.Equal(t, "pending", b.get("/charges/"+made.text("id")).text("status"))
	assert.Equal(t, http.StatusSeeOther, b.decide(made.text("authorize_uri"), "succeeded").status)
}

func TestASecondVisitSaysHowItEnded(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	ends := map[string]string{
		"/mark_as_paid": "has been made", "/mark_as_failed": "was not made", "/expire": "is over",
	}
	for way, words := range ends {
		made := b.charge()
		b.post("/charges/" + made.text("id") + way).ok()
		page := b.look(made.text("authorize_uri")).ok()
		assert.Contains(t, string(page.body), words)
		assert.NotContains(t, string(page.body), "<form")
		assert.Contains(t, string(page.body), `href="https://shop.example/orders/1/complete"`)
	}
}

func TestADecisionIsFinal(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	made := b.charge()
	page := made.text("authorize_uri")
	require.Equal(t, http.StatusSeeOther, b.decide(page, "succeeded").status)
	assert.Equal(t, http.StatusSeeOther, b.decide(page, "succeeded").status, "a double click")
	assert.Equal(t, http.StatusConflict, b.decide(page, "failed").status)
	assert.Equal(t, "successful", b.get("/charges/"+made.text("id")).text("status"))
	assert.Len(t, b.get("/events").ids(), 2, "told once")
	assert.Equal(t, http.StatusBadRequest, b.decide(b.charge().text("authorize_uri"), "dance").status)
}

func TestAnAppIsReachedByItsDeepLink(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	made := b.charge("return_uri", "myshop://orders/1?paid=maybe", "source[type]", "alipay_cn", "source[platform_type]", "ios")
	page := made.text("authorize_uri")
	assert.Contains(t, page, "/payments/pay2_test_")
	assert.True(t, strings.HasSuffix(page, "/authorize?acs=false"))
	assert.Contains(t, b.look(page).ok().header.Get("Content-Security-Policy"), "form-action 'self' myshop:")
	assert.Equal(t, "myshop://orders/1?paid=maybe", b.decide(page, "succeeded").header.Get("Location"))
	assert.Contains(t, string(b.look(page).body), `href="myshop://orders/1?paid=maybe"`)
}

func TestPagesOfNoPaymentAreNotFound(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	reference := b.charge().text("reference")
	for _, path := range []string{
		"/offsites/ofsp_test_none/pay", "/offsites/" + reference, "/offsites/" + reference + "/pay/more",
		"/payments/" + reference + "/pay", "/offsites/../" + reference + "/pay", "/offsites//pay",
	} {
		page := b.look(b.api + path)
		assert.Equal(t, http.StatusNotFound, page.status, path)
		assert.Contains(t, string(page.body), "Payment not found")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.api+"/offsites/"+reference+"/pay", nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusMethodNotAllowed, b.do(request).status)
}

func TestThePageTellsTheDeadlineInBangkok(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.clock.turn(time.Hour)
	page := b.look(b.charge().text("authorize_uri"))
	assert.Contains(t, string(page.body), "Pay until 3 November 2017 15:14 (Bangkok)")
	assert.Equal(t, "Thu, 02 Nov 2017 08:14:14 GMT", page.header.Get("Date"))
}
