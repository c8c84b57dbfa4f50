package acmepay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	provider "github.com/paysocket/paysocket/conformance/scaffold/template"
	"github.com/paysocket/paysocket/contract"
)

func TestTheDescriptorIsLegal(t *testing.T) {
	t.Parallel()
	descriptor, err := provider.New(nil).Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, descriptor.Validate())
}

func TestNothingWorksBeforeConfigure(t *testing.T) {
	t.Parallel()
	_, err := provider.New(nil).CreatePayment(t.Context(), tea("k1"))
	requireError(t, err, contract.NotConfigured, contract.NotAttempted)
}

func TestAProbeTellsWhetherTheKeyWorks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	right := configuration(b.scope.Connection())
	right.Probe = true
	account, err := b.Configure(t.Context(), right)
	require.NoError(t, err)
	assert.Equal(t, "TH", account.Country)

	wrong := configuration(b.scope.Connection())
	wrong.Probe, wrong.Secrets["secret_key"] = true, contract.NewSecret("sk_test_nobody")
	_, err = b.Configure(t.Context(), wrong)
	requireError(t, err, contract.ProviderAuthFailed, "")
	assert.NotContains(t, err.Error(), "sk_test_nobody")

	_, err = b.CreatePayment(t.Context(), tea("k1")) // with the old key, which is still in force
	require.NoError(t, err)
}

func TestAnIllegalConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*contract.Configuration){
		"no key":          func(c *contract.Configuration) { delete(c.Secrets, "secret_key") },
		"a key of a word": func(c *contract.Configuration) { c.Secrets["secret_key"] = contract.NewSecret("hello") },
		"an unknown name": func(c *contract.Configuration) { c.Settings["colour"] = "red" },
		"plain http":      func(c *contract.Configuration) { c.Settings["api_base"] = "http://gateway.example" },
		"a path":          func(c *contract.Configuration) { c.Settings["api_base"] = "https://gateway.example/v1" },
		"no time at all":  func(c *contract.Configuration) { c.Settings["timeout"] = "0s" },
	} {
		c := configuration(newStandIn(t).Connection())
		spoil(c)
		_, err := provider.New(nil).Configure(t.Context(), c)
		require.Error(t, err, name)
		requireError(t, err, contract.InvalidConfig, "")
	}
}

func TestALiveKeyIsRefused(t *testing.T) {
	t.Parallel()
	c := configuration(newStandIn(t).Connection())
	c.Secrets["secret_key"] = contract.NewSecret("sk_live_1")
	_, err := provider.New(nil).Configure(t.Context(), c)
	requireError(t, err, contract.ModeMismatch, "")
}
