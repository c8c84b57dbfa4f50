package plugin_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestAPluginRunByHandExplainsItself(t *testing.T) {
	t.Parallel()
	cmd := self(t, "provider")
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

func TestAPluginTellsItsVersionWithoutAHost(t *testing.T) {
	t.Parallel()
	output, err := self(t, "provider", "--version").Output()
	require.NoError(t, err)
	assert.Equal(t, "tester 1.2.3 (contract "+contract.SpecVersion+", protocol 1)\n", string(output))
}

func TestAPluginDescribesItselfWithoutAHost(t *testing.T) {
	t.Parallel()
	output, err := self(t, "provider", "--describe").Output()
	require.NoError(t, err)
	var got contract.Descriptor
	require.NoError(t, json.Unmarshal(output, &got))
	want, err := (&provider{}).Describe(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, &got)
}

func TestAnArgumentThatIsNotKnownIsRefused(t *testing.T) {
	t.Parallel()
	var exit *exec.ExitError
	require.ErrorAs(t, self(t, "provider", "--secret-key=x").Run(), &exit)
	assert.Equal(t, 2, exit.ExitCode())
}
