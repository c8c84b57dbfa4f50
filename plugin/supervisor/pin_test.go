package supervisor

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// pin pins the present process of the wallet.
func pin(t *testing.T, s *Supervisor) *plugin.Pinned {
	t.Helper()
	client, ok := s.Provider("wallet")
	require.True(t, ok)
	pinned, err := client.Pin()
	require.NoError(t, err)
	return pinned
}

// payBy makes a payment that takes as long as the reference says. The record of
// the call is stored.
func payBy(provider contract.PaymentProvider, reference string, record *CallRecord, attempt contract.Attempt) (*contract.Payment, error) {
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), recordKey{}, record), 50*time.Second)
	defer cancel()
	return provider.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt: attempt, Reference: reference, Method: "alipay",
		Amount: contract.Money{MinorUnits: 100000, Currency: "THB"}, ReturnURL: "https://shop.example/return",
	})
}

type recordKey struct{}

// storeRecord is an Options.Observe.
func storeRecord(ctx context.Context, call CallRecord) {
	if record, ok := ctx.Value(recordKey{}).(*CallRecord); ok && record != nil {
		*record = call
	}
}

// endings are the ways in which the process of "a" takes no more calls.
func endings() map[string]func(context.Context, *world, *Supervisor) error {
	return map[string]func(context.Context, *world, *Supervisor) error{
		"another account": func(ctx context.Context, _ *world, s *Supervisor) error { return s.Apply(ctx, entryAt("b")) },
		"another configuration": func(ctx context.Context, _ *world, s *Supervisor) error {
			changed := entryAt("a")
			changed.Entries[0].Probe = true
			return s.Apply(ctx, changed)
		},
		"a restart": func(ctx context.Context, _ *world, s *Supervisor) error { return s.Restart(ctx, "wallet") },
		"a loss": func(_ context.Context, w *world, _ *Supervisor) error {
			w.kill() // and the worker may not have noticed
			return nil
		},
		"a loss, and another process": func(_ context.Context, w *world, _ *Supervisor) error {
			w.kill()
			pass(time.Minute)
			return nil
		},
		"a removal": func(ctx context.Context, _ *world, s *Supervisor) error { return s.Apply(ctx, &Catalog{}) },
		"a removal, and another process": func(ctx context.Context, _ *world, s *Supervisor) error {
			return errors.Join(s.Apply(ctx, &Catalog{}), s.Apply(ctx, entryAt("a")))
		},
		"the end": func(ctx context.Context, _ *world, s *Supervisor) error {
			go func() { _ = s.Shutdown(ctx) }()
			synctest.Wait()
			return nil
		},
	}
}

func TestProvider_PinEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	for name, end := range endings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, &Options{Observe: storeRecord})
				require.NoError(t, s.Apply(t.Context(), entryAt("a")))
				pinned := pin(t, s)
				assert.Equal(t, pinned.ID, pin(t, s).ID)
				ended, inFlight := make(chan *contract.Payment, 1), &CallRecord{}
				go func() {
					payment, _ := payBy(pinned, "30s", inFlight, contract.Attempt{Key: "key-1"})
					ended <- payment
				}()
				pass(time.Second)
				require.NoError(t, end(t.Context(), w, s))
				requireNeverSent(t, pinned)
				if client, ok := s.Provider("wallet"); ok {
					if again, err := client.Pin(); err == nil {
						assert.NotEqual(t, pinned.ID, again.ID)
					}
				}
				if payment := <-ended; payment != nil {
					assert.Equal(t, "a", payment.PaymentID, "the call that was in flight ends where it began")
					assert.Equal(t, 30*time.Second, inFlight.Duration)
				} else {
					assert.Equal(t, contract.ConnectionLost, inFlight.Reason)
				}
				assert.Equal(t, 1, inFlight.Generation)
			})
		})
	}
}

// requireNeverSent requires that calls through pinned fail at once, unsent.
func requireNeverSent(t *testing.T, pinned *plugin.Pinned) {
	t.Helper()
	began := time.Now()
	for outcome, attempt := range map[contract.Outcome]contract.Attempt{
		contract.NotAttempted:  {Key: "key-2"},
		contract.Indeterminate: {Key: "key-2", FirstAt: began.Add(-time.Minute), LastUnknownAt: began.Add(-time.Second)},
	} {
		var record CallRecord
		_, err := payBy(pinned, "1s", &record, attempt)
		require.ErrorIs(t, err, contract.ProviderUnreachable)
		require.True(t, contract.NeverSent(err))
		require.Equal(t, outcome, contract.OutcomeOf(err))
		require.Equal(t, CallRecord{
			Provider: "wallet", Operation: contract.OperationCreatePayment, Began: began,
			Reason: contract.ProviderUnreachable, Outcome: outcome,
		}, record, "no process, and no time")
	}
}

func TestProvider_PinHasWhatItsProcessIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		pinned := pin(t, s)
		require.NoError(t, s.Apply(t.Context(), entryAt("b")))
		assert.Equal(t, "a", pinned.Account.ID)
		assert.Equal(t, "waiter", pinned.Descriptor.ProviderID)
		assert.Equal(t, contract.ModeTest, pinned.Mode)
		assert.Equal(t, "b", pin(t, s).Account.ID)
		_, err := pin(t, s).Configure(t.Context(), &contract.Configuration{Mode: contract.ModeTest})
		assert.ErrorIs(t, err, contract.CapabilityUnsupported)
	})
}

func TestProvider_PinsNothingWithoutAProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.Error(t, s.Apply(t.Context(), entryAt("missing")))
		client, _ := s.Provider("wallet")
		_, err := client.Pin()
		_, callErr := pay(s, "wallet", "1s")
		require.ErrorIs(t, err, contract.ProviderUnreachable)
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		assert.Equal(t, callErr.Error(), err.Error())
		_, ok := errors.AsType[*plugin.OpenError](err)
		assert.True(t, ok, "the cause is there")
		require.NoError(t, s.Close())
		_, err = client.Pin()
		assert.ErrorContains(t, err, "was stopped")
	})
}

// Time is real here: what matters is what happens at the very same time. Requests
// that are not valid reach a process, by the record, and nobody waits for an answer.
func TestProvider_PinnedCallsReachTheirProcessOrNoneDuringSwaps(t *testing.T) {
	t.Parallel()
	w := &world{}
	s := w.supervise(t, &Options{Observe: storeRecord})
	require.NoError(t, s.Apply(t.Context(), entryAt("a")))
	client, _ := s.Provider("wallet")
	var stop atomic.Bool
	var callers sync.WaitGroup
	var pins atomic.Int64
	for range 3 {
		callers.Go(func() {
			for !stop.Load() {
				pinned, err := client.Pin()
				if !assert.NoError(t, err) || !spin(t, pinned, &stop) {
					return
				}
				pins.Add(1)
			}
		})
	}
	for range 30 {
		assert.NoError(t, s.Restart(t.Context(), "wallet"))
	}
	stop.Store(true)
	callers.Wait()
	assert.GreaterOrEqual(t, pins.Load(), int64(3))
}

// spin makes calls through pinned until one is not sent, or stop. They must reach one
// process.
func spin(t *testing.T, pinned *plugin.Pinned, stop *atomic.Bool) bool {
	t.Helper()
	var first CallRecord
	_, err := payBy(pinned, "0s", &first, contract.Attempt{Key: "key-1"})
	for !stop.Load() {
		if errors.Is(err, contract.ProviderUnreachable) {
			return assert.True(t, contract.NeverSent(err))
		}
		var record CallRecord
		_, err = payBy(pinned, "0s", &record, contract.Attempt{})
		unsent := errors.Is(err, contract.ProviderUnreachable)
		if unsent && record.Generation != 0 || !unsent && record.Generation != first.Generation {
			return assert.Fail(t, "a call reached another process", "%d after %d: %v", record.Generation, first.Generation, err)
		}
	}
	return true
}
