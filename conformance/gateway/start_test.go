package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// launch starts the test binary in one of its manners.
func launch(t *testing.T, manner string, options *gateway.StartOptions) (*gateway.Sandbox, error) {
	t.Helper()
	executable, err := os.Executable()
	require.NoError(t, err)
	options.Env = append(options.Env, "SANDBOX="+manner)
	return gateway.StartSandbox(t.Context(), []string{executable}, options)
}

func requireEnded(t *testing.T, sandbox *gateway.Sandbox) {
	t.Helper()
	select {
	case <-sandbox.Done():
	default:
		require.Fail(t, "the process has not been waited for")
	}
}

func TestStartSandbox_ServesUntilItIsClosed(t *testing.T) {
	t.Parallel()
	for _, manner := range []string{"fine", "talkative"} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			sandbox, err := launch(t, manner, (&gateway.StartOptions{}).EndAfter(time.Minute, time.Minute))
			require.NoError(t, err)
			hello, err := sandbox.Client.Hello(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "till", hello.Name)

			// The minute is not needed: the end of its standard input is enough.
			began := time.Now()
			require.NoError(t, sandbox.Close())
			assert.Less(t, time.Since(began), 30*time.Second)
			requireEnded(t, sandbox)
			require.NoError(t, sandbox.Close())
		})
	}
}

func TestStartSandbox_OutlivesItsContext(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	sandbox, err := gateway.StartSandbox(ctx, []string{executable}, &gateway.StartOptions{Env: []string{"SANDBOX=fine"}})
	require.NoError(t, err)
	cancel()
	_, err = sandbox.Client.Hello(t.Context())
	require.NoError(t, err)
	require.NoError(t, sandbox.Close())
}

func TestStartSandbox_PassesOnNoneOfItsStartersSecrets(t *testing.T) {
	t.Parallel()
	sandbox, err := launch(t, "fine", &gateway.StartOptions{})
	require.NoError(t, err)
	require.NoError(t, sandbox.Close())

	var ready readyLine
	require.NoError(t, json.Unmarshal(sandbox.Ready, &ready))
	assert.NotEmpty(t, ready.API)
	require.NotEmpty(t, ready.Environment)
	for _, variable := range ready.Environment {
		name, _, _ := strings.Cut(variable, "=")
		assert.Contains(t, []string{"PATH", "HOME", "TMPDIR", "SANDBOX"}, name)
	}
}

func TestStartSandbox_SaysHowASandboxIsBroken(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ manner, want string }{
		"never speaks":      {"silent", "no ready line within 500ms"},
		"dies at once":      {"dying", "it ended before its ready line: exit status 7"},
		"prints garbage":    {"Listening on port 4511", `not the JSON of a ready line: "Listening on port 4511"`},
		"speaks another":    {`{"protocol":"gwctl/9","manage":"http://127.0.0.1:1"}`, `"gwctl/9", not gwctl/1`},
		"is not here":       {`{"protocol":"gwctl/1","manage":"http://192.0.2.1:1"}`, "not a loopback address"},
		"is nowhere":        {`{"protocol":"gwctl/1"}`, "not a loopback address"},
		"has no URL":        {`{"protocol":"gwctl/1","manage":"://"}`, "not a URL"},
		"has another":       {`{"protocol":"gwctl/1","manage":"ftp://localhost"}`, "not an absolute http or https URL"},
		"prints no newline": {"endless line", "too long for a ready line"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := &gateway.StartOptions{}
			if test.manner == "silent" {
				options.StartTimeout = 500 * time.Millisecond
			}
			_, err := launch(t, test.manner, options)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestStartSandbox_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = gateway.StartSandbox(ctx, []string{executable}, &gateway.StartOptions{Env: []string{"SANDBOX=silent"}})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestStartSandbox_RefusesACommandThatCannotBeRun(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{nil, {""}, {"/nowhere/omise-sandbox"}} {
		_, err := gateway.StartSandbox(t.Context(), command, nil)
		require.Error(t, err)
	}
}

func TestStartSandbox_KeepsWhatIsPrintedToStderr(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	_, err := launch(t, "dying", &gateway.StartOptions{Stderr: &stderr})
	require.Error(t, err)
	assert.Contains(t, stderr.String(), "out of paper\n")
}

func TestStartSandbox_SeesASandboxThatEndsByItself(t *testing.T) {
	t.Parallel()
	sandbox, err := launch(t, "last words", &gateway.StartOptions{})
	require.NoError(t, err)
	<-sandbox.Done()
	require.NoError(t, sandbox.Close())
}

func TestStartSandbox_KillsASandboxThatIgnoresSIGTERM(t *testing.T) {
	t.Parallel()
	sandbox, err := launch(t, "deaf", (&gateway.StartOptions{}).EndAfter(10*time.Millisecond, 20*time.Millisecond))
	require.NoError(t, err)
	require.ErrorContains(t, sandbox.Close(), "signal: killed")
	requireEnded(t, sandbox)
}

func TestStartSandbox_EndsASandboxWhoseStandardInputIsNoPipe(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	require.NoError(t, err)
	// A shell hands it /dev/null, whose end means nothing.
	sandbox, err := gateway.StartSandbox(t.Context(), []string{"/bin/sh", "-c", `exec "$0" </dev/null`, executable},
		(&gateway.StartOptions{Env: []string{"SANDBOX=fine"}}).EndAfter(300*time.Millisecond, time.Minute))
	require.NoError(t, err)
	_, err = sandbox.Client.Hello(t.Context())
	require.NoError(t, err)

	began := time.Now()
	require.NoError(t, sandbox.Close())
	assert.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond, "it ended before it was told to")
}
