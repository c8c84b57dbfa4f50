package omisealipay_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func TestDescribe_IsValidAndStatic(t *testing.T) {
	t.Parallel()
	p := unconfigured(t)
	first, err := p.Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, first.Validate())
	first.PaymentMethods[0].Currencies[0].MinMinorUnits = 1 // a caller's own copy
	second, err := unconfigured(t).Describe(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2000, second.PaymentMethods[0].Currencies[0].MinMinorUnits)
	assert.Zero(t, second.PaymentMethods[0].Currencies[0].MaxMinorUnits, "the most differs between accounts")
	assert.Equal(t, &contract.RefundWindow{Months: 3, Zone: "Asia/Bangkok"}, second.RefundTerms("alipay", nil).Window)
	for _, kind := range second.Webhooks.AttentionKinds {
		assert.NotContains(t, second.Webhooks.Kinds, kind)
	}
}

func withSecret(name, value string) func(*contract.Configuration) {
	return func(c *contract.Configuration) { c.Secrets[name] = contract.NewSecret(value) }
}

func withSetting(name, value string) func(*contract.Configuration) {
	return func(c *contract.Configuration) { c.Settings[name] = value }
}

func TestConfigure_NamesWhatIsInvalid(t *testing.T) {
	t.Parallel()
	const key = "skey_test_thekeyitself"
	for name, test := range map[string]struct {
		change func(*contract.Configuration)
		field  string
		reason contract.Reason
	}{
		"no secret key":        {func(c *contract.Configuration) { delete(c.Secrets, "secret_key") }, "secrets[secret_key]", contract.InvalidConfig},
		"blank secret key":     {withSecret("secret_key", " "), "secrets[secret_key]", contract.InvalidConfig},
		"a public secret key":  {withSecret("secret_key", "pkey_test_x"), "secrets[secret_key]", contract.InvalidConfig},
		"junk secret key":      {withSecret("secret_key", "skey_test_(!)"), "secrets[secret_key]", contract.InvalidConfig},
		"a secret public key":  {withSecret("public_key", key), "secrets[public_key]", contract.InvalidConfig},
		"junk public key":      {withSecret("public_key", "pkey_test_UPPER"), "secrets[public_key]", contract.InvalidConfig},
		"live secret key":      {withSecret("secret_key", "skey_thekeyitself"), "secrets[secret_key]", contract.ModeMismatch},
		"live public key":      {withSecret("public_key", "pkey_thekeyitself"), "secrets[public_key]", contract.ModeMismatch},
		"test key in live":     {func(c *contract.Configuration) { c.Mode = contract.ModeLive }, "secrets[secret_key]", contract.ModeMismatch},
		"no mode":              {func(c *contract.Configuration) { c.Mode = "" }, "mode", contract.InvalidConfig},
		"no webhook secret":    {func(c *contract.Configuration) { delete(c.Secrets, "webhook_secrets") }, "secrets[webhook_secrets]", contract.InvalidConfig},
		"blank webhook secret": {withSecret("webhook_secrets", ""), "secrets[webhook_secrets]", contract.InvalidConfig},
		"blank second secret":  {withSecret("webhook_secrets", "YWJj, "), "secrets[webhook_secrets]", contract.InvalidConfig},
		"webhook not base64":   {withSecret("webhook_secrets", "not base64!"), "secrets[webhook_secrets]", contract.InvalidConfig},
		"unknown setting":      {withSetting("colour", "red"), "settings[colour]", contract.InvalidConfig},
		"unknown secret":       {withSecret("webhook_secret", "YWJj"), "secrets[webhook_secret]", contract.InvalidConfig},
		"key among settings":   {withSetting("secret_key", key), "settings[secret_key]", contract.InvalidConfig},
		"base not a URL":       {withSetting("api_base", "omise"), "settings[api_base]", contract.InvalidConfig},
		"base in clear":        {withSetting("api_base", "http://api.omise.co"), "settings[api_base]", contract.InvalidConfig},
		"base with a path":     {withSetting("api_base", "https://api.omise.co/v1"), "settings[api_base]", contract.InvalidConfig},
		"odd version":          {withSetting("api_version", "2015-11-17"), "settings[api_version]", contract.InvalidConfig},
		"odd creation":         {withSetting("creation", "no_step"), "settings[creation]", contract.InvalidConfig},
		"odd verification":     {withSetting("webhook_verification", "off"), "settings[webhook_verification]", contract.InvalidConfig},
		"no tolerance":         {withSetting("webhook_tolerance", "0s"), "settings[webhook_tolerance]", contract.InvalidConfig},
		"no rate":              {withSetting("webhook_fetch_rate", "0"), "settings[webhook_fetch_rate]", contract.InvalidConfig},
		"timeout in words":     {withSetting("timeout", "soon"), "settings[timeout]", contract.InvalidConfig},
		"no timeout":           {withSetting("timeout", "0s"), "settings[timeout]", contract.InvalidConfig},
		"too much time left":   {withSetting("min_time_left", "25s"), "settings[min_time_left]", contract.InvalidConfig},
		"seconds of skew":      {withSetting("lookup_skew", "59s"), "settings[lookup_skew]", contract.InvalidConfig},
		"a year of skew":       {withSetting("lookup_skew", "8760h"), "settings[lookup_skew]", contract.InvalidConfig},
		"a year of settling":   {withSetting("lookup_settle", "8760h"), "settings[lookup_settle]", contract.InvalidConfig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			configuration := &contract.Configuration{
				Mode:     contract.ModeTest,
				Settings: map[string]string{},
				Secrets:  map[string]contract.Secret{"secret_key": contract.NewSecret(key), "webhook_secrets": contract.NewSecret("YWJj")},
			}
			test.change(configuration)
			_, err := unconfigured(t).Configure(t.Context(), configuration)
			e := kittest.ErrorOf(t, err, test.reason, "")
			require.NotEmpty(t, e.Violations)
			assert.Equal(t, test.field, e.Violations[0].Field)
			assert.NotContains(t, err.Error(), "thekeyitself")
			assert.NotContains(t, err.Error(), "not base64!")
		})
	}
}

func TestConfigure_RequiresNoWebhookSecretForFetching(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	configuration := f.configuration("webhook_verification", "fetch")
	delete(configuration.Secrets, "webhook_secrets")
	_, err := f.Configure(t.Context(), configuration)
	require.NoError(t, err)
}

func TestProbe_ReturnsWhatTheAccountMayDo(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	configuration := f.configuration()
	before, err := f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	assert.Empty(t, f.front.Seen(), "without a probe nothing is asked")
	require.NoError(t, before.Validate())
	assert.Zero(t, before.PaymentMethods[0].Currencies[0].MaxMinorUnits)

	configuration.Probe = true
	account, err := f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	require.NoError(t, account.Validate())
	require.NoError(t, configuration.CheckAnswer(account))
	assert.Equal(t, 1, f.front.Count(getCapability))
	assert.Equal(t, "TH", account.Country)
	limits := account.PaymentMethods[0].Currencies[0]
	assert.EqualValues(t, 2000, limits.MinMinorUnits)
	assert.Positive(t, limits.MaxMinorUnits)

	f.front.Seen()
	order := f.newPayment()
	order.Amount.MinorUnits = limits.MaxMinorUnits + 1
	_, err = f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.AmountOutOfRange, contract.NotAttempted)
	assert.Empty(t, f.front.Seen(), "the limit in force is kept here")
}

func TestProbe_OnlyNarrowsTheLimits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	configuration := f.configuration()
	configuration.Probe = true
	for name, test := range map[string]struct {
		capability string
		least      int64
		most       int64
		methods    int
	}{
		"higher least":   {`"country":"TH","limits":{"charge_amount":{"min":5000,"max":9000}},"payment_methods":[{"name":"alipay","currencies":["THB"]}]`, 5000, 9000, 1},
		"lower least":    {`"country":"TH","limits":{"charge_amount":{"min":1,"max":9000}},"payment_methods":[{"name":"alipay","currencies":["thb"]}]`, 2000, 9000, 1},
		"no limits":      {`"country":"TH","payment_methods":[{"name":"alipay"}]`, 2000, 0, 1},
		"other currency": {`"country":"TH","payment_methods":[{"name":"alipay","currencies":["CNY"]}]`, 0, 0, 0},
		"other country":  {`"country":"SG","limits":{"charge_amount":{"min":100,"max":500}},"payment_methods":[{"name":"alipay_cn","currencies":["SGD","THB"]}]`, 2000, 0, 1},
		"other methods":  {`"country":"TH","payment_methods":[{"name":"card","currencies":["THB"]}]`, 0, 0, 0},
		"both":           {`"country":"TH","payment_methods":[{"name":"alipay_cn"},{"name":"alipay"}]`, 2000, 0, 2},
	} {
		f.fail(getCapability, 1, kittest.Answer(http.StatusOK, `{"object":"capability",`+test.capability+`}`))
		account, err := f.Configure(t.Context(), configuration)
		require.NoError(t, err, name)
		require.Len(t, account.PaymentMethods, test.methods, name)
		if test.methods > 0 {
			assert.Equal(t, contract.CurrencyLimits{Currency: "THB", MinMinorUnits: test.least, MaxMinorUnits: test.most},
				account.PaymentMethods[0].Currencies[0], name)
		}
	}
}

func TestConfigure_KeepsThePreviousConfigurationIfItFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	wrongKey := f.configuration()
	wrongKey.Probe = true
	wrongKey.Secrets["secret_key"] = contract.NewSecret("skey_test_wrong")
	_, err := f.Configure(t.Context(), wrongKey)
	kittest.RequireError(t, err, contract.ProviderAuthFailed, "")
	assert.Equal(t, 1, f.front.Count(getAccount), "a refused key is not tried again")
	assert.Zero(t, f.front.Count(getCapability))
	assert.Equal(t, payment.PaymentID, f.status(payment.PaymentID).PaymentID)

	fresh := unconfigured(t)
	_, err = fresh.Configure(t.Context(), wrongKey)
	kittest.RequireError(t, err, contract.ProviderAuthFailed, "")
	_, err = fresh.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
	kittest.RequireError(t, err, contract.NotConfigured, "")
}

func TestConfigure_LeavesCallsUnderWayAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postCharge, 1, kittest.Hold(held, release))
	done := make(chan error, 1)
	order := f.newPayment()
	go func() {
		_, err := f.CreatePayment(t.Context(), order)
		done <- err
	}()
	<-held
	moved := f.configuration("api_base", unansweredAddress(t))
	_, err := f.Configure(t.Context(), moved)
	require.NoError(t, err)
	_, err = f.CreatePayment(t.Context(), f.newPayment())
	kittest.RequireError(t, err, contract.ProviderUnreachable, contract.NotAttempted)
	close(release)
	require.NoError(t, <-done)
	assert.Len(t, f.ledger(order.Attempt.Key), 1)
}

func TestConfigure_AppliesANewSettleTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	f.fail(postCharge, 1, kittest.HangUp)
	_, err := f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	_, err = f.Configure(t.Context(), f.configuration("lookup_settle", "1s"))
	require.NoError(t, err)
	repeated := repeat(order, f.lost)
	_, err = f.CreatePayment(t.Context(), repeated)
	e := kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Equal(t, time.Second, e.RetryAfter)
	f.clock.Advance(time.Second)
	f.create(repeated)
}

func TestConfigure_AsksForItsAPIVersionWhateverTheAccounts(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{dials: sandbox.Dials{APIVersion: "2014-07-27"}})
	payment := f.paid()
	assert.Equal(t, contract.PaymentSucceeded, f.status(payment.PaymentID).Status)
	assert.NotNil(t, payment.Settlement)
	assert.True(t, strings.HasPrefix(payment.PaymentID, "chrg_test_"))
}
