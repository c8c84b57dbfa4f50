package plugin_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestOpen_ReturnsAProviderThatIsReady(t *testing.T) {
	t.Parallel()
	want := plugintest.SHA256(t, plugintest.Binary(t))
	client := plugintest.Open(t, plugin.OpenOptions{SHA256: want})

	assert.Equal(t, "tester", client.Descriptor().ProviderID)
	assert.Equal(t, "account_of_21", client.Account().ID)
	assert.Equal(t, want, client.Process().SHA256)
	assert.NotEqual(t, os.Getpid(), client.Process().PID)

	got, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	require.NoError(t, err)
	assert.Equal(t, "payment_1", got.PaymentID)

	_, err = client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "payment_1"})
	assert.ErrorIs(t, err, contract.CapabilityUnsupported, "the provider's errors come through")
	require.NoError(t, client.Close())
}
