package plugintest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Canary is the secret in [Configuration]; it must be seen nowhere.
const Canary = "skey_test_canary_5f3c"

// Configuration returns a configuration that a [Provider] takes.
func Configuration() *contract.Configuration {
	return &contract.Configuration{
		Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret(Canary)},
	}
}

// Start opens the test binary in a role, and closes it at the end of the test.
func Start(t *testing.T, role string, options plugin.OpenOptions) (*plugin.Client, error) {
	t.Helper()
	options.Env = append(options.Env, As(role))
	if options.StartTimeout == 0 {
		options.StartTimeout = time.Minute // a machine that tests is a busy one
	}
	client, err := plugin.Open(t.Context(), Binary(t), &options)
	if err == nil {
		t.Cleanup(func() { assert.NoError(t, client.Close()) })
	}
	return client, err
}

// Open opens a [Provider], with [Configuration] if the options have none.
func Open(t *testing.T, options plugin.OpenOptions) *plugin.Client {
	t.Helper()
	if options.Configuration == nil {
		options.Configuration = Configuration()
	}
	client, err := Start(t, RoleProvider, options)
	require.NoError(t, err)
	return client
}
