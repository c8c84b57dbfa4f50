package stripealipay_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

func TestTheModeIsWrittenIntoTheKey(t *testing.T) {
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
		{"rk_test_live_abcdefgh123", contract.ModeLive, contract.ModeMismatch},
		{"sk_test_live_abcdefgh123", contract.ModeTest, ""},
		{"pk_test_abcdefgh12345678", contract.ModeTest, contract.InvalidConfig},
		{"sk_test_abcdefgh 2345678", contract.ModeTest, contract.InvalidConfig},
		{"skey_test_abcdefgh123456", contract.ModeTest, contract.InvalidConfig},
	} {
		account, err := stripealipay.New(nil).Configure(t.Context(), &contract.Configuration{
			Mode: test.mode, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret(test.key), "webhook_secrets": contract.NewSecret("whsec_abcdefgh")},
		})
		if test.reason != "" {
			assert.Equal(t, test.reason, contract.ReasonOf(err), "%s", test.key)
			assert.NotContains(t, err.Error(), "abcdefgh")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, test.mode == contract.ModeLive, account.Live)
	}
}

func TestTheKeyGoesOnlyWhereItIsSafe(t *testing.T) {
	t.Parallel()
	for base, safe := range map[string]bool{
		"https://api.stripe.com": true, "https://api.stripe.com/": true, "http://127.0.0.1:12111": true, "http://localhost:1": true,
		"http://api.stripe.com": false, "https://user@api.stripe.com": false, "https://api.stripe.com/v1": false, "https://api.stripe.com?x=1": false,
	} {
		_, err := stripealipay.New(nil).Configure(t.Context(), &contract.Configuration{
			Mode: contract.ModeTest, Settings: map[string]string{"api_base": base},
			Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("sk_test_abcdefgh12345678"), "webhook_secrets": contract.NewSecret("whsec_abcdefgh")},
		})
		assert.Equal(t, safe, err == nil, base)
	}
}

func TestAnAccountOffersTheYuanAndItsOwnCurrency(t *testing.T) {
	t.Parallel()
	for country, want := range map[string][]string{
		"JP": {"CNY", "JPY"}, "US": {"CNY", "USD"}, "DE": {"CNY", "EUR"}, "CH": {"CNY", "EUR"},
		"XX": {"CNY", "AUD", "CAD", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			says(200, `{"id":"acct_1","object":"account","country":"`+country+`","business_profile":{"name":"Shop"}}`)(w, r, nil)
		}))
		t.Cleanup(server.Close)
		account, err := stripealipay.New(nil).Configure(t.Context(), &contract.Configuration{
			Mode: contract.ModeTest, Probe: true, Settings: map[string]string{"api_base": server.URL},
			Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("sk_test_abcdefgh12345678"), "webhook_secrets": contract.NewSecret("whsec_abcdefgh")},
		})
		require.NoError(t, err)
		assert.Equal(t, "Shop", account.Name)
		var currencies []string
		for _, limits := range account.PaymentMethods[0].Currencies {
			currencies = append(currencies, limits.Currency)
		}
		assert.Equal(t, want, currencies, country)
	}
}

func TestTheDescriptorIsLegal(t *testing.T) {
	t.Parallel()
	d, err := stripealipay.New(nil).Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, d.Validate())
}
