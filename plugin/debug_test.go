package plugin_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// debugged starts a provider by hand, and returns the line that it prints.
func debugged(t *testing.T, role string) (*exec.Cmd, string) {
	t.Helper()
	cmd := plugintest.Command(t, role, "--debug")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	said := &plugintest.Log{}
	cmd.Stderr = said
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, said.String())
	return cmd, line
}

// ended asks the process to end, and returns what its line named.
func ended(t *testing.T, cmd *exec.Cmd, line string) {
	t.Helper()
	var named struct{ Socket string }
	require.NoError(t, json.Unmarshal([]byte(line), &named))
	folder := filepath.Dir(named.Socket)
	info, err := os.Stat(folder)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm(), "nobody else may attach")
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, cmd.Wait())
	assert.NoDirExists(t, folder)
}

func TestAttach_ReachesAProviderThatIsDebugged(t *testing.T) {
	t.Parallel()
	cmd, line := debugged(t, "provider")
	assert.NotContains(t, line, plugintest.Canary)
	for range 2 { // one host after another
		client, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true, Configuration: plugintest.Configuration()})
		require.NoError(t, err)
		assert.Equal(t, "tester", client.Descriptor().ProviderID)
		assert.Equal(t, "account_of_21", client.Account().ID)
		assert.Nil(t, client.Process(), "it is not the host's to end")
		assert.Equal(t, "none (a person started it with --debug)", client.Confinement().String())
		plugintest.Pay(t, client, "order 1")
		require.NoError(t, client.Close())
		_, err = client.CreatePayment(t.Context(), plugintest.Payment("order 2"))
		assert.ErrorIs(t, err, contract.ProviderUnreachable)
	}
	client, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	ended(t, cmd, line)
	<-client.Done()

	_, err = plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureMissing})
	assert.ErrorContains(t, err, "start it with --debug again")
}

func TestAttach_IsRefusedInProduction(t *testing.T) {
	t.Parallel()
	cmd, line := debugged(t, "prober")
	live := plugintest.Configuration()
	live.Mode = contract.ModeLive
	for name, options := range map[string]*plugin.OpenOptions{
		"by default":      nil,
		"without Debug":   {Configuration: plugintest.Configuration()},
		"with a checksum": {Debug: true, SHA256: plugintest.Zeros},
		"in live mode":    {Debug: true, Configuration: live},
	} {
		_, err := plugin.Attach(t.Context(), line, options)
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureRefused}, name)
	}

	client, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true, Configuration: plugintest.Configuration()})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	_, err = client.Configure(t.Context(), live)
	require.ErrorIs(t, err, contract.InvalidConfig)
	require.ErrorContains(t, err, "--debug")
	_, err = wire.NewClient(plugin.Conn(client), nil).Configure(t.Context(), live)
	require.ErrorContains(t, err, "--debug", "the process refuses it, too")
	ended(t, cmd, line)
}

func TestAttach_RefusesALineThatIsNotAnAttachment(t *testing.T) {
	t.Parallel()
	_, script, _ := marking(t)
	open := t.TempDir()
	require.NoError(t, os.Chmod(open, 0o777))
	shared := filepath.Join(open, "socket")
	require.NoError(t, os.WriteFile(shared, nil, 0o600))
	for line, failure := range map[string]plugin.Failure{
		"": plugin.FailureHandshake, "1|1|unix|/x|grpc": plugin.FailureHandshake, `{}`: plugin.FailureHandshake,
		`{"protocol":1,"pid":1,"socket":"relative"}`:               plugin.FailureHandshake,
		`{"protocol":1,"pid":1,"socket":"/x","secret":"y"}`:        plugin.FailureHandshake,
		`{"protocol":1,"pid":1,"socket":"/x"} {}`:                  plugin.FailureHandshake,
		`{"protocol":1,"pid":1,"socket":"` + script + `"}`:         plugin.FailureHandshake,
		`{"socket":"/` + strings.Repeat("x", 5000) + `"}`:          plugin.FailureHandshake,
		`{"protocol":2,"pid":1,"socket":"/x"}`:                     plugin.FailureProtocol,
		`{"protocol":1,"pid":1,"socket":"/nowhere/at/all/socket"}`: plugin.FailureMissing,
		`{"protocol":1,"pid":1,"socket":"` + shared + `"}`:         plugin.FailurePermissions,
	} {
		_, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true})
		require.ErrorIs(t, err, &plugin.OpenError{Failure: failure}, line)
		assert.Less(t, len(err.Error()), 600)
	}
}
