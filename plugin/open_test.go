package plugin_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

const canary = "skey_test_canary_5f3c"

func configuration() *contract.Configuration {
	return &contract.Configuration{
		Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret(canary)},
	}
}

func payment(reference string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "key-1"}, Reference: reference, Method: "alipay",
		Amount: contract.Money{MinorUnits: 100000, Currency: "THB"}, ReturnURL: "https://shop.example/return",
	}
}

// open opens this binary as a provider.
func open(t *testing.T, role string, options plugin.OpenOptions) (*plugin.Client, error) {
	t.Helper()
	options.Env = append(options.Env, roleKey+"="+role)
	if options.StartTimeout == 0 {
		options.StartTimeout = time.Minute // a machine that tests is a busy one
	}
	client, err := plugin.Open(t.Context(), binary(t), &options)
	if err == nil {
		t.Cleanup(func() { assert.NoError(t, client.Close()) })
	}
	return client, err
}

// opened is open that must succeed.
func opened(t *testing.T, options plugin.OpenOptions) *plugin.Client {
	t.Helper()
	if options.Configuration == nil {
		options.Configuration = configuration()
	}
	client, err := open(t, "provider", options)
	require.NoError(t, err)
	return client
}

func sum(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

func TestOpenGivesAProviderThatIsReady(t *testing.T) {
	t.Parallel()
	want := sum(t, binary(t))
	client := opened(t, plugin.OpenOptions{SHA256: want})

	assert.Equal(t, "tester", client.Descriptor().ProviderID)
	assert.Equal(t, "account_of_21", client.Account().ID)
	assert.Equal(t, want, client.Process().SHA256)
	assert.NotEqual(t, os.Getpid(), client.Process().PID)

	got, err := client.CreatePayment(t.Context(), payment("order 1"))
	require.NoError(t, err)
	assert.Equal(t, "payment_1", got.PaymentID)

	_, err = client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "payment_1"})
	assert.ErrorIs(t, err, contract.CapabilityUnsupported, "the provider's errors come through")
	require.NoError(t, client.Close())
}
