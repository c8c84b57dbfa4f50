package stripealipay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

func TestConfigure_ComparesTheModeWithTheKey(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		key    string
		mode   contract.Mode
		reason contract.Reason
	}{
		{"sk_test_abcdefgh12345678", contract.ModeTest, ""},
		{"rk_test_abcdefgh12345678", contract.ModeTest, ""},
		{"sk_live_abcdefgh12345678", contract.ModeLive, ""},
		{"rk_live_abcdefgh12345678", contract.ModeLive, ""},
		{"sk_live_abcdefgh12345678", contract.ModeTest, contract.ModeMismatch},
		{"rk_live_abcdefgh12345678", contract.ModeTest, contract.ModeMismatch},
		{"rk_test_live_abcdefgh123", contract.ModeLive, contract.ModeMismatch},
		{"sk_test_live_abcdefgh123", contract.ModeTest, ""},
		{"pk_test_abcdefgh12345678", contract.ModeTest, contract.InvalidConfig},
		{"sk_test_abcdefgh 2345678", contract.ModeTest, contract.InvalidConfig},
		{"skey_test_abcdefgh123456", contract.ModeTest, contract.InvalidConfig},
		{"sk", contract.ModeTest, contract.InvalidConfig},
	} {
		c := configurationAt("https://api.stripe.com")
		c.Mode, c.Secrets["secret_key"] = test.mode, contract.NewSecret(test.key)
		account, err := stripealipay.New(nil).Configure(t.Context(), c)
		if test.reason != "" {
			assert.Equal(t, test.reason, contract.ReasonOf(err), "%s", test.key)
			assert.NotContains(t, err.Error(), "abcdefgh")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, test.mode == contract.ModeLive, account.Live)
	}
}

func TestConfigure_AcceptsOnlyASafeAPIBase(t *testing.T) {
	t.Parallel()
	for base, safe := range map[string]bool{
		"https://api.stripe.com": true, "https://api.stripe.com/": true, "http://127.0.0.1:12111": true, "http://localhost:1": true,
		"http://api.stripe.com": false, "https://user@api.stripe.com": false, "https://api.stripe.com/v1": false, "https://api.stripe.com?x=1": false,
		"https://api.stripe.com:": false,
	} {
		_, err := stripealipay.New(nil).Configure(t.Context(), configurationAt(base))
		assert.Equal(t, safe, err == nil, base)
	}
}

func TestConfigure_NamesTheSettingThatIsOutOfBounds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, values := range map[string]struct{ right, wrong []string }{
		"lookup_skew":       {[]string{"1m", "24h"}, []string{"59s", "24h1s", "-1h"}},
		"timeout":           {[]string{"11s", "10m"}, []string{"0s", "11m"}},
		"min_time_left":     {[]string{"0s", "24s"}, []string{"25s", "-1s"}},
		"webhook_tolerance": {[]string{"1s", "1h"}, []string{"0s", "2h"}},
	} {
		for _, value := range values.right {
			c := configurationAt("https://api.stripe.com")
			c.Settings[name] = value
			_, err := stripealipay.New(nil).Configure(t.Context(), c)
			require.NoError(t, err, "%s: %s", name, value)
		}
		for _, value := range values.wrong {
			c := configurationAt("https://api.stripe.com")
			c.Settings[name] = value
			_, err := f.Configure(t.Context(), c)
			var wrong []string
			for _, violation := range kittest.ErrorOf(t, err, contract.InvalidConfig, "").Violations {
				wrong = append(wrong, violation.Field)
			}
			assert.Contains(t, wrong, "settings["+name+"]", value)
		}
	}
}

func TestConfigure_KeepsTheOldKeyUntilTheProbeSucceeds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	payment := f.pay("k1")
	c := configuration(f.scope.Connection())
	c.Secrets["secret_key"], c.Probe = contract.NewSecret("sk_test_of_nobody"), true
	_, err := f.Configure(t.Context(), c)
	kittest.RequireError(t, err, contract.ProviderAuthFailed, "")
	assert.Equal(t, contract.PaymentPending, f.status(payment.PaymentID).Status)
}

func TestProbe_OffersTheYuanAndTheCurrencyOfTheCountry(t *testing.T) {
	t.Parallel()
	all := []string{"CNY", "AUD", "CAD", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"}
	for country, want := range map[string][]string{
		"JP": {"CNY", "JPY"}, "US": {"CNY", "USD"}, "DE": {"CNY", "EUR"}, "CH": {"CNY", "EUR"},
		"PL": all, "GI": all, "XX": all,
	} {
		front := kittest.NewFront(t)
		front.Set(kittest.Answer(200, `{"id":"acct_1","object":"account","country":"`+country+`","business_profile":{"name":"Shop"}}`))
		c := configurationAt(front.URL())
		c.Probe = true
		account, err := stripealipay.New(nil).Configure(t.Context(), c)
		require.NoError(t, err)
		assert.Equal(t, "acct_1", account.ID)
		assert.Equal(t, "Shop", account.Name)
		var currencies []string
		for _, limits := range account.PaymentMethods[0].Currencies {
			currencies = append(currencies, limits.Currency)
		}
		assert.Equal(t, want, currencies, country)
	}
}

func TestProbe_RefusesWhatIsNoAccount(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"another object":  `{"id":"acct_1","object":"person","country":"JP"}`,
		"no id":           `{"object":"account","country":"JP"}`,
		"other spelling":  `{"ID":"acct_1","Object":"account","country":"JP"}`,
		"an id of a list": `{"id":["acct_1"],"object":"account","country":"JP"}`,
	} {
		front := kittest.NewFront(t)
		front.Set(kittest.Answer(200, body))
		c := configurationAt(front.URL())
		c.Probe = true
		_, err := stripealipay.New(nil).Configure(t.Context(), c)
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), name)
	}
}

func TestDescribe_IsLegal(t *testing.T) {
	t.Parallel()
	d, err := stripealipay.New(nil).Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, d.Validate())
}
