package omisealipay_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestProbe_FailsWithTheCauseOfEitherRead(t *testing.T) {
	t.Parallel()
	html := kittest.Answer(http.StatusOK, "<html>maintenance</html>")
	for name, row := range map[string]struct {
		fault  kittest.Fault
		reason contract.Reason
		words  string
	}{
		"the key is refused":     {refuses(http.StatusUnauthorized, "authentication_failure", "authentication failed"), contract.ProviderAuthFailed, "secret_key"},
		"it is forbidden":        {refuses(http.StatusForbidden, "forbidden", "not for this key"), contract.ProviderAuthFailed, "secret_key"},
		"it is not found":        {refuses(http.StatusNotFound, "not_found", "the requested object was not found"), contract.ProviderRejected, "api_base"},
		"the page of a proxy":    {kittest.Answer(http.StatusNotFound, "<html>404</html>"), contract.ProviderRejected, "api_base"},
		"a version without it":   {refuses(http.StatusNotFound, "service_not_found", "no such operation"), contract.ProviderRejected, "api_version"},
		"a page for people":      {html, contract.MalformedResponse, ""},
		"an object of another":   {kittest.Answer(http.StatusOK, `{"object":"charge","id":"chrg_test_1"}`), contract.MalformedResponse, ""},
		"an error in a success":  {kittest.Answer(http.StatusOK, `{"object":"error","code":"bad_request","message":"no"}`), contract.MalformedResponse, ""},
		"nothing":                {kittest.Answer(http.StatusOK, ``), contract.MalformedResponse, ""},
		"too many requests":      {refuses(http.StatusTooManyRequests, "too_many_requests", "slow down"), contract.ProviderRateLimited, ""},
		"a fault of the gateway": {refuses(http.StatusInternalServerError, "internal_error", "no"), contract.ProviderFault, ""},
	} {
		for _, route := range []string{getAccount, getCapability} {
			t.Run(name+" "+route, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, nil)
				configuration := f.configuration()
				configuration.Probe = true
				f.fail(route, 3, row.fault)
				_, err := f.Configure(t.Context(), configuration)
				e := kittest.ErrorOf(t, err, row.reason, "")
				assert.Contains(t, e.Message, row.words)
				f.create(f.newPayment()) // the configuration before it stays
			})
		}
	}
}

func TestProbe_LogsWhatTheDescriptorLacks(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	f := newFixture(t, &setup{logger: slog.New(slog.NewTextHandler(&lines, nil))})
	configuration := f.configuration()
	configuration.Probe = true
	f.fail(getCapability, 1, kittest.Answer(http.StatusOK, `{"object":"capability","payment_methods":[
		{"name":"alipay","currencies":["THB"]},{"name":"gcash","currencies":["USD","SGD","MYR"]},{"name":"card","currencies":["JPY"]}]}`))
	account, err := f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	assert.Len(t, account.PaymentMethods, 2)
	assert.Contains(t, lines.String(), `left_out="gcash USD"`)
	lines.Reset()
	_, err = f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	assert.Empty(t, lines.String(), "the descriptor has all of it")
}

func TestProbe_RefusesAnAccountOfTheOtherMode(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		account string
		refused bool
	}{
		"by its flag":          {`"id":"account_test_1","livemode":true`, true},
		"by its flag as text":  {`"id":"account_test_1","livemode":"true"`, true},
		"by its id":            {`"id":"account_1"`, true},
		"of this mode":         {`"id":"account_test_1","livemode":false`, false},
		"of this mode by id":   {`"id":"account_test_1"`, false},
		"of a mode not told":   {`"id":"acct_1"`, false},
		"of this mode in 2017": {`"id":"acct_1","livemode":false`, false},
	} {
		f := newFixture(t, nil)
		configuration := f.configuration()
		configuration.Probe = true
		f.fail(getAccount, 1, kittest.Answer(http.StatusOK, `{"object":"account",`+row.account+`}`))
		account, err := f.Configure(t.Context(), configuration)
		if row.refused {
			kittest.RequireError(t, err, contract.ModeMismatch, "")
			assert.Zero(t, f.front.Count(getCapability), name)
			continue
		}
		require.NoError(t, err, name)
		assert.False(t, account.Live, name)
	}
}

func TestProbe_ReadsTheAccountWithTheSecretKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	configuration := f.configuration()
	credentials := f.scope.Connection().Credentials
	configuration.Secrets["public_key"] = contract.NewSecret(credentials["public_key"])
	configuration.Probe = true
	account, err := f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	asked := f.front.Requests()
	require.Len(t, asked, 2)
	for i := range asked {
		assert.Equal(t, http.MethodGet, asked[i].Method)
		assert.Equal(t, credentials["secret_key"], userOf(&asked[i]))
	}
	assert.NotContains(t, account.ID+account.Name, "@", "an address of email is not for hosts")
}
