package sandbox_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// startIn starts a sandbox whose accounts are of the country.
func startIn(t *testing.T, country string) *merchant {
	t.Helper()
	return start(t, &sandbox.Options{Dials: sandbox.Dials{Country: country}})
}

// offered is what a capability has of a method, in any version.
type offered struct {
	Currencies []string `json:"currencies"`
	Amount     *struct {
		Min int64 `json:"min"`
		Max int64 `json:"max"`
	} `json:"amount"`
}

// offers returns what the account's capability has besides cards.
func (m *merchant) offers() map[string]offered {
	m.t.Helper()
	var capability struct {
		Country *string `json:"country"`
		Methods []struct {
			Name string `json:"name"`
			offered
		} `json:"payment_methods"`
		PaymentBackends []map[string]offered `json:"payment_backends"`
	}
	require.NoError(m.t, json.Unmarshal(m.get("/capability").ok().body, &capability))
	found := map[string]offered{}
	for _, backend := range capability.PaymentBackends {
		assert.Len(m.t, backend, 1)
		maps.Copy(found, backend)
	}
	for _, method := range capability.Methods {
		found[method.Name] = method.offered
	}
	assert.Equal(m.t, m.version >= "2019-05-29", capability.Country != nil)
	delete(found, "card")
	delete(found, "credit_card")
	return found
}

func TestCapability_HasTheMethodsOfTheCountryInEveryVersion(t *testing.T) {
	t.Parallel()
	for country, want := range map[string]struct {
		currency string
		methods  []string
		least    int64
	}{
		"TH": {"THB", []string{"alipay", "alipay_cn", "alipay_hk", "kakaopay"}, 2000},
		"SG": {"SGD", []string{"alipay_cn", "alipay_hk", "dana", "gcash", "kakaopay"}, 100},
		"MY": {"MYR", []string{"touch_n_go"}, 100},
		"JP": {"JPY", nil, 100},
	} {
		m := startIn(t, country)
		for _, version := range []string{"2015-11-17", "2017-11-02", "2019-05-29"} {
			m.version = version
			found := m.offers()
			assert.Equal(t, want.methods, slices.Sorted(maps.Keys(found)), "%s %s", country, version)
			for name, method := range found {
				if version == "2019-05-29" {
					assert.Equal(t, []string{want.currency}, method.Currencies, name)
					assert.Nil(t, method.Amount, name)
					continue
				}
				assert.Equal(t, []string{strings.ToLower(want.currency)}, method.Currencies, name)
				assert.Equal(t, want.least, method.Amount.Min, name)
			}
		}
	}
}

func TestAccount_IsKnownByItsTeamBefore2019(t *testing.T) {
	t.Parallel()
	m := startIn(t, "MY")
	m.version = "2019-05-29"
	recent := m.get("/account").ok()
	assert.True(t, strings.HasPrefix(recent.text("id"), "account_test_"))
	for _, version := range []string{"2015-11-17", "2017-11-02"} {
		m.version = version
		old := m.get("/account").ok()
		assert.Equal(t, recent.text("team"), old.text("id"))
		assert.Equal(t, "myr", old.text("currency"))
		assert.NotContains(t, namesOf(t, old.body), "team")
	}
}

func TestCreateSource_HasTheFlowOfItsMethod(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ country, method, flow, page string }{
		{"TH", "alipay", "redirect", "/offsites/ofsp_test_"},
		{"TH", "kakaopay", "app_redirect", "/payments/pay2_test_"},
		{"SG", "alipay_cn", "app_redirect", "/payments/pay2_test_"},
		{"SG", "alipay_hk", "app_redirect", "/payments/pay2_test_"},
		{"SG", "dana", "app_redirect", "/payments/pay2_test_"},
		{"SG", "gcash", "app_redirect", "/payments/pay2_test_"},
		{"MY", "touch_n_go", "redirect", "/offsites/ofsp_test_"},
	} {
		m := startIn(t, row.country)
		m.version = "2019-05-29"
		currency := m.get("/account").ok().text("currency")
		source := m.post("/sources", "amount", "100000", "currency", currency, "type", row.method, "platform_type", "WEB").ok()
		assert.Equal(t, row.flow, source.text("flow"), row.method)
		made := m.post("/charges", "amount", "100000", "currency", currency, "source", source.text("id"), "return_uri", "https://shop.example/").ok()
		assert.Contains(t, made.text("authorize_uri"), row.page, row.method)
		assert.Equal(t, row.flow, made.text("source.flow"), row.method)
		assert.Equal(t, http.StatusSeeOther, m.decide(made.text("authorize_uri"), "succeeded").status, row.method)
		assert.Equal(t, "successful", m.get("/charges/"+made.text("id")).text("status"), row.method)
	}
}

func TestPayPage_NamesTheWalletAndItsTime(t *testing.T) {
	t.Parallel()
	m := startIn(t, "SG")
	made := m.post("/charges", "amount", "100000", "currency", "sgd", "source[type]", "gcash", "return_uri", "https://shop.example/").ok()
	page := string(m.openPage(made.text("authorize_uri")).ok().body)
	assert.Contains(t, page, "there is no GCash behind this page")
	assert.Contains(t, page, "SGD 1,000.00")
	assert.NotContains(t, page, "CNY")
	assert.Contains(t, page, "Pay until 3 November 2017 15:14 (Singapore)")
}

func TestAccount_RefusesMethodsAndCurrenciesOfOtherCountries(t *testing.T) {
	t.Parallel()
	const badCurrency, badType = "currency is currently not supported", "type is currently not supported"
	for _, row := range []struct{ country, method, currency, message string }{
		{"TH", "dana", "thb", badType},
		{"TH", "gcash", "sgd", badCurrency + " and " + badType},
		{"TH", "touch_n_go", "thb", badType},
		{"TH", "alipay_cn", "sgd", badCurrency},
		{"SG", "alipay", "sgd", badType},
		{"SG", "alipay_hk", "thb", badCurrency},
		{"MY", "alipay_cn", "myr", badType},
		{"MY", "touch_n_go", "sgd", badCurrency},
	} {
		m := startIn(t, row.country)
		got := m.post("/sources", "amount", "100000", "currency", row.currency, "type", row.method)
		assert.Equal(t, row.message, got.refused(http.StatusBadRequest, "bad_request"), row)
	}
}

func TestAccount_HasTheMethodsOfItsDial(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{Country: "SG", Methods: []string{"gcash"}, MethodLimits: map[string]sandbox.AmountLimits{
		"gcash": {Min: 500, Max: 90000},
	}}})
	m.version = "2017-11-02"
	found := m.offers()
	require.Contains(t, found, "gcash")
	assert.Len(t, found, 1)
	assert.EqualValues(t, 500, found["gcash"].Amount.Min)
	assert.EqualValues(t, 90000, found["gcash"].Amount.Max)
	pay := func(method, amount string) *answer {
		return m.post("/sources", "amount", amount, "currency", "sgd", "type", method)
	}
	pay("gcash", "500").ok()
	pay("gcash", "90000").ok()
	assert.Equal(t, "amount must be at least 500", pay("gcash", "499").refused(http.StatusBadRequest, "bad_request"))
	assert.Equal(t, "amount must be less than or equal to 90000", pay("gcash", "90001").refused(http.StatusBadRequest, "bad_request"))
	pay("alipay_hk", "1000").refused(http.StatusBadRequest, "bad_request")

	require.NoError(t, m.sandbox.SetDials("s1", &sandbox.Dials{Country: "SG", Methods: []string{"dana"}}))
	assert.Equal(t, []string{"dana"}, slices.Collect(maps.Keys(m.offers())))
	for word, dials := range map[string]sandbox.Dials{
		`methods: "alipay" is not a method of SG`:     {Country: "SG", Methods: []string{"dana", "alipay"}},
		`methods: "truemoney" is not a method of TH`:  {Methods: []string{"truemoney"}},
		`methods: "touch_n_go" is not a method of TH`: {MethodLimits: map[string]sandbox.AmountLimits{"touch_n_go": {}}},
		`methods: "an empty name"`:                    {Methods: []string{""}},
	} {
		require.ErrorContains(t, m.sandbox.SetDials("s1", &dials), word)
	}
}

func TestRefund_IsPossibleAsLongAsTheMethodAllows(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, row := range []struct {
		method string
		later  time.Duration
		open   bool
	}{
		{"alipay", 92 * day, true},
		{"alipay", 93 * day, false},
		{"alipay_cn", 120 * day, true},
		{"alipay_cn", 365 * day, true},
		{"alipay_cn", 365*day + time.Second, false},
		{"kakaopay", 120 * day, true},
	} {
		m := start(t, nil)
		m.version = "2019-05-29"
		made := m.charge("source[type]", row.method)
		m.post("/charges/" + made.text("id") + "/mark_as_paid").ok()
		require.NoError(t, m.scope().Advance(t.Context(), row.later))
		assert.Contains(t, string(m.get("/charges/"+made.text("id")).body), map[bool]string{true: `"refundable": true`, false: `"refundable": false`}[row.open])
		refund := m.post("/charges/"+made.text("id")+"/refunds", "amount", "100")
		if row.open {
			refund.ok()
			continue
		}
		assert.Equal(t, "charge is too old to be refunded", refund.refused(http.StatusBadRequest, "failed_refund"), row)
	}
}

func TestScope_CreatesAPaymentWithTheFirstMethodOfTheCountry(t *testing.T) {
	t.Parallel()
	for country, want := range map[string][2]string{"TH": {"THB", "alipay"}, "SG": {"SGD", "alipay_cn"}, "MY": {"MYR", "touch_n_go"}} {
		m := startIn(t, country)
		made, err := m.scope().CreatePayment(t.Context(), gateway.Money{Amount: 5000, Currency: want[0]})
		require.NoError(t, err, country)
		assert.Equal(t, want[1], m.get("/charges/"+made.ID).text("source.type"))
	}
	_, err := startIn(t, "JP").scope().CreatePayment(t.Context(), gateway.Money{Amount: 5000, Currency: "JPY"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
}

func TestDashboard_OpensAccountsOfOtherCountries(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	base, _ := serveManagement(t, m)
	submit := func(path, form string) int {
		status, _ := call(t, http.MethodPost, base+path, "application/x-www-form-urlencoded", form)
		return status
	}
	require.Equal(t, http.StatusSeeOther, submit("/accounts", "country=SG"))
	require.Equal(t, http.StatusSeeOther, submit("/accounts/s2/charges", "amount=4200&method=dana"))
	assert.Equal(t, http.StatusConflict, submit("/accounts/s2/charges", "amount=4200&method=alipay"))
	assert.Equal(t, http.StatusConflict, submit("/accounts", "country=XX"))
	_, page := call(t, http.MethodGet, base+"/accounts/s2", "", "")
	for _, shown := range []string{"SG, SGD", "SGD 42.00<br>dana", "<option>gcash</option>"} {
		assert.Contains(t, page, shown)
	}
	assert.NotContains(t, page, "<option>alipay</option>")
	_, front := call(t, http.MethodGet, base+"/", "", "")
	assert.NotContains(t, front, "/accounts/s3", "a country that is unknown opens nothing")
}
