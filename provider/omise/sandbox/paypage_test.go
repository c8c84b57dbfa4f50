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

// openPage opens a pay page as a browser does, without keys.
func (m *merchant) openPage(page string) *answer {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, page, nil)
	require.NoError(m.t, err)
	return m.do(request)
}

func TestPayPage_ShowsWhatIsPaid(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{Merchant: "Ploy & Sons"}})
	made := m.charge("description", `Tea <b>&</b> "cups"`, "amount", "12345678")
	page := m.openPage(made.text("authorize_uri")).ok()
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
	assert.Equal(t, "text/css; charset=utf-8", m.openPage(m.api+"/assets/pay.css").ok().header.Get("Content-Type"))
	assert.NotContains(t, string(m.get("/charges/"+made.text("id")).body), "CNY", "the API does not show yuan")
}

func TestPayPage_CanBeLeftAndOpenedAgain(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.charge()
	back := m.decide(made.text("authorize_uri"), "left")
	assert.Equal(t, http.StatusSeeOther, back.status)
	assert.Equal(t, "https://shop.example/orders/1/complete", back.header.Get("Location"))
	assert.Equal(t, "pending", m.get("/charges/"+made.text("id")).text("status"))
	assert.Equal(t, http.StatusSeeOther, m.decide(made.text("authorize_uri"), "succeeded").status)
}

func TestPayPage_ShowsHowThePaymentEnded(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	ends := map[string]string{
		"/mark_as_paid": "has been made", "/mark_as_failed": "was not made", "/expire": "is over",
	}
	for way, words := range ends {
		made := m.charge()
		m.post("/charges/" + made.text("id") + way).ok()
		page := m.openPage(made.text("authorize_uri")).ok()
		assert.Contains(t, string(page.body), words)
		assert.NotContains(t, string(page.body), "<form")
		assert.Contains(t, string(page.body), `href="https://shop.example/orders/1/complete"`)
	}
}

func TestPayPage_TakesOneDecision(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.charge()
	page := made.text("authorize_uri")
	require.Equal(t, http.StatusSeeOther, m.decide(page, "succeeded").status)
	assert.Equal(t, http.StatusSeeOther, m.decide(page, "succeeded").status, "a double click")
	assert.Equal(t, http.StatusConflict, m.decide(page, "failed").status)
	assert.Equal(t, "successful", m.get("/charges/"+made.text("id")).text("status"))
	assert.Len(t, m.get("/events").ids(), 2, "one event for one decision")
	assert.Equal(t, http.StatusBadRequest, m.decide(m.charge().text("authorize_uri"), "dance").status)
}

func TestPayPage_RedirectsToADeepLink(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.charge("return_uri", "myshop://orders/1?paid=maybe", "source[type]", "alipay_cn", "source[platform_type]", "ios")
	page := made.text("authorize_uri")
	assert.Contains(t, page, "/payments/pay2_test_")
	assert.True(t, strings.HasSuffix(page, "/authorize?acs=false"))
	assert.Contains(t, m.openPage(page).ok().header.Get("Content-Security-Policy"), "form-action 'self' myshop:")
	assert.Equal(t, "myshop://orders/1?paid=maybe", m.decide(page, "succeeded").header.Get("Location"))
	assert.Contains(t, string(m.openPage(page).body), `href="myshop://orders/1?paid=maybe"`)
}

func TestPayPage_OfNoPaymentIsNotFound(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	reference := m.charge().text("reference")
	for _, path := range []string{
		"/offsites/ofsp_test_none/pay", "/offsites/" + reference, "/offsites/" + reference + "/pay/more",
		"/payments/" + reference + "/pay", "/offsites/../" + reference + "/pay", "/offsites//pay",
	} {
		page := m.openPage(m.api + path)
		assert.Equal(t, http.StatusNotFound, page.status, path)
		assert.Contains(t, string(page.body), "Payment not found")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, m.api+"/offsites/"+reference+"/pay", nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusMethodNotAllowed, m.do(request).status)
}

func TestPayPage_ShowsTheDeadlineInBangkokTime(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.clock.advance(time.Hour)
	page := m.openPage(m.charge().text("authorize_uri"))
	assert.Contains(t, string(page.body), "Pay until 3 November 2017 15:14 (Bangkok)")
	assert.Equal(t, "Thu, 02 Nov 2017 08:14:14 GMT", page.header.Get("Date"))
}
