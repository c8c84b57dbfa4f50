package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
	"github.com/paysocket/paysocket/provider/omisealipay/internal/golive"
)

// A merchant has an account at a sandbox, its keys in files, and a host that takes its
// webhooks by the provider.
type merchantAtHome struct {
	t       *testing.T
	scope   gateway.Scope
	sandbox *sandbox.Sandbox
	host    *httptest.Server
	folder  string

	mu   sync.Mutex
	took []string // the ids of the events that the host took
	came chan string
}

func atHome(t *testing.T, dials sandbox.Dials) *merchantAtHome {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	gate, err := sandbox.New(&sandbox.Options{Dials: dials, ServerOptions: gateway.ServerOptions{BaseURL: "http://" + server.Listener.Addr().String()}})
	require.NoError(t, err)
	t.Cleanup(gate.Close)
	server.Config.Handler = gate.Handler()
	server.Start()
	t.Cleanup(server.Close)
	m := &merchantAtHome{t: t, sandbox: gate, folder: t.TempDir(), came: make(chan string, 500)}
	m.scope, err = gate.NewScope(t.Context(), nil)
	require.NoError(t, err)
	secrets := m.scope.Connection().Credentials
	for _, name := range []string{"secret_key", "public_key", "webhook_secret"} {
		m.file(name, secrets[name])
	}
	m.hostWith(secrets["webhook_secret"])
	return m
}

// hostWith starts a host whose provider has that webhook secret.
func (m *merchantAtHome) hostWith(secret string) {
	m.t.Helper()
	provider := omisealipay.New(nil)
	_, err := provider.Configure(m.t.Context(), &contract.Configuration{
		Mode: contract.ModeTest, Settings: map[string]string{"api_base": m.scope.Connection().APIBase},
		Secrets: map[string]contract.Secret{
			"secret_key":      contract.NewSecret(m.scope.Connection().Credentials["secret_key"]),
			"webhook_secrets": contract.NewSecret(secret),
		},
	})
	require.NoError(m.t, err)
	m.host = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, err := provider.ParseWebhook(r.Context(), &contract.WebhookRequest{
			Method: r.Method, Path: r.URL.Path, Headers: r.Header, Body: body, ReceivedAt: time.Now(),
		})
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var event struct{ ID string }
		assert.NoError(m.t, json.Unmarshal(body, &event))
		m.mu.Lock()
		m.took = append(m.took, event.ID)
		m.mu.Unlock()
		m.came <- event.ID
	}))
	m.t.Cleanup(m.host.Close)
}

func (m *merchantAtHome) file(name, content string) string {
	m.t.Helper()
	path := filepath.Join(m.folder, name)
	require.NoError(m.t, os.WriteFile(path, []byte(content+"\n"), 0o600))
	return path
}

// setEndpoint sets the account's address for webhooks, as a merchant does in the dashboard.
func (m *merchantAtHome) setEndpoint(address string) {
	m.t.Helper()
	to := m.scope.Connection()
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodPatch, to.APIBase+"/account", strings.NewReader("webhook_uri="+address))
	require.NoError(m.t, err)
	request.SetBasicAuth(to.Credentials["secret_key"], "")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{Transport: &http.Transport{}, Timeout: time.Minute}).Do(request)
	require.NoError(m.t, err)
	require.NoError(m.t, answer.Body.Close())
	require.Equal(m.t, http.StatusOK, answer.StatusCode)
}

// program runs this binary as a person does, without what a host sets.
func (m *merchantAtHome) program(ctx context.Context, args ...string) *exec.Cmd {
	m.t.Helper()
	binary, err := os.Executable()
	require.NoError(m.t, err)
	command := exec.CommandContext(ctx, binary, args...)
	command.Env = append(os.Environ(), byHand+"=1")
	return command
}

func (m *merchantAtHome) keys(more ...string) []string {
	return append([]string{
		"--api-base", m.scope.Connection().APIBase, "--secret-key-file", filepath.Join(m.folder, "secret_key"),
		"--webhook-secret-file", filepath.Join(m.folder, "webhook_secret"),
	}, more...)
}

// look runs golive, and returns the report and the exit code.
func (m *merchantAtHome) look(more ...string) (*golive.Report, int) {
	m.t.Helper()
	command := m.program(m.t.Context(), append([]string{"golive", "--json"}, m.keys(more...)...)...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	_ = command.Run() // its exit code is looked at
	report := &golive.Report{}
	require.NoError(m.t, json.Unmarshal(stdout.Bytes(), report), "%s%s", &stdout, &stderr)
	for _, secret := range m.scope.Connection().Credentials {
		assert.NotContains(m.t, stdout.String()+stderr.String(), secret)
	}
	return report, command.ProcessState.ExitCode()
}

func stateOf(t *testing.T, report *golive.Report, name string) *golive.Line {
	t.Helper()
	for i := range report.Lines {
		if report.Lines[i].Name == name {
			return &report.Lines[i]
		}
	}
	require.Fail(t, "no such line", "%s in %+v", name, report)
	return nil
}

func TestGolive_FindsNothingMissing(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	m.setEndpoint(m.host.URL + "/webhooks/omise")
	_, err := m.scope.CreatePayment(t.Context(), gateway.Money{Currency: "THB", Amount: 100_000})
	require.NoError(t, err)
	<-m.came // the gateway's own delivery
	report, code := m.look("--public-key-file", filepath.Join(m.folder, "public_key"))
	assert.Equal(t, exitOK, code)
	assert.True(t, report.Ready)
	for _, line := range report.Lines {
		assert.Contains(t, []golive.State{golive.OK, golive.Unknown}, line.State, "%+v", line)
	}
	assert.Equal(t, golive.OK, stateOf(t, report, "secret").State)
	assert.Contains(t, stateOf(t, report, "alipay").Found, "THB 20.00 to ")
	assert.Contains(t, stateOf(t, report, "secret").Found, "answered 200")
	assert.Contains(t, stateOf(t, report, "secret").Found, "401 to a forged one")
}

func TestGolive_NamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		dials sandbox.Dials
		spoil func(m *merchantAtHome)
		line  string
		state golive.State
		says  string
	}{
		{"a wrong key", sandbox.Dials{}, func(m *merchantAtHome) { m.file("secret_key", "skey_test_5wrong") }, "account", golive.Failed, "copy the secret key"},
		{"no method", sandbox.Dials{WithoutAlipay: true}, nil, "methods", golive.Failed, "support@omise.co"},
		{"another method", sandbox.Dials{Methods: []string{"alipay_hk"}}, nil, "alipay", golive.Warning, "support@omise.co"},
		{"no endpoint", sandbox.Dials{}, func(m *merchantAtHome) { m.setEndpoint("") }, "endpoint", golive.Failed, "webhooks page"},
		{"another secret", sandbox.Dials{}, func(m *merchantAtHome) { m.file("webhook_secret", "b3RoZXI=") }, "secret", golive.Failed, "same webhook secret"},
		{"a host that is down", sandbox.Dials{}, func(m *merchantAtHome) { m.host.Close() }, "secret", golive.Failed, "open it to the internet"},
		{"a host that believes anything", sandbox.Dials{}, func(m *merchantAtHome) {
			trusting := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			m.t.Cleanup(trusting.Close)
			m.setEndpoint(trusting.URL)
		}, "secret", golive.Warning, "check no signatures"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := atHome(t, c.dials)
			m.setEndpoint(m.host.URL + "/webhooks/omise")
			if c.spoil != nil {
				c.spoil(m)
			}
			report, code := m.look()
			line := stateOf(t, report, c.line)
			assert.Equal(t, c.state, line.State, "%+v", line)
			assert.Contains(t, line.Remedy, c.says)
			assert.Equal(t, c.state != golive.Failed, report.Ready)
			assert.Equal(t, map[bool]int{true: exitOK, false: exitFailed}[report.Ready], code)
		})
	}
}

func TestGolive_ReadsInTheGatewaysDeliveriesThatItsSecretIsAnother(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	m.file("webhook_secret", "b3RoZXI=")
	m.hostWith("b3RoZXI=") // host and file agree, and the gateway signs with another
	m.setEndpoint(m.host.URL)
	_, err := m.scope.CreatePayment(t.Context(), gateway.Money{Currency: "THB", Amount: 100_000})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		report, _ := m.look()
		return stateOf(t, report, "delivery").State == golive.Failed
	}, time.Minute, 50*time.Millisecond, "the delivery is recorded after its answer")
	report, code := m.look()
	assert.Equal(t, golive.OK, stateOf(t, report, "secret").State)
	assert.Contains(t, stateOf(t, report, "delivery").Remedy, "the dashboard shows now")
	assert.Equal(t, exitFailed, code)
}

func TestGolive_SeesAClockThatIsWrong(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	m.setEndpoint(m.host.URL)
	require.NoError(t, m.scope.Advance(t.Context(), time.Minute))
	report, _ := m.look()
	assert.Equal(t, golive.Warning, stateOf(t, report, "clock").State)
	require.NoError(t, m.scope.Advance(t.Context(), 10*time.Minute))
	report, code := m.look()
	assert.Equal(t, golive.Failed, stateOf(t, report, "clock").State)
	assert.Equal(t, exitFailed, code)
}

func TestVerbs_RefuseWhatIsNotSafe(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	open := m.file("open", m.scope.Connection().Credentials["secret_key"])
	require.NoError(t, os.Chmod(open, 0o644))
	live := m.file("live", "skey_5live")
	to := []string{"--forward-to", m.host.URL}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no key":                     {[]string{"golive"}, "--secret-key-file is missing"},
		"a key for everybody":        {[]string{"golive", "--secret-key-file", open}, "chmod 600"},
		"a live key":                 {[]string{"golive", "--secret-key-file", live}, "add --live"},
		"a live key that listens":    {append([]string{"listen"}, append(m.keys("--secret-key-file", live), to...)...), "add --live"},
		"--live with a test key":     {append([]string{"golive"}, m.keys("--live")...), "leave out --live"},
		"a key as an argument":       {append([]string{"golive", "skey_test_5x"}, m.keys()...), "unknown command"},
		"forwarding elsewhere":       {append([]string{"listen"}, m.keys("--forward-to", "http://203.0.113.9/")...), "this machine alone"},
		"forwarding to a name":       {append([]string{"listen"}, m.keys("--forward-to", "http://localhost.example/")...), "this machine alone"},
		"forwarding to a file":       {append([]string{"listen"}, m.keys("--forward-to", "file:///etc/passwd")...), "this machine alone"},
		"listening without a secret": {[]string{"listen", "--secret-key-file", filepath.Join(m.folder, "secret_key"), to[0], to[1]}, "--webhook-secret-file is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := m.program(t.Context(), c.args...)
			output, _ := command.CombinedOutput() // its exit code is looked at
			assert.Equal(t, exitUsage, command.ProcessState.ExitCode(), "%s", output)
			assert.Contains(t, string(output), c.says)
			assert.NotRegexp(t, `skey_(test_)?[0-9a-z]{6}`, string(output))
		})
	}
}

func TestVerbs_ExplainThemselvesAndLeaveTheRestToThePlugin(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"golive", "--help"}, exitOK, "exits with 0 if the account can sell"},
		{[]string{"listen", "--help"}, exitOK, "--forward-to"},
		{[]string{"help"}, exitOK, "golive"},
		{nil, exitUsage, "Merchants: "},
		{[]string{"--version"}, exitOK, "omise-alipay 0"},
		{[]string{"--describe"}, exitOK, `"omise-alipay"`},
		{[]string{"sell"}, exitUsage, `unknown command "sell"`},
		{[]string{"golve"}, exitUsage, "did you mean golive?"},
		{[]string{"--describe", "x"}, exitUsage, `--help" says what there is`},
	} {
		command := m.program(t.Context(), c.args...)
		output, _ := command.CombinedOutput() // its exit code is looked at
		assert.Equal(t, c.code, command.ProcessState.ExitCode(), "%v: %s", c.args, output)
		assert.Contains(t, string(output), c.says, c.args)
	}
}

func TestListen_ForwardsEachNewEventOnceAndSigned(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	m.pay(1) // before listening
	output, end := m.listen()
	const payments = 60 // and as many charges more than a page has
	m.pay(payments)
	m.await(2 * payments)
	m.pay(1)
	m.await(2)
	assert.Equal(t, exitOK, end())
	m.mu.Lock()
	defer m.mu.Unlock()
	assert.Len(t, m.took, 2*payments+2)
	assert.Len(t, unique(m.took), 2*payments+2, "none came twice")
	assert.Contains(t, output.String(), "200 OK")
	assert.NotContains(t, output.String(), m.scope.Connection().Credentials["webhook_secret"])
}

func TestListen_SendsThePastIfAskedTo(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	m.pay(1)
	output, end := m.listen("--since", "10m", "--json")
	m.await(2)
	assert.Equal(t, exitOK, end())
	var first golive.Forwarded
	line, _, _ := strings.Cut(output.String(), "\n")
	require.NoError(t, json.Unmarshal([]byte(line), &first))
	assert.Equal(t, http.StatusOK, first.Status)
	assert.Equal(t, "charge.create", first.Key)
}

func unique(texts []string) map[string]bool {
	set := map[string]bool{}
	for _, text := range texts {
		set[text] = true
	}
	return set
}

// pay makes payments, each of which raises two events.
func (m *merchantAtHome) pay(n int) {
	m.t.Helper()
	for range n {
		payment, err := m.scope.CreatePayment(m.t.Context(), gateway.Money{Currency: "THB", Amount: 100_000})
		require.NoError(m.t, err)
		require.NoError(m.t, m.scope.Transition(m.t.Context(), payment.ID, &gateway.Transition{To: gateway.StateSucceeded}))
	}
}

func (m *merchantAtHome) await(n int) {
	m.t.Helper()
	for range n {
		select {
		case <-m.came:
		case <-m.t.Context().Done():
			require.Fail(m.t, "an event did not come")
		}
	}
}

// listen runs listen until end, which returns the exit code, and returns when it has begun.
func (m *merchantAtHome) listen(more ...string) (stdout *spool, end func() int) {
	m.t.Helper()
	command := m.program(m.t.Context(), append([]string{"listen"}, m.keys(append(more, "--forward-to", m.host.URL)...)...)...)
	stdout = &spool{}
	command.Stdout = stdout
	stderr, err := command.StderrPipe()
	require.NoError(m.t, err)
	require.NoError(m.t, command.Start())
	first := make([]byte, len("Forwarding"))
	_, err = io.ReadFull(stderr, first)
	require.NoError(m.t, err)
	require.Equal(m.t, "Forwarding", string(first))
	return stdout, func() int {
		require.NoError(m.t, command.Process.Signal(syscall.SIGTERM))
		_ = command.Wait() // its exit code is looked at
		return command.ProcessState.ExitCode()
	}
}
