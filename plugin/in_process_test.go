package plugin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestInProcess_HasTheSameChecksAndNoProcess(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client, err := plugin.InProcess(t.Context(), plugintest.NewProvider(logger),
		&plugin.OpenOptions{Configuration: plugintest.Configuration(), Logger: logger})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	assert.Nil(t, client.Process())
	assert.Equal(t, "account_of_21", client.Account().ID)

	_, err = client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	require.NoError(t, err)
	_, err = client.CreatePayment(t.Context(), plugintest.Payment(""))
	assert.ErrorIs(t, err, contract.InvalidRequest)
	assert.NotContains(t, log.String(), plugintest.Canary)

	require.NoError(t, client.Close())
	<-client.Done()
	_, err = client.CreatePayment(t.Context(), plugintest.Payment("order 2"))
	assert.ErrorIs(t, err, contract.ProviderUnreachable)
}

func TestInProcess_FailsWhenTheConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	wrong := plugintest.Configuration()
	wrong.Secrets["secret_key"] = contract.NewSecret("wrong_key")
	_, err := plugin.InProcess(t.Context(), plugintest.NewProvider(nil), &plugin.OpenOptions{Configuration: wrong})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureConfigure})
	assert.Equal(t, contract.ProviderAuthFailed, contract.ReasonOf(err))
}

func TestInProcess_FailsWithoutALegalDescription(t *testing.T) {
	t.Parallel()
	_, err := plugin.InProcess(t.Context(), contract.UnimplementedPaymentProvider{},
		&plugin.OpenOptions{StartTimeout: time.Minute})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureDescribe})
}
