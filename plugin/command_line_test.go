package plugin_test

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestServe_ExplainsItselfToAPerson(t *testing.T) {
	t.Parallel()
	cmd := plugintest.Command(t, plugintest.RoleProvider)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Run(), &exit)
	assert.Equal(t, 2, exit.ExitCode())
	assert.Empty(t, stdout.String())
	for _, want := range []string{"Tester, version 1.2.3, contract " + contract.SpecVersion, "plugin.Open(ctx, ", "--version", "--describe", "--debug"} {
		assert.Contains(t, stderr.String(), want)
	}
}

func TestServe_PrintsItsVersionWithoutAHost(t *testing.T) {
	t.Parallel()
	output, err := plugintest.Command(t, plugintest.RoleProvider, "--version").Output()
	require.NoError(t, err)
	assert.Equal(t, "tester 1.2.3 (contract "+contract.SpecVersion+", protocol 1)\n", string(output))
}

func TestServe_DescribesTheProviderWithoutAHost(t *testing.T) {
	t.Parallel()
	output, err := plugintest.Command(t, plugintest.RoleProvider, "--describe").Output()
	require.NoError(t, err)
	described, err := plugintest.NewProvider(nil).Describe(t.Context())
	require.NoError(t, err)
	want, err := wire.DescriptorJSON(described)
	require.NoError(t, err)
	assert.Equal(t, string(want)+"\n", string(output))
	assert.Contains(t, string(output), `"provider_id": "tester"`)
}

func TestServe_RefusesAnUnknownArgument(t *testing.T) {
	t.Parallel()
	var exit *exec.ExitError
	require.ErrorAs(t, plugintest.Command(t, plugintest.RoleProvider, "--secret-key=x").Run(), &exit)
	assert.Equal(t, 2, exit.ExitCode())
}
