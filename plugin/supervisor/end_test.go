package supervisor

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func TestSupervisor_FinishesTheCallsOfARemovedProvider(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		client, _ := s.Provider("wallet")
		ended := make(chan error, 1)
		go func() {
			_, err := pay(s, "wallet", "30s")
			ended <- err
		}()
		pass(time.Second)
		require.NoError(t, s.Apply(t.Context(), &Catalog{}))
		synctest.Wait()
		states := s.States()
		require.Len(t, states, 1)
		assert.Equal(t, StatusDraining, states[0].Status)
		assert.Equal(t, 1, states[0].InFlight)
		_, err := client.Describe(t.Context())
		assert.ErrorContains(t, err, "the catalog has no provider wallet any more")
		_, err = client.Pin()
		assert.ErrorContains(t, err, "the catalog has no provider wallet any more")
		assert.NoError(t, <-ended)
		synctest.Wait()
		assert.Empty(t, s.States())

		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		_, err = client.Describe(t.Context())
		assert.NoError(t, err)
	})
}

func TestSupervisor_ShutdownWaitsForCallsAndCloseAbortsThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end   func(*Supervisor) error
		took  time.Duration
		fails bool
		cut   bool
	}{
		"shutdown": {func(s *Supervisor) error { return s.Shutdown(context.Background()) }, 9 * time.Second, false, false},
		"impatient": {func(s *Supervisor) error {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			return s.Shutdown(ctx)
		}, 3 * time.Second, true, true},
		"close": {(*Supervisor).Close, 0, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, nil)
				require.NoError(t, s.Apply(t.Context(), entryAt("a")))
				client, _ := s.Provider("wallet")
				ended := make(chan error, 1)
				go func() {
					_, err := pay(s, "wallet", "10s")
					ended <- err
				}()
				pass(time.Second)
				began := time.Now()
				result := make(chan error, 1)
				go func() { result <- c.end(s) }()
				synctest.Wait()
				_, err := client.CreatePayment(t.Context(), &contract.CreatePaymentRequest{})
				assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
				assert.ErrorContains(t, err, "was stopped")
				assert.Equal(t, c.fails, <-result != nil)
				assert.Equal(t, c.took, time.Since(began))
				assert.Equal(t, c.cut, contract.OutcomeOf(<-ended) == contract.Indeterminate)
				state, _ := s.State("wallet")
				assert.Equal(t, StatusStopped, state.Status)
				assert.ErrorIs(t, s.Apply(t.Context(), entryAt("a")), ErrClosed)
				assert.ErrorIs(t, s.Restart(t.Context(), "wallet"), ErrClosed)
				assert.NoError(t, s.Close(), "a second end is no trouble")
			})
		})
	}
}

func TestSupervisor_ShutdownSucceedsWhenNoCallIsAborted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		over, end := context.WithCancel(t.Context())
		end()
		assert.NoError(t, s.Shutdown(over), "there was nothing to wait for")
	})
}

func TestSupervisor_TakesNoCallsWhileItShutsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		s.open = func(ctx context.Context, path string, o *plugin.OpenOptions) (*plugin.Client, error) {
			client, err := w.open(ctx, path, o)
			if path == "hangs" {
				<-time.After(3 * time.Second)
			}
			return client, err
		}
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		go func() { _ = s.Apply(context.Background(), entryAt("hangs")) }()
		pass(time.Second)
		go func() { _ = s.Shutdown(context.Background()) }()
		synctest.Wait()
		_, err := pay(s, "wallet", "1s")
		assert.ErrorContains(t, err, "was stopped")
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		client, _ := s.Provider("wallet")
		_, err = client.Pin()
		assert.ErrorContains(t, err, "was stopped")
	})
}

func TestSupervisor_RefusesACatalogThatContradictsItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		twice := entryAt("b")
		twice.Entries = append(twice.Entries, twice.Entries[0])
		assert.ErrorContains(t, s.Apply(t.Context(), twice), "twice")
		assert.ErrorContains(t, s.Apply(t.Context(), nil), "is nil")
		assert.ErrorContains(t, s.Apply(t.Context(), &Catalog{Entries: []Entry{{}}}), "is not valid")
		assert.ErrorContains(t, s.Restart(t.Context(), "other"), "no such provider")
		client, _ := s.Provider("wallet")
		_, err := client.Configure(t.Context(), &contract.Configuration{})
		assert.Equal(t, contract.CapabilityUnsupported, contract.ReasonOf(err))
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "a", payment.PaymentID)
	})
}
