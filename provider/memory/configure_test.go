package memory_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
)

func TestDescribe_IsLegalAndAlwaysTheSame(t *testing.T) {
	t.Parallel()
	first, err := memory.New(nil).Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, first.Validate())
	first.PaymentMethods[0].Code = "changed by a caller"
	second, err := memory.New(nil).Describe(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "wallet", second.PaymentMethods[0].Code)
}

func TestProvider_RefusesCallsBeforeConfigure(t *testing.T) {
	t.Parallel()
	p := memory.New(nil)
	attempt := unknownSince(contract.Attempt{Key: "k1"})
	for name, call := range map[string]func() error{
		"create": func() error { _, err := p.CreatePayment(t.Context(), newPayment("k1")); return err },
		"status": func() error {
			_, err := p.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
			return err
		},
		"cancel": func() error {
			_, err := p.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "pay_1"})
			return err
		},
		"refund": func() error { _, err := p.Refund(t.Context(), newRefund("pay_1", "r1", 1)); return err },
		"get refund": func() error {
			_, err := p.GetRefund(t.Context(), &contract.GetRefundRequest{PaymentID: "pay_1", Attempt: &attempt})
			return err
		},
		"list":    func() error { _, err := p.ListPayments(t.Context(), lastHour()); return err },
		"webhook": func() error { _, err := p.ParseWebhook(t.Context(), &contract.WebhookRequest{}); return err },
	} {
		assert.Equal(t, contract.NotConfigured, contract.ReasonOf(call()), name)
	}
	request := newPayment("k1")
	request.Attempt = attempt
	_, err := p.CreatePayment(t.Context(), request)
	kittest.RequireError(t, err, contract.NotConfigured, contract.Indeterminate)
}

func TestProbe_ReturnsTheAccountAndItsLimits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.front.Seen()
	c := configuration(f.scope.Connection())
	account, err := f.Configure(t.Context(), c)
	require.NoError(t, err)
	assert.Empty(t, f.front.Seen(), "nothing is sent without a probe")
	assert.Equal(t, &contract.Account{PaymentMethods: f.Descriptor().PaymentMethods}, account)

	c.Probe = true
	account, err = f.Configure(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /v1/account"}, f.front.Seen())
	assert.True(t, strings.HasPrefix(account.ID, "acct_"))
	assert.Equal(t, "TH", account.Country)
	assert.False(t, account.Live)
	methods := slices.Clone(f.Descriptor().PaymentMethods)
	require.Len(t, methods, 3)
	methods[0].Currencies = []contract.CurrencyLimits{
		{Currency: "THB", MinMinorUnits: 100, MaxMinorUnits: 5_000_000},
		{Currency: "JPY", MinMinorUnits: 50, MaxMinorUnits: 1_000_000},
		{Currency: "KWD", MinMinorUnits: 100, MaxMinorUnits: 500_000},
	}
	for i := range methods[1:] {
		methods[1+i].Currencies = []contract.CurrencyLimits{{Currency: "THB", MinMinorUnits: 100, MaxMinorUnits: 200_000}}
	}
	assert.Equal(t, methods, account.PaymentMethods)

	request := newPayment("k1")
	request.Amount.MinorUnits = 99
	_, err = f.CreatePayment(t.Context(), request)
	kittest.RequireError(t, err, contract.AmountOutOfRange, contract.NotAttempted)
	assert.Empty(t, f.front.Seen())
}

func TestProbe_LeavesOutAMethodWithoutACurrencyOfTheDescriptor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	limits := func(currencies ...string) (all []any) {
		for _, currency := range currencies {
			all = append(all, map[string]any{"currency": currency})
		}
		return all
	}
	f.front.Add(kittest.On("GET /v1/account", kittest.Patch(map[string]any{"methods": []any{
		map[string]any{"method": "wallet", "limits": limits("SGD", "THB")}, map[string]any{"method": "qr", "limits": limits("SGD")},
	}})))
	c := configuration(f.scope.Connection())
	c.Probe = true
	account, err := f.Configure(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, account.PaymentMethods, 1)
	assert.Equal(t, []contract.CurrencyLimits{{Currency: "THB"}}, account.PaymentMethods[0].Currencies)
}

func TestProbe_RefusesWhatIsNoAccount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  kittest.Fault
		reason contract.Reason
	}{
		"wrong key":      {kittest.Answer(401, `{"error":{"code":"unauthorized"}}`), contract.ProviderAuthFailed},
		"no account":     {kittest.Patch(map[string]any{"object": "shop"}), contract.MalformedResponse},
		"no mode":        {kittest.Patch(map[string]any{"live": nil}), contract.MalformedResponse},
		"real money":     {kittest.Patch(map[string]any{"live": true}), contract.ModeMismatch},
		"nothing to pay": {kittest.Patch(map[string]any{"methods": []any{map[string]any{"method": "wallet"}}}), contract.MalformedResponse},
		"fault":          {kittest.Answer(500, ""), contract.ProviderFault},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(test.fault)
			c := configuration(f.scope.Connection())
			c.Probe = true
			_, err := f.Configure(t.Context(), c)
			kittest.RequireError(t, err, test.reason, "")
		})
	}
}

func TestProbe_RefusesAWrongKeyAndKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	c := configuration(f.scope.Connection())
	c.Secrets["secret_key"] = contract.NewSecret("mk_test_of_nobody")
	c.Probe = true
	_, err := f.Configure(t.Context(), c)
	kittest.RequireError(t, err, contract.ProviderAuthFailed, "")
	assert.NotContains(t, err.Error(), "mk_test_of_nobody")
	assert.Equal(t, contract.PaymentPending, f.status(id).Status)
}

func TestConfigure_NamesTheInvalidFieldAndKeepsTheOldConfiguration(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	valid := configuration(f.scope.Connection())
	set := func(name, value string) func(*contract.Configuration) {
		return func(c *contract.Configuration) { c.Settings[name] = value }
	}
	secret := func(name, value string) func(*contract.Configuration) {
		return func(c *contract.Configuration) { c.Secrets[name] = contract.NewSecret(value) }
	}
	for name, test := range map[string]struct {
		field  string
		change func(*contract.Configuration)
	}{
		"live mode":            {"mode", func(c *contract.Configuration) { c.Mode = contract.ModeLive }},
		"no key":               {"secrets[secret_key]", func(c *contract.Configuration) { delete(c.Secrets, "secret_key") }},
		"blank key":            {"secrets[secret_key]", secret("secret_key", " ")},
		"a key of another":     {"secrets[secret_key]", secret("secret_key", "skey_test_canary")},
		"a key and a line":     {"secrets[secret_key]", secret("secret_key", "mk_test_canary\nX: y")},
		"no webhook secret":    {"secrets[webhook_secrets]", func(c *contract.Configuration) { delete(c.Secrets, "webhook_secrets") }},
		"blank webhook secret": {"secrets[webhook_secrets]", secret("webhook_secrets", "")},
		"a blank among them":   {"secrets[webhook_secrets]", secret("webhook_secrets", "whsec_canary_long,, whsec_canary_too")},
		"a short one":          {"secrets[webhook_secrets]", secret("webhook_secrets", "whsec_canary1,whsec_")},
		"very many":            {"secrets[webhook_secrets]", secret("webhook_secrets", strings.Repeat("whsec_canary_long,", 8)+"whsec_canary_long")},
		"unknown":              {"settings[api_bsae]", set("api_bsae", "canary")},
		"a secret in the open": {"settings[secret_key]", set("secret_key", "canary")},
		"no URL":               {"settings[api_base]", set("api_base", "canary")},
		"key in the clear":     {"settings[api_base]", set("api_base", "http://canary.test")},
		"a path":               {"settings[api_base]", set("api_base", "https://canary.test/v1")},
		"a query":              {"settings[api_base]", set("api_base", "https://canary.test?x=1")},
		"a user":               {"settings[api_base]", set("api_base", "https://canary@pay.test")},
		"no time":              {"settings[timeout]", set("timeout", "canary")},
		"too little time":      {"settings[timeout]", set("timeout", "0s")},
		"too much time":        {"settings[timeout]", set("timeout", "1h")},
		"never begun":          {"settings[min_time_left]", set("min_time_left", "25s")},
		"no tolerance":         {"settings[webhook_tolerance]", set("webhook_tolerance", "0s")},
		"a day's tolerance":    {"settings[webhook_tolerance]", set("webhook_tolerance", "24h")},
	} {
		c := *valid
		c.Settings, c.Secrets = maps.Clone(valid.Settings), maps.Clone(valid.Secrets)
		test.change(&c)
		_, err := f.Configure(t.Context(), &c)
		e := kittest.ErrorOf(t, err, contract.InvalidConfig, "")
		require.NotEmpty(t, e.Violations, name)
		assert.Equal(t, test.field, e.Violations[0].Field, name)
		assert.NotContains(t, e.Error(), "canary", name)
		assert.Equal(t, contract.PaymentPending, f.status(id).Status, "the old configuration works on")
	}
	live := configuration(f.scope.Connection())
	live.Secrets["secret_key"] = contract.NewSecret("mk_live_canary")
	_, err := f.Configure(t.Context(), live)
	kittest.RequireError(t, err, contract.ModeMismatch, "")
}

func TestConfigure_AcceptsTheDefaults(t *testing.T) {
	t.Parallel()
	c := configuration(&gateway.Connection{Credentials: map[string]string{"secret_key": "mk_test_a", "webhook_secret": "whsec_12345678"}})
	delete(c.Settings, "api_base")
	_, err := memory.New(nil).Configure(t.Context(), c)
	require.NoError(t, err)
	c.Settings["api_base"] = "https://memory.test:8443/"
	_, err = memory.New(nil).Configure(t.Context(), c)
	require.NoError(t, err)
}

func TestConfigure_LeavesACallUnderWayItsConfiguration(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	asked, release := make(chan struct{}), make(chan struct{})
	f.front.Set(kittest.On("POST", kittest.Hold(asked, release)))
	failed := make(chan error)
	go func() {
		_, err := f.CreatePayment(t.Context(), newPayment("k1"))
		failed <- err
	}()
	<-asked
	c := configuration(f.scope.Connection())
	c.Secrets["secret_key"] = contract.NewSecret("mk_test_of_nobody")
	_, err := f.Configure(t.Context(), c)
	require.NoError(t, err)
	close(release)
	require.NoError(t, <-failed)
	_, err = f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
	kittest.RequireError(t, err, contract.ProviderAuthFailed, "")
}
