package plugin_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestClient_ReportsACallAsIndeterminateWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	ended, _ := plugintest.PayAndWait(t, client, log)

	require.NoError(t, syscall.Kill(client.Process().PID, syscall.SIGKILL))
	r := plugintest.Await(t, ended)
	require.ErrorIs(t, r.Err, contract.ConnectionLost)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(r.Err))
	select {
	case <-client.Done():
	case <-time.After(plugintest.Patience):
		require.FailNow(t, "Done must be closed when the process is gone")
	}
}

func TestClient_FailsCallsAtOnceWhenTheProcessIsGone(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{})
	require.NoError(t, syscall.Kill(client.Process().PID, syscall.SIGKILL))
	<-client.Done()

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	begun := time.Now()
	_, err := client.CreatePayment(ctx, plugintest.Payment("order 1"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	_, err = client.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: "payment_1"})
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))

	again := plugintest.Payment("order 1")
	again.Attempt.FirstAt = time.Now().Add(-time.Minute)
	again.Attempt.LastUnknownAt = time.Now()
	_, err = client.CreatePayment(ctx, again)
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "the earlier call may still have happened")
	_, err = client.Refund(ctx, &contract.RefundRequest{PaymentID: "payment_1", Attempt: again.Attempt})
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))

	_, err = client.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "payment_1"})
	var read *contract.Error
	require.ErrorAs(t, err, &read)
	assert.Equal(t, contract.ProviderUnreachable, read.Reason)
	assert.Empty(t, read.Outcome, "reads have no outcome")
	assert.Less(t, time.Since(begun), time.Second)
}

func TestClient_DoesNotReconnect(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{Confinement: plugin.ConfinementOff}) // its environment is looked at
	plugintest.Sever(t, client.Process().PID)
	select {
	case <-client.Done():
	case <-time.After(plugintest.Patience):
		require.FailNow(t, "a connection that broke is the end of the Client, though the process lives")
	}
	require.False(t, plugintest.Gone(client.Process().PID)())
	_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	assert.ErrorIs(t, err, contract.ProviderUnreachable)
	_, err = grpc_health_v1.NewHealthClient(plugin.Conn(client)).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{}, grpc.WaitForReady(false))
	assert.Equal(t, codes.Unavailable, status.Code(err), "not by the raw connection either")
}

func TestClient_CloseOfAStoppedProcessIsBounded(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{CloseTimeout: 300 * time.Millisecond, SocketFolder: plugintest.SocketFolder(t)})
	pid := client.Process().PID
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	begun := time.Now()
	require.NoError(t, client.Close())
	assert.Less(t, time.Since(begun), 4*time.Second)
	assert.True(t, plugintest.Gone(pid)())
	require.NoError(t, client.Close(), "a second Close is the same as the first")
}

func TestClient_CloseLetsTheProcessEndByItself(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	pid := client.Process().PID
	require.NoError(t, client.Close())
	assert.True(t, plugintest.Gone(pid)())
	assert.Nil(t, log.Record("plugin failed to exit gracefully"), "it must not come to killing")
}

func TestClient_CloseEndsCallsInFlight(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	ended, _ := plugintest.PayAndWait(t, client, log)
	require.NoError(t, client.Close())
	r := plugintest.Await(t, ended)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(r.Err))
}

func TestServe_FinishesCallsInFlightAfterSIGTERM(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	pid := client.Process().PID
	ended, release := plugintest.PayAndWait(t, client, log)
	require.NoError(t, syscall.Kill(pid, syscall.SIGTERM))
	require.Eventually(t, log.Has("the plugin ends: SIGTERM"), plugintest.Patience, time.Millisecond)

	require.Eventually(t, func() bool {
		_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 2"))
		return contract.ReasonOf(err) == contract.ProviderUnreachable && contract.OutcomeOf(err) == contract.NotAttempted
	}, plugintest.Patience, 10*time.Millisecond)
	require.False(t, plugintest.Gone(pid)(), "a call is in flight")

	release()
	r := plugintest.Await(t, ended)
	require.NoError(t, r.Err)
	assert.Equal(t, "payment_1", r.Payment.PaymentID)
	require.Eventually(t, plugintest.Gone(pid), plugintest.Patience, 10*time.Millisecond)
	<-client.Done()
}

// TestServe_RemovesItsSocketIfItEndsAtOnce has a host that has just read the handshake.
func TestServe_RemovesItsSocketIfItEndsAtOnce(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "s")
	require.NoError(t, os.Mkdir(folder, 0o700))
	cmd := plugintest.Command(t, plugintest.RoleProvider)
	cmd.Env = append(cmd.Env, plugin.MagicCookieKey+"="+plugin.MagicCookieValue, goplugin.EnvUnixSocketDir+"="+folder,
		fmt.Sprintf("PLUGIN_PROTOCOL_VERSIONS=%d", plugin.ProtocolVersion))
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, err)
	require.NoError(t, cmd.Wait(), "SIGTERM must not kill it")
	assert.NoDirExists(t, folder)
}

func TestServe_IgnoresSIGINTAndSIGHUP(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP} {
		client := plugintest.Open(t, plugin.OpenOptions{})
		require.NoError(t, syscall.Kill(client.Process().PID, signal))
		for range 3 {
			_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
			require.NoError(t, err, signal)
		}
	}
}

func TestOutput_ShowsThePanicOfAProviderInTheHostsLog(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	_, err := client.CreatePayment(t.Context(), plugintest.Payment(plugintest.Crash))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	<-client.Done()
	require.NoError(t, client.Close())
	record := log.Record("the provider printed outside its log")
	require.NotNil(t, record)
	assert.Equal(t, "panic: crash as asked", record["line"])
	assert.Equal(t, "ERROR", record["level"])
}

func TestOpen_SeesAnExitBehindAGrandchildThatHoldsTheOutput(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script := plugintest.WriteFile(t, "provider", "#!/bin/sh\nsleep 300 &\necho $! > "+folder+"/pid\necho sorry >&2\nexit 4\n", 0o700)
	begun := time.Now()
	_, err := plugin.Open(t.Context(), script, nil)
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	assert.ErrorContains(t, err, "sorry")
	assert.Less(t, time.Since(begun), 5*time.Second)
	text, err := os.ReadFile(filepath.Join(folder, "pid"))
	require.NoError(t, err)
	var pid int
	_, err = fmt.Sscan(string(text), &pid)
	require.NoError(t, err)
	assert.Eventually(t, plugintest.Gone(pid), plugintest.Patience, time.Millisecond, "the process group ends with its first process")
}

// hosted starts a host of its own process, and returns the process of the
// provider that it has opened.
func hosted(t *testing.T, folder string) (host *exec.Cmd, pid int) {
	t.Helper()
	host = plugintest.Command(t, plugintest.RoleHost)
	host.Env = append(host.Env, "SOCKET_FOLDER="+folder)
	problem := &plugintest.Log{}
	host.Stderr = problem
	stdout, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, problem.String())
	_, err = fmt.Sscan(line, &pid)
	require.NoError(t, err)
	return host, pid
}

func TestServe_EndsWhenTheHostIsKilled(t *testing.T) {
	t.Parallel()
	folder := plugintest.SocketFolder(t)
	host, pid := hosted(t, folder)
	require.False(t, plugintest.Gone(pid)())

	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	require.Eventually(t, plugintest.Gone(pid), plugintest.Patience, time.Millisecond)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, entries, "the last one to go removes the socket")
	killed, _ := host.ProcessState.Sys().(syscall.WaitStatus)
	faults.Proved(t, faults.Injected{How: "kill -9 of the host of a plugin", Times: faults.Observed(killed.Signal() == syscall.SIGKILL)}, "HP17")
}

func TestSocketFolder_OfAKilledHostIsSweptByTheNext(t *testing.T) {
	t.Parallel()
	folder := plugintest.SocketFolder(t)
	host, pid := hosted(t, folder)
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	defer func() { _ = syscall.Kill(pid, syscall.SIGKILL) }()
	living := plugintest.Open(t, plugin.OpenOptions{SocketFolder: folder})
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 2, "both hosts live")

	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	next := plugintest.Open(t, plugin.OpenOptions{SocketFolder: folder})
	entries, err = os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "the living ones'")
	for _, client := range []*plugin.Client{living, next} {
		_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
		require.NoError(t, err)
	}
}

func TestServe_RemovesItsSocketAtTheEnd(t *testing.T) {
	t.Parallel()
	folder := plugintest.SocketFolder(t)
	client := plugintest.Open(t, plugin.OpenOptions{SocketFolder: folder})
	// It ends in the middle of its answer.
	_ = plugin.Conn(client).Invoke(t.Context(), "/plugin.GRPCController/Shutdown", &emptypb.Empty{}, &emptypb.Empty{})
	assert.Eventually(t, func() bool {
		entries, err := os.ReadDir(folder)
		return err == nil && len(entries) == 0
	}, plugintest.Patience, time.Millisecond, "the host may be killed before it does")
}
