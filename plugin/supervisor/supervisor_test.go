package supervisor_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// acting returns an entry whose binary acts in a role. The shell's commands are
// run before; different ones make different binaries.
func acting(t *testing.T, name, role string, before ...string) supervisor.Entry {
	t.Helper()
	script := plugintest.WriteFile(t, "payment-provider-"+name, fmt.Sprintf("#!/bin/sh\n%s\n%s='%s' exec '%s'\n",
		strings.Join(before, "\n"), plugintest.RoleKey, role, plugintest.Binary(t)), 0o700)
	return supervisor.Entry{Name: name, Path: script, SHA256: plugintest.SHA256(t, script), Mode: contract.ModeTest}
}

func catalog(entries ...supervisor.Entry) *supervisor.Catalog {
	return &supervisor.Catalog{Entries: entries}
}

// supervised returns a supervisor that leaves nothing behind.
func supervised(t *testing.T, options supervisor.Options) *supervisor.Supervisor {
	t.Helper()
	if options.Configure == nil {
		options.Configure = configure
	}
	if options.StartTimeout == 0 {
		options.StartTimeout = time.Minute // a machine that tests is a busy one
	}
	options.SocketFolder = plugintest.SocketFolder(t)
	s := supervisor.New(&options)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func clientOf(t *testing.T, s *supervisor.Supervisor, name string) *supervisor.Provider {
	t.Helper()
	client, ok := s.Provider(name)
	require.True(t, ok)
	return client
}

func stateOf(t *testing.T, s *supervisor.Supervisor, name string) supervisor.State {
	t.Helper()
	state, ok := s.State(name)
	require.True(t, ok)
	return state
}

// reaches says whether a provider's latest process is of this generation, and
// ready.
func reaches(t *testing.T, s *supervisor.Supervisor, name string, generation int) func() bool {
	t.Helper()
	return func() bool {
		state := stateOf(t, s, name)
		return state.Status == supervisor.StatusReady && state.Generation == generation
	}
}

func TestSupervisor_RestartsALostProviderWithPresentSecrets(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	var configured atomic.Int32
	s := supervised(t, supervisor.Options{Logger: logger, Configure: func(context.Context, *supervisor.Entry) (*contract.Configuration, error) {
		c := plugintest.Configuration()
		c.Secrets["secret_key"] = contract.NewSecret(strings.Repeat("k", 10*int(configured.Add(1))))
		return c, nil
	}})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider), acting(t, "other", plugintest.RoleProvider))))
	client := clientOf(t, s, "wallet")
	state := stateOf(t, s, "wallet")
	assert.Equal(t, "1.2.3", state.Version)
	assert.Equal(t, stateOf(t, s, "wallet").SHA256, plugintest.SHA256(t, state.Path))
	ended, _ := plugintest.PayAndWait(t, client, log)
	other := stateOf(t, s, "other").PID

	require.NoError(t, syscall.Kill(state.PID, syscall.SIGKILL))
	r := plugintest.Await(t, ended)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(r.Err), "the call that it had may have done its work")
	_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 2"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))

	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, time.Millisecond)
	_, err = client.CreatePayment(t.Context(), plugintest.Payment("order 2"))
	require.NoError(t, err)
	assert.Equal(t, "account_of_30", client.Account().ID, "three starts, three times the secrets were fetched")
	state = stateOf(t, s, "wallet")
	assert.Contains(t, state.LastError, "it ended: signal: killed")
	assert.Equal(t, 1, state.Restarts)
	assert.Equal(t, other, stateOf(t, s, "other").PID)
}

func TestSupervisor_ReplacesAProcessWhoseConnectionBroke(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	pid := stateOf(t, s, "wallet").PID
	plugintest.Sever(t, pid)
	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, time.Millisecond)
	assert.Contains(t, stateOf(t, s, "wallet").LastError, "the connection to it broke", "it did not end by itself")
	assert.Eventually(t, plugintest.Gone(pid), plugintest.Patience, time.Millisecond, "and it must not work on in secret")
	plugintest.Pay(t, clientOf(t, s, "wallet"), "order 1")
}

func TestSupervisor_ReplacesAStoppedProcess(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{
		HealthInterval: 200 * time.Millisecond, DrainTimeout: time.Second, CloseTimeout: 300 * time.Millisecond,
	})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	pid := stateOf(t, s, "wallet").PID
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, 10*time.Millisecond)
	plugintest.Pay(t, clientOf(t, s, "wallet"), "order 1")
	assert.Contains(t, stateOf(t, s, "wallet").LastError, "missed 3 health checks in a row")
	require.Eventually(t, plugintest.Gone(pid), plugintest.Patience, 10*time.Millisecond)
}

func TestSupervisor_ReplacesAProcessThatIsToldToEnd(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	s := supervised(t, supervisor.Options{Logger: logger, HealthInterval: time.Hour})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	client := clientOf(t, s, "wallet")
	ended, release := plugintest.PayAndWait(t, client, log)
	require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGTERM))
	require.Eventually(t, log.Has("the plugin ends: SIGTERM"), plugintest.Patience, time.Millisecond)

	_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 2"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, time.Millisecond, "one call that it refused is sign enough")
	plugintest.Pay(t, client, "order 2")
	states := s.States()
	require.Len(t, states, 2)
	assert.Equal(t, supervisor.StatusDraining, states[1].Status)
	release()
	assert.NoError(t, plugintest.Await(t, ended).Err)
}

func TestSupervisor_SwapsUnderLoadWithoutAFailedCall(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	versions := []supervisor.Entry{acting(t, "wallet", plugintest.RoleProvider, "# blue"), acting(t, "wallet", plugintest.RoleProvider, "# green")}
	require.NoError(t, s.Apply(t.Context(), catalog(versions[1])))
	client := clientOf(t, s, "wallet")

	var stop atomic.Bool
	var calls atomic.Int64
	var callers sync.WaitGroup
	for n := range 4 { // more would make each swap slower, and not different
		callers.Go(func() {
			for !stop.Load() {
				request := plugintest.Payment("order 1")
				request.Attempt.Key = fmt.Sprintf("key-%d-%d", n, calls.Add(1))
				_, err := client.CreatePayment(t.Context(), request)
				if !assert.NoError(t, err) {
					return
				}
			}
		})
	}
	pids := map[int]bool{}
	for n := range 10 {
		if n%3 == 2 {
			assert.NoError(t, s.Restart(t.Context(), "wallet"))
		} else {
			assert.NoError(t, s.Apply(t.Context(), catalog(versions[n%3])))
		}
		pids[stateOf(t, s, "wallet").PID] = true
	}
	stop.Store(true)
	callers.Wait()
	assert.Len(t, pids, 10, "each swap makes a new process")
	assert.Greater(t, calls.Load(), int64(100))
	assert.Eventually(t, func() bool { return len(s.States()) == 1 }, plugintest.Patience, time.Millisecond)
	t.Logf("%d calls during 10 swaps", calls.Load())
}

func TestSupervisor_ServesFromTheOldProcessDuringASlowStart(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	client := clientOf(t, s, "wallet")
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	applied := make(chan error, 1)
	go func() {
		applied <- s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider, "read line < "+pipe)))
	}()
	require.Eventually(t, func() bool { return len(s.States()) == 2 }, plugintest.Patience, time.Millisecond)
	assert.Equal(t, supervisor.StatusStarting, s.States()[1].Status)
	plugintest.Pay(t, client, "order 1")
	assert.Equal(t, 1, stateOf(t, s, "wallet").Generation)
	require.NoError(t, os.WriteFile(pipe, []byte("go on\n"), 0o600))
	require.NoError(t, <-applied)
	assert.Equal(t, 2, stateOf(t, s, "wallet").Generation)
}

func TestSupervisor_KeepsTheOldBinaryWhenTheNewOneIsNotAPlugin(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	pid := stateOf(t, s, "wallet").PID
	changed := acting(t, "wallet", plugintest.RoleProvider)
	changed.SHA256 = plugintest.Zeros
	for failure, entry := range map[plugin.Failure]supervisor.Entry{
		plugin.FailureExited:    acting(t, "wallet", plugintest.RoleExits),
		plugin.FailureHandshake: acting(t, "wallet", plugintest.RoleGarbage),
		plugin.FailureProtocol:  acting(t, "wallet", plugintest.RoleOtherProtocol),
		plugin.FailureChecksum:  changed,
	} {
		err := s.Apply(t.Context(), catalog(entry))
		require.ErrorIs(t, err, &plugin.OpenError{Failure: failure})
		plugintest.Pay(t, clientOf(t, s, "wallet"), "order 1")
		state := stateOf(t, s, "wallet")
		assert.Equal(t, pid, state.PID)
		assert.Contains(t, err.Error(), state.LastError, "the state says why")
	}
}

func TestSupervisor_KeepsTheOutputOfAProviderThatPanicked(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	s.WaitLong()
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider))))
	client := clientOf(t, s, "wallet")
	_, err := client.CreatePayment(t.Context(), plugintest.Payment(plugintest.Crash))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	require.Eventually(t, func() bool {
		state := stateOf(t, s, "wallet")
		return state.Status == supervisor.StatusBackoff && strings.Contains(state.Stderr, "panic: crash as asked")
	}, plugintest.Patience, time.Millisecond)
	assert.Contains(t, stateOf(t, s, "wallet").LastError, "it ended: exit status 2")
	_, err = client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	lost, ok := errors.AsType[*plugin.LostError](err)
	require.True(t, ok)
	assert.Contains(t, lost.Stderr, "panic: crash as asked")

	require.NoError(t, s.Restart(t.Context(), "wallet"))
	plugintest.Pay(t, client, "order 1")
}

func TestProvider_SaysInEveryCallWhyItDoesNotRun(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	err := s.Apply(t.Context(), catalog(acting(t, "broken", plugintest.RoleExits), acting(t, "wallet", plugintest.RoleProvider)))
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	_, err = clientOf(t, s, "wallet").Pin()
	require.NoError(t, err)
	_, err = clientOf(t, s, "broken").Pin()
	require.ErrorContains(t, err, "libfoo.so.1 was not found")
	_, err = clientOf(t, s, "broken").CreatePayment(t.Context(), plugintest.Payment("order 1"))
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	assert.ErrorContains(t, err, "libfoo.so.1 was not found")
	openErr, ok := errors.AsType[*plugin.OpenError](err)
	require.True(t, ok)
	assert.Equal(t, "the library libfoo.so.1 was not found\n", openErr.Stderr)
	assert.Equal(t, "the library libfoo.so.1 was not found\n", stateOf(t, s, "broken").Stderr)
	plugintest.Pay(t, clientOf(t, s, "wallet"), "order 1")
}

func TestSupervisor_SeesALossBehindAGrandchildThatHoldsTheOutput(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "pid")
	s := supervised(t, supervisor.Options{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider, "sleep 300 & echo $! > "+mark))))
	text, err := os.ReadFile(mark)
	require.NoError(t, err)
	var grandchild int
	_, err = fmt.Sscan(string(text), &grandchild)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGKILL))
	require.Eventually(t, reaches(t, s, "wallet", 2), plugintest.Patience, time.Millisecond)
	assert.Eventually(t, plugintest.Gone(grandchild), plugintest.Patience, time.Millisecond)
	plugintest.Pay(t, clientOf(t, s, "wallet"), "order 1")
}

func TestSupervisor_IsNotDelayedByAFloodOfOutput(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	floods := "(read line < " + pipe + "; yes noise & exec yes noise >&2) &" // after the handshake
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleProvider, floods))))
	client := clientOf(t, s, "wallet")
	require.NoError(t, os.WriteFile(pipe, []byte("go on\n"), 0o600))
	require.Eventually(t, func() bool { return strings.HasSuffix(stateOf(t, s, "wallet").Stderr, "noise\nnoise\n") }, plugintest.Patience, time.Millisecond)
	for n := range 50 {
		plugintest.Pay(t, client, fmt.Sprintf("order %d", n))
	}
	said := stateOf(t, s, "wallet").Stderr
	require.NoError(t, s.Restart(t.Context(), "wallet"))
	plugintest.Pay(t, client, "order 51")
	assert.NoError(t, s.Close())
	faults.Proved(t, faults.Injected{How: "a provider that prints without end while it is called", Times: strings.Count(said, "noise")}, "HP15")
}

func TestSupervisor_ReplacesAProcessAfterAnOversizeError(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", plugintest.RoleHugeErrors))))
	client := clientOf(t, s, "wallet")
	_, err := client.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "payment_1"})
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	assert.Less(t, len(err.Error()), 5000)
	require.Eventually(t, func() bool {
		_, err := client.CreatePayment(t.Context(), plugintest.Payment("order 1"))
		return err == nil
	}, plugintest.Patience, 10*time.Millisecond)
}

func TestSupervisor_DisablesAutoMTLSForOneEntry(t *testing.T) {
	t.Parallel()
	s := supervised(t, supervisor.Options{})
	exempt := acting(t, "wallet", plugintest.RoleProvider)
	exempt.DisableAutoMTLS = true
	require.NoError(t, s.Apply(t.Context(), catalog(exempt, acting(t, "other", plugintest.RoleProvider))))
	for name, want := range map[string]bool{"wallet": false, "other": true} {
		environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", stateOf(t, s, name).PID))
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(string(environ), "PLUGIN_CLIENT_CERT"), name)
	}
}
