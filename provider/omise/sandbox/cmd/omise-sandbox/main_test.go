package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The test binary is the command, when this says so.
const asCommand = "OMISE_SANDBOX_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func launch(t *testing.T, arguments ...string) *gateway.Sandbox {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	line := append([]string{self, "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0"}, arguments...)
	omise, err := gateway.StartSandbox(t.Context(), line, &gateway.StartOptions{Env: []string{asCommand + "=1"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = omise.Close() })
	return omise
}

func readyOf(t *testing.T, omise *gateway.Sandbox) map[string]string {
	t.Helper()
	var line map[string]string
	require.NoError(t, json.Unmarshal(omise.Ready, &line))
	return line
}

func TestCommand_PrintsEverythingAndTheSameKeysEachTime(t *testing.T) {
	t.Parallel()
	first, second := readyOf(t, launch(t)), readyOf(t, launch(t))
	for _, line := range []map[string]string{first, second} {
		assert.Equal(t, "gwctl/1", line["protocol"])
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, line["manage"])
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, line["api"])
		assert.Regexp(t, `^skey_test_[a-z0-9]{19}$`, line["secret_key"])
		assert.Regexp(t, `^pkey_test_[a-z0-9]{19}$`, line["public_key"])
		assert.NotEmpty(t, line["webhook_secret"])
	}
	assert.NotEqual(t, first["api"], second["api"])
	for _, stable := range []string{"secret_key", "public_key", "webhook_secret"} {
		assert.Equal(t, first[stable], second[stable])
	}
}

func post(t *testing.T, line map[string]string, path string, form url.Values) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, line["api"]+path, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.SetBasicAuth(line["secret_key"], "")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(read)
}

func TestCommand_ServesTheAPIAndTheManagementAPI(t *testing.T) {
	t.Parallel()
	omise := launch(t)
	line := readyOf(t, omise)
	status, body := post(t, line, "/charges", url.Values{
		"amount": {"100000"}, "currency": {"thb"}, "source[type]": {"alipay"}, "return_uri": {"https://x.example"},
	})
	require.Equal(t, http.StatusOK, status, body)
	assert.Contains(t, body, `"authorize_uri": "`+line["api"]+`/offsites/`)

	scope, err := omise.Client.NewScope(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, line["api"], scope.Connection().APIBase)
}

func TestCommand_TakesDialsAndTroubleFromFlags(t *testing.T) {
	t.Parallel()
	line := readyOf(t, launch(t, "--dials", `{"api_version":"2019-05-29"}`, "--trouble", "--seed", "x"))
	_, body := post(t, line, "/sources", url.Values{"amount": {"100000"}, "currency": {"thb"}, "type": {"alipay"}})
	assert.Contains(t, body, `"currency": "THB"`)
	assert.Contains(t, body, `"x_new_flag"`)
	assert.Contains(t, body, `+07:00`)
}

func TestCommand_ExplainsWrongFlags(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	for reason, arguments := range map[string][]string{
		"not a loopback address": {"--listen", "0.0.0.0:0"},
		"loopback":               {"--manage", "192.0.2.1:0"},
		"api_version":            {"--dials", `{"api_version":"1"}`},
		"unknown field":          {"--dials", `{"shoe_size":9}`},
		"webhook URL":            {"--webhook-url", "nowhere"},
		"unexpected argument":    {"now"},
		"unknown flag: --live":   {"--live"},
	} {
		line := append([]string{"--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0"}, arguments...)
		child := exec.CommandContext(t.Context(), self, line...)
		child.Env = append(os.Environ(), asCommand+"=1")
		var stdout, stderr strings.Builder
		child.Stdout, child.Stderr = &stdout, &stderr
		require.Error(t, child.Run(), reason)
		assert.Contains(t, stderr.String(), reason)
		assert.Empty(t, stdout.String(), "nothing on standard output")
	}
}

// start runs the command with a standard input of the test's.
func start(t *testing.T, stdin io.Reader) (ended <-chan error, process *os.Process) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(context.WithoutCancel(t.Context()), self, "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0")
	child.Env = append(os.Environ(), asCommand+"=1")
	child.Stdin = stdin
	stdout, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill() })
	one := make([]byte, 1)
	_, err = io.ReadFull(stdout, one)
	require.NoError(t, err, "it got ready")
	done := make(chan error, 1)
	go func() {
		_, _ = io.Copy(io.Discard, stdout)
		done <- child.Wait()
	}()
	return done, child.Process
}

func endsWell(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		require.FailNow(t, "it is still running")
	}
}

func TestCommand_EndsWithItsPipe(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	ended, _ := start(t, reader)
	assert.Empty(t, ended)
	require.NoError(t, writer.Close())
	endsWell(t, ended)
	require.NoError(t, reader.Close())
}

func TestCommand_EndsWithSIGTERMWithoutAPipe(t *testing.T) {
	t.Parallel()
	nothing, err := os.Open(os.DevNull)
	require.NoError(t, err)
	t.Cleanup(func() { _ = nothing.Close() })
	ended, process := start(t, nothing)
	select {
	case err := <-ended:
		require.FailNow(t, "the end of /dev/null ended it", "%v", err)
	case <-time.After(300 * time.Millisecond):
	}
	require.NoError(t, process.Signal(syscall.SIGTERM))
	endsWell(t, ended)
}
