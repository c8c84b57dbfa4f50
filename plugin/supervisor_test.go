package plugin_test

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
	"github.com/paysocket/paysocket/plugin"
)

// acting gives an entry whose binary acts in a role. The shell's commands are
// run before; different ones make different binaries.
func acting(t *testing.T, name, role string, before ...string) plugin.Entry {
	t.Helper()
	script := written(t, "payment-provider-"+name, fmt.Sprintf("#!/bin/sh\n%s\n%s='%s' exec '%s'\n",
		strings.Join(before, "\n"), roleKey, role, binary(t)), 0o700)
	return plugin.Entry{Name: name, Path: script, SHA256: sum(t, script), Mode: contract.ModeTest}
}

func catalog(entries ...plugin.Entry) *plugin.Catalog { return &plugin.Catalog{Entries: entries} }

// supervised gives a supervisor that leaves nothing behind.
func supervised(t *testing.T, options plugin.SupervisorOptions) *plugin.Supervisor {
	t.Helper()
	if options.Configure == nil {
		options.Configure = func(context.Context, *plugin.Entry) (*contract.Configuration, error) { return configuration(), nil }
	}
	if options.StartTimeout == 0 {
		options.StartTimeout = time.Minute // a machine that tests is a busy one
	}
	options.SocketFolder = socketFolder(t)
	s := plugin.NewSupervisor(&options)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func clientOf(t *testing.T, s *plugin.Supervisor, name string) *plugin.Supervised {
	t.Helper()
	client, ok := s.Client(name)
	require.True(t, ok)
	return client
}

func stateOf(t *testing.T, s *plugin.Supervisor, name string) plugin.State {
	t.Helper()
	state, ok := s.State(name)
	require.True(t, ok)
	return state
}

// reaches says whether a provider's latest process is of this generation, and
// ready.
func reaches(t *testing.T, s *plugin.Supervisor, name string, generation int) func() bool {
	t.Helper()
	return func() bool {
		state := stateOf(t, s, name)
		return state.Status == plugin.StatusReady && state.Generation == generation
	}
}

func TestAKilledProcessIsReplacedAndConfiguredWithTheSecretsOfNow(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	var configured atomic.Int32
	s := supervised(t, plugin.SupervisorOptions{Logger: logger, Configure: func(context.Context, *plugin.Entry) (*contract.Configuration, error) {
		c := configuration()
		c.Secrets["secret_key"] = contract.NewSecret(strings.Repeat("k", 10*int(configured.Add(1))))
		return c, nil
	}})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"), acting(t, "other", "provider"))))
	client := clientOf(t, s, "wallet")
	state := stateOf(t, s, "wallet")
	assert.Equal(t, "1.2.3", state.Version)
	assert.Equal(t, stateOf(t, s, "wallet").SHA256, sum(t, state.Path))
	ended, _ := waiting(t, client, log)
	other := stateOf(t, s, "other").PID

	require.NoError(t, syscall.Kill(state.PID, syscall.SIGKILL))
	r := within(t, ended, patience)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(r.err), "the call that it had may have done its work")
	_, err := client.CreatePayment(t.Context(), payment("order 2"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))

	require.Eventually(t, reaches(t, s, "wallet", 2), patience, time.Millisecond)
	_, err = client.CreatePayment(t.Context(), payment("order 2"))
	require.NoError(t, err)
	assert.Equal(t, "account_of_30", client.Account().ID, "three starts, three times the secrets were fetched")
	state = stateOf(t, s, "wallet")
	assert.Contains(t, state.LastError, "it ended: signal: killed")
	assert.Equal(t, 1, state.Restarts)
	assert.Equal(t, other, stateOf(t, s, "other").PID)
}

func TestAProcessWhoseConnectionBreaksIsReplaced(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"))))
	pid := stateOf(t, s, "wallet").PID
	sever(t, pid)
	require.Eventually(t, reaches(t, s, "wallet", 2), patience, time.Millisecond)
	assert.Contains(t, stateOf(t, s, "wallet").LastError, "the connection to it broke", "it did not end by itself")
	assert.Eventually(t, gone(pid), patience, time.Millisecond, "and it must not work on in secret")
	create(t, clientOf(t, s, "wallet"), "order 1")
}

func TestAStoppedProcessIsReplaced(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{
		HealthInterval: 200 * time.Millisecond, DrainTimeout: time.Second, CloseTimeout: 300 * time.Millisecond,
	})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"))))
	pid := stateOf(t, s, "wallet").PID
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	require.Eventually(t, reaches(t, s, "wallet", 2), patience, 10*time.Millisecond)
	create(t, clientOf(t, s, "wallet"), "order 1")
	assert.Contains(t, stateOf(t, s, "wallet").LastError, "missed 3 health checks in a row")
	require.Eventually(t, gone(pid), patience, 10*time.Millisecond)
}

func TestAProcessThatIsToldToEndIsReplacedWhileItFinishesItsCalls(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	s := supervised(t, plugin.SupervisorOptions{Logger: logger, HealthInterval: time.Hour})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"))))
	client := clientOf(t, s, "wallet")
	ended, release := waiting(t, client, log)
	require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGTERM))
	require.Eventually(t, log.has("the plugin ends: SIGTERM"), patience, time.Millisecond)

	_, err := client.CreatePayment(t.Context(), payment("order 2"))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	require.Eventually(t, reaches(t, s, "wallet", 2), patience, time.Millisecond, "one call that it refused is sign enough")
	create(t, client, "order 2")
	states := s.States()
	require.Len(t, states, 2)
	assert.Equal(t, plugin.StatusDraining, states[1].Status)
	release()
	assert.NoError(t, within(t, ended, patience).err)
}

func TestTenSwapsUnderLoadFailNoCall(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	versions := []plugin.Entry{acting(t, "wallet", "provider", "# blue"), acting(t, "wallet", "provider", "# green")}
	require.NoError(t, s.Apply(t.Context(), catalog(versions[1])))
	client := clientOf(t, s, "wallet")

	var stop atomic.Bool
	var calls atomic.Int64
	var callers sync.WaitGroup
	for n := range 16 {
		callers.Go(func() {
			for !stop.Load() {
				request := payment("order 1")
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
	assert.Eventually(t, func() bool { return len(s.States()) == 1 }, patience, time.Millisecond)
	t.Logf("%d calls during 10 swaps", calls.Load())
}

func TestTheOldProcessServesWhileTheNewOneIsSlowToStart(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"))))
	client := clientOf(t, s, "wallet")
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	applied := make(chan error, 1)
	go func() { applied <- s.Apply(t.Context(), catalog(acting(t, "wallet", "provider", "read line < "+pipe))) }()
	require.Eventually(t, func() bool { return len(s.States()) == 2 }, patience, time.Millisecond)
	assert.Equal(t, plugin.StatusStarting, s.States()[1].Status)
	create(t, client, "order 1")
	assert.Equal(t, 1, stateOf(t, s, "wallet").Generation)
	require.NoError(t, os.WriteFile(pipe, []byte("go on\n"), 0o600))
	require.NoError(t, <-applied)
	assert.Equal(t, 2, stateOf(t, s, "wallet").Generation)
}

func TestANewBinaryThatIsNoPluginLeavesTheOldOneServing(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"))))
	pid := stateOf(t, s, "wallet").PID
	changed := acting(t, "wallet", "provider")
	changed.SHA256 = zeros
	for failure, entry := range map[plugin.Failure]plugin.Entry{
		plugin.FailureExited:    acting(t, "wallet", "exits"),
		plugin.FailureHandshake: acting(t, "wallet", "garbage"),
		plugin.FailureProtocol:  acting(t, "wallet", "other protocol"),
		plugin.FailureChecksum:  changed,
	} {
		err := s.Apply(t.Context(), catalog(entry))
		require.ErrorIs(t, err, &plugin.OpenError{Failure: failure})
		create(t, clientOf(t, s, "wallet"), "order 1")
		state := stateOf(t, s, "wallet")
		assert.Equal(t, pid, state.PID)
		assert.Contains(t, err.Error(), state.LastError, "the state says why")
	}
}

func TestTheLastWordsOfAProviderThatPanickedAreKept(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	s.WaitLong()
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider"))))
	client := clientOf(t, s, "wallet")
	_, err := client.CreatePayment(t.Context(), payment(crash))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	require.Eventually(t, func() bool {
		state := stateOf(t, s, "wallet")
		return state.Status == plugin.StatusBackoff && strings.Contains(state.Stderr, "panic: crash as asked")
	}, patience, time.Millisecond)
	assert.Contains(t, stateOf(t, s, "wallet").LastError, "it ended: exit status 2")
	_, err = client.CreatePayment(t.Context(), payment("order 1"))
	lost, ok := errors.AsType[*plugin.LostError](err)
	require.True(t, ok)
	assert.Contains(t, lost.Stderr, "panic: crash as asked")

	require.NoError(t, s.Restart(t.Context(), "wallet"))
	create(t, client, "order 1")
}

func TestAProviderInACrashLoopSaysWhyInEveryCall(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	err := s.Apply(t.Context(), catalog(acting(t, "broken", "exits"), acting(t, "wallet", "provider")))
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	require.NoError(t, clientOf(t, s, "wallet").Unavailable())
	require.ErrorContains(t, clientOf(t, s, "broken").Unavailable(), "libfoo.so.1 was not found")
	_, err = clientOf(t, s, "broken").CreatePayment(t.Context(), payment("order 1"))
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	assert.ErrorContains(t, err, "libfoo.so.1 was not found")
	openErr, ok := errors.AsType[*plugin.OpenError](err)
	require.True(t, ok)
	assert.Equal(t, "the library libfoo.so.1 was not found\n", openErr.Stderr)
	assert.Equal(t, "the library libfoo.so.1 was not found\n", stateOf(t, s, "broken").Stderr)
	create(t, clientOf(t, s, "wallet"), "order 1")
}

func TestAGrandchildThatHoldsTheOutputDoesNotHideALoss(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "pid")
	s := supervised(t, plugin.SupervisorOptions{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider", "sleep 300 & echo $! > "+mark))))
	text, err := os.ReadFile(mark)
	require.NoError(t, err)
	var grandchild int
	_, err = fmt.Sscan(string(text), &grandchild)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGKILL))
	require.Eventually(t, reaches(t, s, "wallet", 2), patience, time.Millisecond)
	assert.Eventually(t, gone(grandchild), patience, time.Millisecond)
	create(t, clientOf(t, s, "wallet"), "order 1")
}

func TestAFloodOfOutputDelaysNoCallAndNoEnd(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	floods := "(read line < " + pipe + "; yes noise & exec yes noise >&2) &" // after the handshake
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "provider", floods))))
	client := clientOf(t, s, "wallet")
	require.NoError(t, os.WriteFile(pipe, []byte("go on\n"), 0o600))
	require.Eventually(t, func() bool { return strings.HasSuffix(stateOf(t, s, "wallet").Stderr, "noise\nnoise\n") }, patience, time.Millisecond)
	for n := range 50 {
		create(t, client, fmt.Sprintf("order %d", n))
	}
	require.NoError(t, s.Restart(t.Context(), "wallet"))
	create(t, client, "order 51")
	assert.NoError(t, s.Close())
}

func TestAnErrorTooLargeForTheConnectionCostsTheProcess(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "huge errors"))))
	client := clientOf(t, s, "wallet")
	_, err := client.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "payment_1"})
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	assert.Less(t, len(err.Error()), 5000)
	require.Eventually(t, func() bool {
		_, err := client.CreatePayment(t.Context(), payment("order 1"))
		return err == nil
	}, patience, 10*time.Millisecond)
}

func TestAProviderWithoutCertificatesIsExemptedByName(t *testing.T) {
	t.Parallel()
	s := supervised(t, plugin.SupervisorOptions{})
	exempt := acting(t, "wallet", "provider")
	exempt.DisableAutoMTLS = true
	require.NoError(t, s.Apply(t.Context(), catalog(exempt, acting(t, "other", "provider"))))
	for name, want := range map[string]bool{"wallet": false, "other": true} {
		environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", stateOf(t, s, name).PID))
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(string(environ), "PLUGIN_CLIENT_CERT"), name)
	}
}
