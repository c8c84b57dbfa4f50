package supervisor

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
)

func TestSupervisor_RecoversFromACrashLoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		began := time.Now()
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		for range 4 {
			w.kill()
			synctest.Wait()
			state, _ := s.State("wallet")
			require.Equal(t, StatusBackoff, state.Status)
			pass(time.Until(state.NextStart))
			state, _ = s.State("wallet")
			require.Equal(t, StatusReady, state.Status, state.LastError)
		}
		require.Equal(t, 5, w.starts())
		w.kill()
		synctest.Wait()
		state, _ := s.State("wallet")
		assert.Equal(t, StatusFailed, state.Status)
		assert.Equal(t, 4, state.Restarts)
		assert.Equal(t, began.Add(10*time.Minute), state.NextStart, "until the first start is ten minutes ago")

		before := time.Now()
		_, err := pay(s, "wallet", "1s")
		require.ErrorIs(t, err, contract.ProviderUnreachable)
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		assert.ErrorContains(t, err, "is not running (FAILED)")
		lost, ok := errors.AsType[*plugin.LostError](err)
		require.True(t, ok)
		assert.ErrorContains(t, lost, "was lost")
		assert.Equal(t, before, time.Now(), "no time passes in a call that cannot be sent")

		pass(time.Until(state.NextStart))
		_, err = pay(s, "wallet", "1s")
		assert.NoError(t, err)
		faults.Proved(t, faults.Injected{How: "the process is lost as soon as it serves", Times: w.starts() - 1}, "HP12", "HP04")
	})
}

func TestProvider_KeepsAnUnknownAttemptIndeterminate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.Error(t, s.Apply(t.Context(), entryAt("missing")))
		client, ok := s.Provider("wallet")
		require.True(t, ok)
		unknown := contract.Attempt{Key: "key-1", FirstAt: time.Now().Add(-time.Minute), LastUnknownAt: time.Now()}

		_, err := client.CreatePayment(t.Context(), &contract.CreatePaymentRequest{Attempt: unknown})
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
		assert.Equal(t, contract.ProviderUnreachable, contract.ReasonOf(err))
		_, err = client.Refund(t.Context(), &contract.RefundRequest{Attempt: unknown})
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
		_, err = client.Refund(t.Context(), &contract.RefundRequest{Attempt: contract.Attempt{Key: "key-2"}})
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		_, err = client.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "payment_1"})
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))

		_, err = client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "payment_1"})
		read, ok := errors.AsType[*contract.Error](err)
		require.True(t, ok)
		assert.Empty(t, read.Outcome, "reads have no outcome")
		assert.Positive(t, read.RetryAfter, "the host can put its next try off until there is a chance")
		openErr, ok := errors.AsType[*plugin.OpenError](err)
		require.True(t, ok, "the cause is there")
		assert.Equal(t, "last words\n", openErr.Stderr)
		assert.ErrorContains(t, err, "last words")
		state, _ := s.State("wallet")
		faults.Proved(t, faults.Injected{How: "the plugin does not run", Times: faults.Observed(state.Status != StatusReady)}, "PG31")
	})
}

func TestSupervisor_ReplacesAProcessAfterThreeMissedChecks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var stuck sync.Map // of the clients whose health check hangs
		w := &world{dialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
				if _, ok := stuck.Load(conn); ok && method == grpc_health_v1.Health_Check_FullMethodName {
					<-ctx.Done()
					return ctx.Err()
				}
				return invoke(ctx, method, in, out, conn, o...)
			})}}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		ended := make(chan error, 1)
		go func() {
			_, err := pay(s, "wallet", "45s")
			ended <- err
		}()
		pass(time.Minute - 45*time.Second)
		state, _ := s.State("wallet")
		require.Equal(t, 1, state.Generation)

		stuck.Store(w.conns[0], true)
		pass(11 * time.Second)
		state, _ = s.State("wallet")
		assert.Equal(t, StatusReady, state.Status, "two missed checks may be a hiccup")
		assert.Positive(t, state.MissedChecks)
		pass(11 * time.Second)
		states := s.States()
		require.Len(t, states, 2)
		assert.Equal(t, StatusReady, states[0].Status)
		assert.Equal(t, 2, states[0].Generation)
		assert.Contains(t, states[0].LastError, "missed 3 health checks")
		assert.Equal(t, StatusDraining, states[1].Status)
		assert.Equal(t, 1, states[1].InFlight)
		assert.NoError(t, <-ended, "the call that it has may still end well")
		synctest.Wait()
		assert.Len(t, s.States(), 1)
	})
}

func TestSupervisor_KeepsTroubleWithOneProviderFromOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		applied := make(chan error, 1)
		go func() { applied <- s.Apply(ctx, entries("missing", "a", "hangs", "refuses", "b")) }()
		synctest.Wait()
		for _, path := range []string{"a", "b"} {
			_, err := pay(s, "p"+path, "1s")
			require.NoError(t, err, "before the others have failed")
		}
		err := <-applied
		require.ErrorIs(t, err, context.DeadlineExceeded, "one hangs: waiting for it ends with the context")
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureMissing})
		require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureConfigure})
		assert.NotContains(t, err.Error(), "provider pa:")
		state, _ := s.State("phangs")
		assert.Equal(t, StatusStarting, state.Status)
		names := []string{}
		for _, state := range s.States() {
			names = append(names, state.Provider)
		}
		assert.Equal(t, []string{"pa", "pb", "phangs", "pmissing", "prefuses"}, names)
		missing, _ := s.State("pmissing")
		faults.Proved(t, faults.Injected{How: "one binary of five is missing", Times: faults.Observed(missing.Status != StatusReady)}, "HP01")
	})
}

func TestSupervisor_RestartAndApplyStartAFailedProviderAtOnce(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(*Supervisor) error{
		"restart": func(s *Supervisor) error { return s.Restart(context.Background(), "wallet") },
		"apply":   func(s *Supervisor) error { return s.Apply(context.Background(), entryAt("a")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, nil)
				s.open = func(context.Context, string, *plugin.OpenOptions) (*plugin.Client, error) {
					return nil, &plugin.OpenError{Failure: plugin.FailureExited, Err: errors.New("it ended")}
				}
				require.Error(t, s.Apply(t.Context(), entryAt("a")))
				pass(5 * time.Minute)
				state, _ := s.State("wallet")
				require.Equal(t, StatusFailed, state.Status)
				s.open = w.open
				before := time.Now()
				require.NoError(t, again(s))
				assert.Equal(t, before, time.Now())
				w.kill()
				synctest.Wait()
				state, _ = s.State("wallet")
				assert.Equal(t, StatusBackoff, state.Status, "the starts before are forgotten")
			})
		})
	}
}
