package supervisor

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func TestSupervisor_BoundsADrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, &Options{DrainTimeout: 20 * time.Second})
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		began := time.Now()
		ended := make(chan error, 1)
		go func() {
			_, err := pay(s, "wallet", "40s")
			ended <- err
		}()
		pass(time.Second)
		require.NoError(t, s.Apply(t.Context(), entryAt("b")))
		err := <-ended
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
		assert.Equal(t, contract.ConnectionLost, contract.ReasonOf(err))
		assert.Equal(t, 21*time.Second, time.Since(began))
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "b", payment.PaymentID)
	})
}

func TestSupervisor_FinishesCallsOnTheOldProcessAfterASwap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		client, _ := s.Provider("wallet")
		assert.Equal(t, "a", client.Account().ID)
		old := make(chan string, 1)
		go func() {
			payment, err := pay(s, "wallet", "30s")
			assert.NoError(t, err)
			old <- payment.PaymentID
		}()
		pass(time.Second)
		require.NoError(t, s.Apply(t.Context(), entryAt("b")))
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "b", payment.PaymentID)
		assert.Equal(t, "b", client.Account().ID, "one plugin.Client leads to whatever is there")
		assert.Equal(t, "a", <-old)
	})
}

func TestSupervisor_KeepsTheOldProcessWhenTheNewOneFails(t *testing.T) {
	t.Parallel()
	for path, failure := range map[string]plugin.Failure{
		"missing": plugin.FailureMissing, "refuses": plugin.FailureConfigure, "newer": FailureContract,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, nil)
				require.NoError(t, s.Apply(t.Context(), entryAt("a")))
				err := s.Apply(t.Context(), entryAt(path))
				require.ErrorIs(t, err, &plugin.OpenError{Failure: failure})
				entryErr, ok := errors.AsType[*EntryError](err)
				require.True(t, ok)
				assert.Equal(t, "wallet", entryErr.Provider)

				payment, err := pay(s, "wallet", "1s")
				require.NoError(t, err)
				assert.Equal(t, "a", payment.PaymentID)
				state, _ := s.State("wallet")
				assert.Equal(t, StatusReady, state.Status)
				assert.NotEmpty(t, state.LastError)
				pass(time.Hour)
				assert.LessOrEqual(t, w.starts(), 2, "and it is not tried again unasked")

				w.kill()
				if w.starts() == 2 { // the one that was refused is gone already
					_ = w.opened[0].Close()
				}
				pass(time.Second)
				payment, err = pay(s, "wallet", "1s")
				require.NoError(t, err, "if it is lost, the one that worked is started again")
				assert.Equal(t, "a", payment.PaymentID)

				require.NoError(t, s.Apply(t.Context(), entryAt("a")), "going back is no change")
				state, _ = s.State("wallet")
				assert.Empty(t, state.LastError)
				assert.Equal(t, "a", payment.PaymentID)
			})
		})
	}
}

func TestSupervisor_StartsTheCatalogsVersionWhenTheOldOneIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		broken := map[string]bool{"b": true}
		s.open = func(ctx context.Context, path string, o *plugin.OpenOptions) (*plugin.Client, error) {
			if broken[path] {
				path = "missing"
			}
			return w.open(ctx, path, o)
		}
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		require.Error(t, s.Apply(t.Context(), entryAt("b")))
		broken["a"], broken["b"] = true, false // its binary was overwritten by the new one
		w.kill()
		pass(2 * time.Second)
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "b", payment.PaymentID)
	})
}

func TestSupervisor_ApplyLeavesAnUnchangedProviderAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entries("a", "b")))
		require.NoError(t, s.Apply(t.Context(), entries("a", "c")))
		assert.Equal(t, 3, w.starts())
		synctest.Wait()
		_, ok := s.Provider("pb")
		assert.False(t, ok)
		assert.Len(t, s.States(), 2, "what was removed is gone")
		state, _ := s.State("pa")
		assert.Equal(t, 1, state.Generation)
	})
}

func TestSupervisor_SupersedesAStartByALaterCatalog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		first := make(chan error, 1)
		go func() { first <- s.Apply(context.Background(), entryAt("hangs")) }()
		synctest.Wait()
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		assert.ErrorIs(t, <-first, errSuperseded)

		go func() { first <- s.Apply(context.Background(), entryAt("hangs")) }()
		synctest.Wait()
		states := s.States()
		require.Len(t, states, 2)
		assert.Equal(t, []Status{StatusReady, StatusStarting}, []Status{states[0].Status, states[1].Status})
		require.NoError(t, s.Apply(t.Context(), entryAt("a")), "going back to what serves")
		assert.ErrorIs(t, <-first, errSuperseded)
		synctest.Wait()
		assert.Len(t, s.States(), 1)
		assert.Equal(t, 1, w.starts())

		go func() { first <- s.Apply(context.Background(), entryAt("hangs")) }()
		synctest.Wait()
		require.NoError(t, s.Apply(t.Context(), &Catalog{}))
		assert.ErrorIs(t, <-first, errRemoved)
	})
}

func TestSupervisor_StopsAProcessThatBecameReadyTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var checks atomic.Int32
		w := &world{dialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
				err := invoke(ctx, method, in, out, conn, o...)
				if method == grpc_health_v1.Health_Check_FullMethodName && checks.Add(1) == 2 {
					<-time.After(2 * time.Second) // the last of all steps has succeeded
				}
				return err
			})}}
		s := w.supervise(t, nil)
		first := make(chan error, 1)
		go func() { first <- s.Apply(context.Background(), entryAt("a")) }()
		pass(time.Second)
		require.NoError(t, s.Apply(t.Context(), entryAt("b")))
		require.ErrorIs(t, <-first, errSuperseded)
		synctest.Wait()
		require.Equal(t, 2, w.starts())
		assert.True(t, isDone(w.opened[0]), "nobody wants it any more")
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "b", payment.PaymentID)
	})
}
