package hostproc_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

func TestWorld_GoesOnWithItsDatabaseAfterAKill(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		t.Helper()
		parked := f.Park(scripted.Rule{Operation: contract.OperationCreatePayment, Match: scripted.Amount(money(baht(50_001)))}, scripted.Committed)
		ended := make(chan error, 1)
		go func() {
			_, err := f.client(0).PlaceOrder(t.Context(), newOrder("order-1", 50_001))
			ended <- err
		}()
		<-parked.Arrived
		before := f.world.Processes()[0].PID()
		require.NoError(t, f.world.Kill())
		var lost *hostctl.LostError
		require.ErrorAs(t, <-ended, &lost)
		assert.Zero(t, f.world.Processes()[0].PID())
		parked.Release()

		require.NoError(t, f.world.Start(t.Context()))
		assert.NotEqual(t, before, f.world.Processes()[0].PID())
		order := f.await(f.last(), "order-1", func(o *hostctl.Order) bool { return o.Link != "" })
		assert.Equal(t, hostctl.OrderOpen, order.State)
		assert.Len(t, f.Of(money(baht(50_001))), 1)
	})
}

// TestShop_ShowsADisputeThatCameWhenItWasKilled kills the shop between what the provider
// says of a webhook and its acknowledgement.
func TestShop_ShowsADisputeThatCameWhenItWasKilled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		t.Helper()
		payment := f.place("order-1", 50_002)
		dispute := f.DisputeWebhook(payment, nil)
		parked := f.Park(scripted.Rule{Operation: contract.OperationParseWebhook}, scripted.Seen)
		to, err := f.world.Processes()[0].WebhookURL(wallet)
		require.NoError(t, err)
		request, err := dispute.Request(t.Context(), to)
		require.NoError(t, err)
		acknowledged := make(chan error, 1)
		go func() {
			answer, err := (&http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}).Do(request)
			if err == nil {
				err = answer.Body.Close()
			}
			acknowledged <- err
		}()
		<-parked.Arrived
		require.NoError(t, f.world.Kill())
		require.Error(t, <-acknowledged)
		parked.Release()

		require.NoError(t, f.world.Start(t.Context()))
		require.Equal(t, http.StatusOK, f.deliver(0, dispute))
		require.NoError(t, f.world.Kill()) // at once after the acknowledgement
		require.NoError(t, f.world.Start(t.Context()))
		require.Equal(t, http.StatusOK, f.deliver(f.last(), dispute))
		order := f.await(f.last(), "order-1", func(o *hostctl.Order) bool { return len(o.Attention) > 0 })
		require.Len(t, order.Attention, 1)
		assert.True(t, order.Attention[0].Names(payment))
		assert.Equal(t, 1, strings.Count(order.Attention[0].Text, scripted.KindDispute))

		require.Equal(t, http.StatusOK, f.deliver(0, f.DisputeWebhook("pay_of_nobody", nil)))
		all, err := f.client(f.last()).Attention(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.Equal(t, "order-1", all[0].Order)
		assert.Empty(t, all[1].Order)
		assert.Contains(t, all[1].Text, scripted.KindDispute)
	})
}

func TestWorld_ReadsACatalogAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "host.yaml")
	f.place("order-1", 60_001)
	f.install(f.world, "1.1.0")
	require.NoError(t, f.world.Reload(t.Context()))
	require.Eventually(t, func() bool {
		for _, p := range f.Processes() {
			if p.Version == "1.1.0" {
				return true
			}
		}
		return false
	}, waitFor, pollEvery)
	f.place("order-2", 60_002)
}

func TestWorld_LeavesNothingBehindAndShowsWhatItLeft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		t.Helper()
		f.place("order-1", 70_001)
		processes := f.Processes()
		require.NotEmpty(t, processes)
		require.NoError(t, f.world.Stop(t.Context()))
		for _, p := range f.world.Processes() {
			assert.Empty(t, p.Left(), "a host that ends in good order ends what it started")
			assert.Zero(t, p.PID())
		}
		for _, p := range processes {
			assert.ErrorIs(t, syscall.Kill(p.PID, 0), syscall.ESRCH)
		}

		traces, err := f.world.Traces(t.Context())
		require.NoError(t, err)
		all := map[string]string{}
		for _, trace := range traces {
			all[trace.What] = string(trace.Content)
			for name, secret := range f.Secrets() {
				assert.NotContains(t, string(trace.Content), secret, "%s in %s", name, trace.What)
			}
		}
		assert.Contains(t, all["file output/process-1.start-1.stderr"], "the host has started")
		assert.Contains(t, all["command line of process 1, start 1"], "serve")
		assert.Contains(t, all["environment of process 1, start 1"], "PATH=")
		database := all["database"] + all["file host/host.db"]
		assert.Contains(t, database, "order-1")
	})
}

func TestEnvironment_RemovesItsFolder(t *testing.T) {
	t.Parallel()
	environment, err := hostproc.New(scriptManifest("exit 0", time.Second))
	require.NoError(t, err)
	_, err = environment.NewWorld(t.Context(), 1)
	require.NoError(t, err)
	require.NoError(t, environment.Close())
	_, err = environment.NewWorld(t.Context(), 1)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// scriptManifest is the manifest of a host that is a script of the shell.
func scriptManifest(script string, patience time.Duration) *hostproc.Manifest {
	return &hostproc.Manifest{
		Command: []string{"/bin/sh", "-c", script, "host", "{{.Hostctl}}"}, Processes: 1, Database: hostproc.None, Stop: syscall.SIGTERM,
		Pace: hostproc.Pace{CallTimeout: time.Second, Start: patience, Stop: patience},
	}
}

func scriptWorld(t *testing.T, m *hostproc.Manifest) *hostproc.World {
	t.Helper()
	environment, err := hostproc.New(m)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, environment.Close()) })
	world, err := environment.NewWorld(t.Context(), 0)
	require.NoError(t, err)
	return world
}

func TestStart_SaysWhyAHostDoesNotRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ script, says string }{
		"it ends":           {"echo no such catalog >&2; exit 3", "ended before it answered"},
		"it does not serve": {"echo waiting >&2; exec sleep 600", "did not answer GET /v1/hello"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world := scriptWorld(t, scriptManifest(c.script, time.Second))
			var failed *hostproc.StartError
			require.ErrorAs(t, world.Start(t.Context()), &failed)
			assert.Contains(t, failed.Error(), c.says)
			assert.NotEmpty(t, failed.Output)
			assert.Zero(t, world.Processes()[0].PID())
		})
	}
	t.Run("there is no program", func(t *testing.T) {
		t.Parallel()
		m := scriptManifest("", time.Second)
		m.Command[0] = filepath.Join(t.TempDir(), "nowhere")
		var failed *hostproc.StartError
		err := scriptWorld(t, m).Start(t.Context())
		require.ErrorAs(t, err, &failed)
		assert.ErrorIs(t, err, fs.ErrNotExist)
	})
}

func TestStop_SaysThatAHostDidNotEndInGoodOrder(t *testing.T) {
	t.Parallel()
	m := shopManifest(t, "host.yaml")
	m.Command = append([]string{"/bin/sh", "-c", `trap '' TERM; "$0" "$@" & wait; wait`}, m.Command...)
	m.Pace.Stop = time.Second
	world := worldOf(t, m).world
	require.NoError(t, world.Start(t.Context()))
	var wrong *hostproc.EndError
	require.ErrorAs(t, world.Stop(t.Context()), &wrong)
	assert.Contains(t, wrong.Error(), "was killed")
	left := world.Processes()[0].Left()
	assert.NotEmpty(t, left, "what the script had started")
	world.Close()
	for _, pid := range left {
		awaitGone(t, pid)
	}
}

func TestEnvironment_SaysThatThereIsNoDatabase(t *testing.T) {
	t.Parallel()
	m := scriptManifest("exit 0", time.Second)
	m.Database = "oracle"
	environment, err := hostproc.New(m)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, environment.Close()) })
	_, err = environment.NewWorld(t.Context(), 1)
	var missing *hostproc.DatabaseError
	require.ErrorAs(t, err, &missing)
}

// awaitGone waits until a process is gone, or is a zombie that its parent has not noticed.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || bytes.HasPrefix(stat[bytes.LastIndexByte(stat, ')'):], []byte(") Z"))
	}, waitFor, pollEvery, "process %d", pid)
}

// victimBinaries makes a test wait with a running host until it is killed.
const victimBinaries = "PAYSOCKET_HOSTPROC_VICTIM"

func TestVictim(t *testing.T) { //nolint:paralleltest // It is a process of its own.
	if os.Getenv(victimBinaries) == "" {
		t.Skip("it is run by the test of what is left of it")
	}
	m := shopManifest(t, "host.yaml")
	// Or it would end by itself, when nobody reads its log.
	m.Command = append([]string{"/bin/sh", "-c", `exec "$0" "$@" >/dev/null 2>&1`}, m.Command...)
	f := worldOf(t, m)
	require.NoError(t, f.world.Start(t.Context()))
	f.place("order-1", 80_001)
	_, err := fmt.Printf("\nrunning %d %d\n", f.world.Processes()[0].PID(), f.Processes()[0].PID) //nolint:forbidigo // The parent reads it.
	require.NoError(t, err)
	<-t.Context().Done()
}

func TestHosts_EndWithASuiteThatIsKilled(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
	command.Env = append(os.Environ(), victimBinaries+"="+binaries)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() })
	var host, plugin int
	for text := ""; plugin == 0; {
		buffer := make([]byte, 1024)
		n, err := output.Read(buffer)
		require.NoError(t, err, text)
		text += string(buffer[:n])
		if _, after, ok := strings.Cut(text, "running "); ok && strings.Contains(after, "\n") {
			_, err := fmt.Sscan(after, &host, &plugin)
			require.NoError(t, err)
		}
	}
	require.NoError(t, syscall.Kill(host, 0))
	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	awaitGone(t, host)
	awaitGone(t, plugin)
}

func TestWorlds_OfOneHostDoNotMeet(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "host.yaml")
	f.place("order-1", 90_001)
	other, err := f.environment.NewWorld(t.Context(), 0)
	require.NoError(t, err)
	f.install(other, "1.0.0")
	require.NoError(t, other.Start(t.Context()))
	_, err = other.Processes()[0].Client().Order(t.Context(), "order-1")
	require.ErrorIs(t, err, hostctl.ErrNotFound)
}

func TestWriteCatalog_KeepsSecretsOutOfTheCatalog(t *testing.T) {
	t.Parallel()
	world := scriptWorld(t, scriptManifest("exit 0", time.Second))
	require.NoError(t, world.WriteCatalog(hostproc.Provider{
		Name: wallet, Path: filepath.Join(binaries, "plugin"), Secrets: map[string]string{"secret_key": "sk_canary"}, Settings: map[string]string{"a": "b"},
	}))
	content, err := os.ReadFile(world.Catalog())
	require.NoError(t, err)
	assert.NotContains(t, string(content), "sk_canary")
	assert.Contains(t, string(content), "sha256: ")
	require.Error(t, world.WriteCatalog(hostproc.Provider{Name: "../up", Path: filepath.Join(binaries, "plugin"), Secrets: map[string]string{"a": "b"}}))
	after, err := os.ReadFile(world.Catalog())
	require.NoError(t, err)
	assert.Equal(t, content, after, "what cannot be written changes nothing")
}
