package omisealipay_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// probe configures the provider with a probe.
func (f *fixture) probe(settings ...string) *contract.Account {
	f.t.Helper()
	configuration := f.configuration(settings...)
	configuration.Probe = true
	account, err := f.Configure(f.t.Context(), configuration)
	require.NoError(f.t, err)
	require.NoError(f.t, account.Validate())
	require.NoError(f.t, configuration.CheckAnswer(account))
	return account
}

// codes returns the codes of methods.
func codes(methods []contract.PaymentMethod) []string {
	found := []string{}
	for _, m := range methods {
		found = append(found, m.Code)
	}
	return found
}

func TestDescribe_NamesEveryMethod(t *testing.T) {
	t.Parallel()
	d, err := unconfigured(t).Describe(t.Context())
	require.NoError(t, err)
	want := map[string]struct {
		flow     contract.Flow
		payers   string
		lifetime time.Duration
	}{
		"alipay":     {contract.FlowRedirect, "CN", 24 * time.Hour},
		"alipay_cn":  {contract.FlowApp, "CN", 0},
		"alipay_hk":  {contract.FlowApp, "HK", 0},
		"kakaopay":   {contract.FlowApp, "KR", 0},
		"dana":       {contract.FlowApp, "ID", 0},
		"gcash":      {contract.FlowApp, "PH", 0},
		"touch_n_go": {contract.FlowRedirect, "MY", 0},
	}
	assert.Len(t, d.PaymentMethods, len(want))
	for _, m := range d.PaymentMethods {
		row, known := want[m.Code]
		require.True(t, known, m.Code)
		assert.Equal(t, row.flow, m.Flow, m.Code)
		assert.Equal(t, []string{row.payers}, m.PayerCountries, m.Code)
		assert.Equal(t, row.lifetime, m.PaymentLifetime, m.Code)
		_, inSGD := m.Currency("SGD")
		assert.Equal(t, m.Code != "alipay", inSGD, "%s: alipay is paid in THB alone", m.Code)
	}
}

func TestDescribe_HasRefundTermsForEachMethodInEveryAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	d, err := f.Describe(t.Context())
	require.NoError(t, err)
	presumed, err := f.Configure(t.Context(), f.configuration())
	require.NoError(t, err)
	inSingapore := newFixture(t, &setup{dials: sandbox.Dials{Country: "SG"}}).probe()
	guide := &contract.RefundTerms{
		Full: true, Partial: true, Multiple: true, MaxCount: 15, Window: &contract.RefundWindow{Months: 3, Zone: "Asia/Bangkok"},
	}
	undocumented := &contract.RefundTerms{Full: true, Partial: true, Multiple: true}
	for what, account := range map[string]*contract.Account{
		"the descriptor": nil, "no probe": presumed, "a probe in Thailand": f.probe(), "a probe in Singapore": inSingapore,
	} {
		for _, code := range append(codes(d.PaymentMethods), "", "promptpay") {
			want := undocumented
			if code == "alipay" {
				want = guide
			}
			assert.Equal(t, want, d.RefundTerms(code, account), "%s: %q", what, code)
		}
		if account != nil {
			for _, m := range account.PaymentMethods {
				assert.Equal(t, d.RefundTerms(m.Code, nil), m.Refunds, "%s: %s, for who reads the account alone", what, m.Code)
			}
		}
	}
}

func TestProbe_ReturnsTheAccountOfEveryCountryInEveryVersion(t *testing.T) {
	t.Parallel()
	for country, want := range map[string]struct {
		currency string
		least    int64
		methods  []string
	}{
		"TH": {"THB", 2000, []string{"alipay", "alipay_cn", "alipay_hk", "kakaopay"}},
		"SG": {"SGD", 100, []string{"alipay_cn", "alipay_hk", "kakaopay", "dana", "gcash"}},
		"MY": {"MYR", 100, []string{"touch_n_go"}},
		"JP": {"JPY", 100, []string{}},
	} {
		t.Run(country, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &setup{dials: sandbox.Dials{Country: country}})
			for _, version := range []string{"2017-11-02", "2019-05-29"} {
				account := f.probe("api_version", version)
				assert.Equal(t, country, account.Country, version)
				assert.Regexp(t, map[string]string{"2017-11-02": "^acct_", "2019-05-29": "^account_test_"}[version], account.ID)
				assert.Empty(t, account.Name)
				assert.Equal(t, want.methods, codes(account.PaymentMethods), version)
				for _, m := range account.PaymentMethods {
					require.Len(t, m.Currencies, 1, m.Code)
					assert.Equal(t, want.currency, m.Currencies[0].Currency, m.Code)
					assert.Equal(t, want.least, m.Currencies[0].MinMinorUnits, m.Code)
					assert.Positive(t, m.Currencies[0].MaxMinorUnits, m.Code)
				}
			}
		})
	}
}

func TestProbe_TellsAccountsApart(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	first := f.probe()
	assert.Equal(t, first.ID, f.probe().ID, "it is the same account")
	other, err := f.sandbox.NewScope(t.Context(), nil)
	require.NoError(t, err)
	f.scope = other
	assert.NotEqual(t, first.ID, f.probe().ID)
}

func TestProbe_UsesTheLimitsOfTheMethodWhereTheVersionHasThem(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{dials: sandbox.Dials{Country: "SG", MethodLimits: map[string]sandbox.AmountLimits{"gcash": {Min: 500, Max: 90000}}}})
	limits := func(account *contract.Account) contract.CurrencyLimits {
		return account.PaymentMethods[len(account.PaymentMethods)-1].Currencies[0]
	}
	assert.Equal(t, contract.CurrencyLimits{Currency: "SGD", MinMinorUnits: 500, MaxMinorUnits: 90000}, limits(f.probe("api_version", "2017-11-02")))

	assert.EqualValues(t, 100, limits(f.probe()).MinMinorUnits, "the account's: 2019-05-29 has no others")
	order := f.newPayment()
	order.Method, order.Amount = "gcash", contract.Money{Currency: "SGD", MinorUnits: 90001}
	_, err := f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.AmountOutOfRange, contract.Rejected)
}

func TestCreatePayment_SellsWithEveryMethod(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		country, currency, method string
		lifetime                  time.Duration
		platform                  string
	}{
		{"TH", "THB", "alipay", 24 * time.Hour, ""},
		{"TH", "THB", "alipay_cn", 0, "WEB"},
		{"TH", "THB", "alipay_hk", 0, "WEB"},
		{"TH", "THB", "kakaopay", 0, "WEB"},
		{"SG", "SGD", "alipay_cn", 0, "WEB"},
		{"SG", "SGD", "alipay_hk", 0, "WEB"},
		{"SG", "SGD", "dana", 0, "WEB"},
		{"SG", "SGD", "gcash", 0, "WEB"},
		{"SG", "SGD", "kakaopay", 0, "WEB"},
		{"MY", "MYR", "touch_n_go", 0, ""},
	} {
		for _, creation := range []string{"two_step", "one_step"} {
			t.Run(row.country+" "+row.method+" "+creation, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, &setup{dials: sandbox.Dials{Country: row.country}})
				f.probe("creation", creation)
				f.front.Seen()
				order := f.newPayment()
				order.Method, order.Amount.Currency = row.method, row.currency
				payment := f.create(order)
				assert.Equal(t, row.method, payment.Method)
				assert.Equal(t, row.currency, payment.Amount.Currency)
				require.NotNil(t, payment.NextAction.Redirect)
				deadline := time.Time{}
				if row.lifetime > 0 {
					deadline = payment.CreatedAt.Add(row.lifetime)
				}
				assert.Equal(t, deadline, payment.ExpiresAt)
				assert.Equal(t, deadline, payment.NextAction.ExpiresAt)
				asked := f.front.Requests()[0].Form()
				assert.Equal(t, row.platform, asked.Get("platform_type")+asked.Get("source[platform_type]"))

				f.move(payment.PaymentID, gateway.StateSucceeded)
				assert.Equal(t, contract.PaymentSucceeded, f.status(payment.PaymentID).Status)
				refund := f.newRefund(payment.PaymentID, 500)
				refund.Amount.Currency = row.currency
				assert.EqualValues(t, 500, f.refund(refund).TotalRefunded.MinorUnits)
			})
		}
	}
}

func TestCreatePayment_NeedsAProbeForMostMethods(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	account, err := f.Configure(t.Context(), f.configuration())
	require.NoError(t, err)
	assert.Equal(t, []string{"alipay", "alipay_cn"}, codes(account.PaymentMethods))
	for _, m := range account.PaymentMethods {
		assert.Equal(t, []contract.CurrencyLimits{{Currency: "THB", MinMinorUnits: 2000}}, m.Currencies)
	}
	order := f.newPayment()
	for _, method := range []string{"alipay_hk", "kakaopay", "dana", "gcash", "touch_n_go"} {
		order.Method = method
		_, err := f.CreatePayment(t.Context(), order)
		e := kittest.ErrorOf(t, err, contract.MethodNotEnabled, contract.NotAttempted)
		assert.Contains(t, e.Violations[0].Description, "probe")
	}
	order.Method, order.Amount.Currency = "alipay_cn", "SGD"
	_, err = f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.CurrencyUnsupported, contract.NotAttempted)
	assert.Empty(t, f.front.Seen())

	f.probe()
	order.Method, order.Amount.Currency = "kakaopay", "THB"
	f.create(order)
}

func TestCreatePayment_SpeaksOfTheAccountThatItIsAbout(t *testing.T) {
	t.Parallel()
	// Without a probe the account is taken for a Thai one.
	f := newFixture(t, &setup{dials: sandbox.Dials{Country: "SG"}})
	f.fail(postSource, 1, refuses(http.StatusBadRequest, "bad_request", "type is currently not supported"))
	_, err := f.CreatePayment(t.Context(), f.newPayment())
	e := kittest.ErrorOf(t, err, contract.MethodNotEnabled, contract.Rejected)
	assert.Contains(t, e.Message, "alipay is not enabled for this Omise account, which has alipay_cn, alipay_hk, kakaopay, dana, gcash")
	assert.NotContains(t, e.Message, "Thailand")

	order := f.newPayment()
	order.Method = "alipay_cn"
	_, err = f.CreatePayment(t.Context(), order)
	e = kittest.ErrorOf(t, err, contract.CurrencyUnsupported, contract.Rejected)
	assert.NotContains(t, e.Violations[0].Description, "THB")
}

func TestCreatePayment_LogsAnotherFlowThanTheMethods(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	f := newFixture(t, &setup{logger: slog.New(slog.NewTextHandler(&log, nil))})
	f.create(f.newPayment())
	assert.NotContains(t, log.String(), "flow")
	f.fail(postCharge, 1, kittest.Patch(map[string]any{
		"source":        map[string]any{"object": "source", "id": "src_test_1", "type": "alipay", "flow": "app_redirect"},
		"authorize_uri": "alipays://pay?x=1",
	}))
	payment := f.create(f.newPayment())
	assert.Equal(t, &contract.OpenApp{URL: "alipays://pay?x=1"}, payment.NextAction.OpenApp, "the answer's flow holds")
	assert.Contains(t, log.String(), "flow=app_redirect")
	assert.Contains(t, log.String(), payment.PaymentID)
}

func TestRefund_GoesByTheTermsOfTheMethod(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, row := range map[string]struct {
		method string
		later  time.Duration
		count  int
		reason contract.Reason
		writes int
	}{
		"alipay after four months":    {"alipay", 120 * day, 0, contract.RefundWindowExpired, 0},
		"alipay_cn after four months": {"alipay_cn", 120 * day, 0, "", 1},
		"kakaopay after a year":       {"kakaopay", 365 * day, 0, "", 1},
		"Omise decides after that":    {"alipay_cn", 366 * day, 0, contract.PaymentNotRefundable, 1},
		"a sixteenth of alipay":       {"alipay", day, 15, contract.PaymentNotRefundable, 0},
		"a sixteenth of kakaopay":     {"kakaopay", day, 15, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			f.probe()
			order := f.newPayment()
			order.Method = row.method
			payment := f.create(order)
			f.move(payment.PaymentID, gateway.StateSucceeded)
			f.clock.Advance(row.later)
			if row.count > 0 {
				f.fail(getCharge, 1, kittest.Patch(map[string]any{"refunds": map[string]any{"object": "list", "total": row.count, "data": []any{}}}))
			}
			if row.reason == contract.PaymentNotRefundable && row.writes > 0 {
				f.fail(postRefund, 1, refuses(http.StatusBadRequest, "failed_refund", "charge cannot be refunded"))
			}
			_, err := f.Refund(t.Context(), f.newRefund(payment.PaymentID, 500))
			assert.Equal(t, row.reason, contract.ReasonOf(err), "%v", err)
			assert.Equal(t, row.writes, f.front.Count(postRefund))
		})
	}
}
