package acmepay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	provider "github.com/paysocket/paysocket/conformance/internal/scaffold/template"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestDescribe_IsLegal(t *testing.T) {
	t.Parallel()
	descriptor, err := provider.New(nil).Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, descriptor.Validate())
}

func TestProvider_RefusesCallsBeforeConfigure(t *testing.T) {
	t.Parallel()
	_, err := provider.New(nil).CreatePayment(t.Context(), newPayment("k1"))
	kittest.RequireError(t, err, contract.NotConfigured, contract.NotAttempted)
}

func TestConfigure_ChecksTheKeyByAProbe(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	right := configuration(f.scope.Connection())
	right.Probe = true
	account, err := f.Configure(t.Context(), right)
	require.NoError(t, err)
	assert.Equal(t, "TH", account.Country)

	wrong := configuration(f.scope.Connection())
	wrong.Probe, wrong.Secrets["secret_key"] = true, contract.NewSecret("sk_test_nobody")
	_, err = f.Configure(t.Context(), wrong)
	kittest.RequireError(t, err, contract.ProviderAuthFailed, "")
	assert.NotContains(t, err.Error(), "sk_test_nobody")

	_, err = f.CreatePayment(t.Context(), newPayment("k1")) // with the old key, which is still in force
	require.NoError(t, err)
}

func TestConfigure_RefusesAnInvalidConfiguration(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, change := range map[string]func(*contract.Configuration){
		"no key":          func(c *contract.Configuration) { delete(c.Secrets, "secret_key") },
		"a key of a word": func(c *contract.Configuration) { c.Secrets["secret_key"] = contract.NewSecret("hello") },
		"an unknown name": func(c *contract.Configuration) { c.Settings["colour"] = "red" },
		"plain http":      func(c *contract.Configuration) { c.Settings["api_base"] = "http://gateway.example" },
		"a path":          func(c *contract.Configuration) { c.Settings["api_base"] = "https://gateway.example/v1" },
		"no time at all":  func(c *contract.Configuration) { c.Settings["timeout"] = "0s" },
	} {
		c := configuration(f.scope.Connection())
		change(c)
		_, err := f.Configure(t.Context(), c)
		require.ErrorIs(t, err, contract.InvalidConfig, name)
	}
	live := configuration(f.scope.Connection())
	live.Secrets["secret_key"] = contract.NewSecret("sk_live_1")
	_, err := f.Configure(t.Context(), live)
	kittest.RequireError(t, err, contract.ModeMismatch, "")
}
