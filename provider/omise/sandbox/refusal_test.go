package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// The pairs of code and message were recorded of Omise, or are the merchant
// guide's.
func TestAPI_RefusesWithTheRecordedCodesAndMessages(t *testing.T) {
	t.Parallel()
	const good = "&return_uri=https%3A%2F%2Fshop.example%2F"
	mistakes := []struct {
		name, path, form string
		status           int
		code, message    string
	}{
		{"source without a number", "/sources", "amount=invalid_amount&currency=thb&type=alipay", 400, "bad_request", "amount is not a number"},
		{"source in another currency", "/sources", "amount=100000&currency=invalid&type=alipay", 400, "bad_request", "currency is currently not supported"},
		{"source in dollars", "/sources", "amount=100000&currency=usd&type=alipay", 400, "bad_request", "currency is currently not supported"},
		{"source of no type", "/sources", "amount=100000&currency=thb&type=invalid", 400, "bad_request", "type is currently not supported"},
		{"two mistakes", "/sources", "amount=x&currency=x&type=alipay", 400, "bad_request", "currency is currently not supported and amount is not a number"},
		{"three mistakes", "/sources", "amount=x&currency=x", 400, "bad_request", "currency is currently not supported, amount is not a number, and type is currently not supported"},
		{"source of too little", "/sources", "amount=1999&currency=thb&type=alipay", 400, "bad_request", "amount must be at least 2000"},
		{"charge of too little", "/charges", "amount=10&currency=thb&source[type]=alipay" + good, 400, "invalid_charge", "amount must be greater than or equal to 2000 (thb subunits)"},
		{"charge of nothing", "/charges", "amount=0&currency=thb&source[type]=alipay" + good, 400, "invalid_charge", "amount must be greater than or equal to 2000 (thb subunits)"},
		{"charge of less than nothing", "/charges", "amount=-1&currency=thb&source[type]=alipay" + good, 400, "invalid_charge", "amount must be greater than or equal to 2000 (thb subunits)"},
		{"charge of a great deal", "/charges", "amount=99999999999999999999&currency=thb&source[type]=alipay" + good, 400, "invalid_charge", "amount must be less than or equal to 500000000000 (thb subunits)"},
		{"charge of a fraction", "/charges", "amount=2000.5&currency=thb&source[type]=alipay" + good, 400, "invalid_charge", "amount must be an integer"},
		{"charge in another currency", "/charges", "amount=100000&currency=invalid&source[type]=alipay" + good, 400, "invalid_charge", "currency is currently not supported"},
		{"charge with a type of no source", "/charges", "amount=100000&currency=thb&source[type]=invalid" + good, 400, "bad_request", "type is currently not supported"},
		{"charge with an unknown source", "/charges", "amount=100000&currency=thb&source=src_test_1" + good, 404, "not_found", "source src_test_1 was not found"},
		{"charge with an empty source", "/charges", "amount=100000&currency=thb&source=" + good, 400, "bad_request", "source is invalid"},
		{"charge with nothing to pay with", "/charges", "amount=100000&currency=thb" + good, 400, "missing_card", "request contains no card parameters"},
		{"charge with a token", "/charges", "amount=100000&currency=thb&card=invalid_token" + good, 404, "not_found", "token invalid_token was not found"},
		{"charge without a way back", "/charges", "amount=100000&currency=thb&source[type]=alipay", 400, "bad_request", "return_uri is required"},
		{"charge with a relative way back", "/charges", "amount=100000&currency=thb&source[type]=alipay&return_uri=/complete", 400, "bad_request", "return_uri is invalid"},
		{"charge with a script to go back to", "/charges", "amount=100000&currency=thb&source[type]=alipay&return_uri=javascript:alert(1)", 400, "bad_request", "return_uri is invalid"},
		{"charge with a port to go back to", "/charges", "amount=100000&currency=thb&source[type]=alipay&return_uri=https://:443/", 400, "bad_request", "return_uri is invalid"},
		{"an endless id", "/charges", "amount=100000&currency=thb&source=" + strings.Repeat("s", 5000) + good, 404, "not_found", "source " + strings.Repeat("s", 100) + "... was not found"},
		{"unknown charge", "/charges/chrg_test_1/refunds", "amount=1", 404, "not_found", "charge chrg_test_1 was not found"},
	}
	m := start(t, nil)
	for _, mistake := range mistakes {
		got := m.send(http.MethodPost, mistake.path, "application/x-www-form-urlencoded", mistake.form)
		assert.Equal(t, mistake.message, got.refused(mistake.status, mistake.code), mistake.name)
	}
	assert.Equal(t, "0", m.get("/charges").ok().number("total"), "nothing was charged")
}

func TestCreateCharge_RefusesWithTheGuidesCodesWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{ErrorCodes: "guide"}})
	m.post("/charges", "amount", "100000", "currency", "usd", "source[type]", "alipay", "return_uri", "https://x.example").
		refused(http.StatusBadRequest, "bad_request")
}

func TestAPI_LimitsEachKeyToItsOperations(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	source := m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").ok().text("id")
	secret := m.key

	m.key = m.public
	m.get("/sources/" + source).ok()
	m.get("/capability").ok()
	for _, closed := range []string{"/charges", "/refunds", "/events", "/account", "/search?scope=charge"} {
		m.get(closed).refused(http.StatusUnauthorized, "authentication_failure")
	}
	m.post("/charges", "amount", "100000").refused(http.StatusUnauthorized, "authentication_failure")

	for _, wrong := range []string{"", "skey_test_", secret + "x", strings.Replace(secret, "_test", "", 1), "skey_5live"} {
		m.key = wrong
		assert.Equal(t, "authentication failed", m.get("/charges").refused(http.StatusUnauthorized, "authentication_failure"))
	}
}

func TestAPI_IgnoresThePassword(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.api+"/account", nil)
	require.NoError(t, err)
	request.SetBasicAuth(m.key, "x")
	m.do(request).ok()
}

func TestAPI_AnswersNotFoundForUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	for _, asked := range [][2]string{
		{"GET", "/"},
		{"GET", "/charges/../account"},
		{"GET", "/charges//refunds"},
		{"GET", "//charges"},
		{"GET", "/charges/%2e%2e/account"},
		{"DELETE", "/charges"},
		{"OPTIONS", "/charges"},
		{"BREW", "/charges"},
		{"POST", "/events"},
		{"GET", "/tokens/tokn_test_1"},
		{"GET", "/charges/a/b/c/d"},
	} {
		m.send(asked[0], asked[1], "", "").refused(http.StatusNotFound, "not_found")
	}
	m.get("/charges/..%2f..%2fetc%2fpasswd").refused(http.StatusNotFound, "not_found")
}

func TestParams_RefuseInvalidBodies(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	many := "{" + strings.Repeat(`"a":1,`, 5000) + `"b":1}`
	deeper := strings.Repeat(`{"a":`, 18) + "1" + strings.Repeat("}", 18)
	huge := `{"description":"` + strings.Repeat("x", 300<<10) + `"}`
	for _, body := range []string{`{"amount":`, `[1]`, `"x"`, `{} {}`, deep, deeper, many, huge, "\xff\xfe{}"} {
		m.postJSON("/charges", body).refused(http.StatusBadRequest, "bad_request")
	}
	assert.Equal(t, "request body is too large", m.postJSON("/charges", huge).text("message"))
	m.send(http.MethodPost, "/charges", "application/x-www-form-urlencoded", "amount=%zz").
		refused(http.StatusBadRequest, "bad_request")
	m.send(http.MethodPost, "/charges", "application/x-www-form-urlencoded", "a"+strings.Repeat("[b]", 100)+"=1").
		refused(http.StatusBadRequest, "bad_request")
	m.send(http.MethodPost, "/charges", "application/x-www-form-urlencoded", strings.Repeat("a=1&", 2000)).
		refused(http.StatusBadRequest, "bad_request")
}

func TestAPI_RefusesWhatAlipayChargesCannotDo(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	paid := m.paidCharge()
	assert.Equal(t, "only uncaptured authorized charges can be reversed",
		m.post("/charges/"+paid+"/reverse").refused(http.StatusBadRequest, "failed_reverse"))
	m.post("/charges/"+paid+"/capture").refused(http.StatusBadRequest, "failed_capture")
	m.post("/charges/"+paid+"/expire").refused(http.StatusBadRequest, "failed_expire")
	m.post("/charges/"+paid+"/mark_as_failed").refused(http.StatusBadRequest, "bad_request")

	expired := m.charge().text("id")
	m.post("/charges/" + expired + "/expire").ok()
	m.post("/charges/"+expired+"/capture").refused(http.StatusBadRequest, "expired_charge")
	m.post("/charges/"+expired+"/mark_as_paid").refused(http.StatusBadRequest, "expired_charge")
	assert.Equal(t, "expired", m.get("/charges/"+expired).text("status"))
}

func TestAccount_WithoutAlipayRefusesIt(t *testing.T) {
	t.Parallel()
	for _, dials := range []sandbox.Dials{{WithoutAlipay: true}, {Country: "SG"}, {Country: "MY"}, {Country: "JP"}} {
		m := start(t, &sandbox.Options{Dials: dials})
		currency := strings.ToLower(m.get("/account").ok().text("currency"))
		assert.Contains(t, m.post("/sources", "amount", "100000", "currency", currency, "type", "alipay").
			refused(http.StatusBadRequest, "bad_request"), "type is currently not supported")
		assert.NotContains(t, string(m.get("/capability").ok().body), `"alipay"`)
	}
}

func TestCreateCharge_RefusesAnotherAmountThanTheSources(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	source := m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").ok().text("id")
	m.post("/charges", "amount", "200000", "currency", "thb", "source", source, "return_uri", "https://x.example").
		refused(http.StatusBadRequest, "invalid_charge")
}

func TestCreateCharge_RefusesAUsedSourceWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{SingleUseSources: true}})
	source := m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").ok().text("id")
	pay := func() *answer {
		return m.post("/charges", "amount", "100000", "currency", "thb", "source", source, "return_uri", "https://x.example")
	}
	pay().ok()
	pay().refused(http.StatusBadRequest, "bad_request")
}

func TestDials_AreNamedWhenUnknown(t *testing.T) {
	t.Parallel()
	for word, dials := range map[string]sandbox.Dials{
		"api_version":   {APIVersion: "2020-01-01"},
		"country":       {Country: "XX"},
		"unpaid_ends":   {UnpaidEnds: "never"},
		"error_codes":   {ErrorCodes: "x"},
		"webhooks.lose": {Webhooks: sandbox.WebhookDials{Lose: -1}},
	} {
		_, err := sandbox.New(&sandbox.Options{Dials: dials})
		require.ErrorContains(t, err, word)
	}
}
