package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
)

// world is where supervised providers live that need no process, so that time
// can be virtual. An entry's path says how its provider behaves.
type world struct {
	mu      sync.Mutex
	opened  []*Client
	configs int
	events  []string // in which order things happened
}

// waiter is a provider whose payments wait.
type waiter struct {
	describer

	world *world
	path  string
	spec  string
}

func (w *waiter) Describe(ctx context.Context) (*contract.Descriptor, error) {
	d, err := w.describer.Describe(ctx)
	d.Version = "1.0.0"
	d.SpecVersion = w.spec
	d.Operations = []contract.Operation{contract.OperationCreatePayment}
	d.CreateIdempotency = &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour}
	d.PaymentMethods = []contract.PaymentMethod{{
		Code: "alipay", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionNone,
		Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
	}}
	return d, err
}

func (w *waiter) Configure(ctx context.Context, _ *contract.Configuration) (*contract.Account, error) {
	w.world.note("configured")
	if w.path == "refuses" {
		return nil, contract.NewError(contract.InvalidConfig, "no")
	}
	d, err := w.Describe(ctx)
	if err != nil {
		return nil, err
	}
	return &contract.Account{ID: w.path, PaymentMethods: d.PaymentMethods}, nil
}

// CreatePayment takes as long as the reference says.
func (w *waiter) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	duration, err := time.ParseDuration(request.Reference)
	if err != nil {
		return nil, contract.NewError(contract.InvalidRequest, err.Error())
	}
	select {
	case <-time.After(duration):
	case <-ctx.Done():
	}
	return &contract.Payment{
		PaymentID: w.path, IdempotencyKey: request.Attempt.Key, Reference: request.Reference, Method: request.Method,
		Status: contract.PaymentPending, Amount: request.Amount,
		AmountRefunded: contract.Money{Currency: request.Amount.Currency}, CreatedAt: time.Now().UTC().Truncate(time.Second),
	}, nil
}

func (w *world) note(event string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, event)
}

func (w *world) noted() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.events...)
}

// open takes the place of Open.
func (w *world) open(ctx context.Context, path string, o *OpenOptions) (*Client, error) {
	w.note("opened " + path)
	switch path {
	case "missing":
		return nil, &OpenError{Failure: FailureMissing, Path: path, Err: errors.New("there is no such file"), Stderr: "last words\n"}
	case "hangs":
		<-ctx.Done()
		return nil, &OpenError{Failure: FailureCanceled, Path: path, Err: ctx.Err()}
	}
	spec := contract.SpecVersion
	if path == "newer" {
		spec = "7.0.0"
	}
	client, err := InProcess(ctx, &waiter{world: w, path: path, spec: spec}, o)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened = append(w.opened, client)
	return client, nil
}

// kill ends the latest process.
func (w *world) kill() {
	w.mu.Lock()
	client := w.opened[len(w.opened)-1]
	w.mu.Unlock()
	_ = client.Close()
}

func (w *world) starts() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.opened)
}

func (w *world) supervise(t *testing.T, o *SupervisorOptions) *Supervisor {
	t.Helper()
	s := NewSupervisor(o)
	s.open = w.open
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func entries(paths ...string) *Catalog {
	c := &Catalog{}
	for _, path := range paths {
		c.Entries = append(c.Entries, Entry{Name: "p" + path, Path: path, Mode: contract.ModeTest})
	}
	return c
}

// entryAt is a catalog of one, whose name stays while its path changes.
func entryAt(path string) *Catalog {
	return &Catalog{Entries: []Entry{{Name: "wallet", Path: path, Mode: contract.ModeTest}}}
}

func pay(s *Supervisor, name, reference string) (*contract.Payment, error) {
	client, ok := s.Client(name)
	if !ok {
		return nil, fmt.Errorf("no provider %s", name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	return client.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "key-1"}, Reference: reference, Method: "alipay",
		Amount: contract.Money{MinorUnits: 100000, Currency: "THB"}, ReturnURL: "https://shop.example/return",
	})
}

// pass lets virtual time pass, and all that is due happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestACrashLoopFailsFastAndComesBackByItself(t *testing.T) {
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
		require.ErrorIs(t, err, &contract.Error{Reason: contract.ProviderUnreachable})
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		assert.ErrorContains(t, err, "is not running (FAILED)")
		lost, ok := errors.AsType[*LostError](err)
		require.True(t, ok)
		assert.ErrorContains(t, lost, "was lost")
		assert.Equal(t, before, time.Now(), "no time passes in a call that cannot be sent")

		pass(time.Until(state.NextStart))
		_, err = pay(s, "wallet", "1s")
		assert.NoError(t, err)
	})
}

func TestTheCallsOfAnAttemptThatIsUnknownStayUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.Error(t, s.Apply(t.Context(), entryAt("missing")))
		client, ok := s.Client("wallet")
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
		openErr, ok := errors.AsType[*OpenError](err)
		require.True(t, ok, "the cause is there")
		assert.Equal(t, "last words\n", openErr.Stderr)
		assert.ErrorContains(t, err, "last words")
	})
}

func TestAStuckProcessIsReplacedAfterThreeMissedChecks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		var stuck sync.Map // of the clients whose health check hangs
		s := w.supervise(t, &SupervisorOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
				if _, ok := stuck.Load(conn); ok && method == grpc_health_v1.Health_Check_FullMethodName {
					<-ctx.Done()
					return ctx.Err()
				}
				return invoke(ctx, method, in, out, conn, o...)
			})}})
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		ended := make(chan error, 1)
		go func() {
			_, err := pay(s, "wallet", "45s")
			ended <- err
		}()
		pass(time.Minute - 45*time.Second)
		state, _ := s.State("wallet")
		require.Equal(t, 1, state.Generation)

		stuck.Store(w.opened[0].conn, true)
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

func TestADrainIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, &SupervisorOptions{DrainTimeout: 20 * time.Second})
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

func TestCallsInFlightFinishOnTheOldProcessAndNewOnesGoToTheNew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		client, _ := s.Client("wallet")
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
		assert.Equal(t, "b", client.Account().ID, "one Client leads to whatever is there")
		assert.Equal(t, "a", <-old)
	})
}

func TestANewProcessThatFailsLeavesTheOldOneServing(t *testing.T) {
	t.Parallel()
	for path, failure := range map[string]Failure{
		"missing": FailureMissing, "refuses": FailureConfigure, "newer": FailureContract,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, nil)
				require.NoError(t, s.Apply(t.Context(), entryAt("a")))
				err := s.Apply(t.Context(), entryAt(path))
				require.ErrorIs(t, err, &OpenError{Failure: failure})
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
				assert.Equal(t, payment.PaymentID, "a")
			})
		})
	}
}

func TestAnOldVersionThatCannotBeStartedAgainGivesWayToTheCatalogs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		broken := map[string]bool{"b": true}
		s.open = func(ctx context.Context, path string, o *OpenOptions) (*Client, error) {
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

func TestOneProvidersTroubleDoesNotTouchAnother(t *testing.T) {
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
		require.ErrorIs(t, err, &OpenError{Failure: FailureMissing})
		require.ErrorIs(t, err, &OpenError{Failure: FailureConfigure})
		assert.NotContains(t, err.Error(), "provider pa:")
		state, _ := s.State("phangs")
		assert.Equal(t, StatusStarting, state.Status)
		names := []string{}
		for _, state := range s.States() {
			names = append(names, state.Provider)
		}
		assert.Equal(t, []string{"pa", "pb", "phangs", "pmissing", "prefuses"}, names)
	})
}

func TestApplyLeavesAloneWhatIsAsItWas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entries("a", "b")))
		require.NoError(t, s.Apply(t.Context(), entries("a", "c")))
		assert.Equal(t, 3, w.starts())
		synctest.Wait()
		_, ok := s.Client("pb")
		assert.False(t, ok)
		assert.Len(t, s.States(), 2, "what was removed is gone")
		state, _ := s.State("pa")
		assert.Equal(t, 1, state.Generation)
	})
}

func TestARemovedProviderFinishesItsCallsAndCanComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		client, _ := s.Client("wallet")
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
		assert.NoError(t, <-ended)
		synctest.Wait()
		assert.Empty(t, s.States())

		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		_, err = client.Describe(t.Context())
		assert.NoError(t, err)
	})
}

func TestALaterCatalogSupersedesAStartThatIsUnderWay(t *testing.T) {
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

func TestRestartAndApplyStartAtOnceWhatHasFailed(t *testing.T) {
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
				s.open = func(context.Context, string, *OpenOptions) (*Client, error) {
					return nil, &OpenError{Failure: FailureExited, Err: errors.New("it ended")}
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

func TestEveryStartIsAdmittedFirstAndConfiguredAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		secret := 0
		s := w.supervise(t, &SupervisorOptions{
			Admit: func(_ context.Context, a *Admission) error {
				w.note("admitted " + a.Entry.Path + " " + a.Descriptor.Version)
				return nil
			},
			Configure: func(context.Context, *Entry) (*contract.Configuration, error) {
				secret++
				w.note(fmt.Sprint("secret ", secret))
				return &contract.Configuration{Mode: contract.ModeTest}, nil
			},
		})
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		w.kill()
		pass(time.Second)
		require.NoError(t, s.Restart(t.Context(), "wallet"))
		var want []string
		for n := range 3 {
			want = append(want, "opened a", "admitted a 1.0.0", fmt.Sprint("secret ", n+1), "configured")
		}
		assert.Equal(t, want, w.noted())
	})
}

func TestWhatIsNotAdmittedGetsNoSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		admit func(context.Context, *Admission) error
		path  string
		want  string
	}{
		"refused":    {func(context.Context, *Admission) error { return errors.New("its report says PARTIAL") }, "a", "its report says PARTIAL"},
		"too late":   {func(ctx context.Context, _ *Admission) error { <-ctx.Done(); return nil }, "a", "did not decide in time"},
		"no reader":  {nil, "a", "this host reads none"},
		"a contract": {func(context.Context, *Admission) error { return nil }, "newer", "upgrade the host first"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, &SupervisorOptions{Admit: c.admit, Configure: func(context.Context, *Entry) (*contract.Configuration, error) {
					w.note("secrets read")
					return &contract.Configuration{Mode: contract.ModeTest}, nil
				}})
				catalog := entryAt(c.path)
				catalog.Entries[0].Conformance = "/reports/wallet.json"
				err := s.Apply(t.Context(), catalog)
				require.ErrorContains(t, err, c.want)
				assert.NotContains(t, w.noted(), "secrets read")
				assert.NotContains(t, w.noted(), "configured")
			})
		})
	}
}

func TestEachCallIsObservedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		var seen []Call
		type key struct{}
		s := w.supervise(t, &SupervisorOptions{Observe: func(ctx context.Context, call Call) {
			assert.Equal(t, "a trace", ctx.Value(key{}))
			seen = append(seen, call)
		}})
		ctx := context.WithValue(t.Context(), key{}, "a trace")
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		client, _ := s.Client("wallet")
		request := &contract.CreatePaymentRequest{
			Attempt: contract.Attempt{Key: "key-1"}, Reference: "2s", Method: "alipay",
			Amount: contract.Money{MinorUnits: 1, Currency: "THB"}, ReturnURL: "https://shop.example/",
		}
		_, err := client.CreatePayment(ctx, request)
		require.NoError(t, err)
		_, err = client.CreatePayment(ctx, &contract.CreatePaymentRequest{})
		require.Error(t, err)
		_, err = client.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "payment_1"})
		require.Error(t, err)
		w.kill()
		_, err = client.CreatePayment(ctx, request)
		require.Error(t, err)

		require.Len(t, seen, 4)
		began := seen[0].Began
		assert.Equal(t, Call{Provider: "wallet", Operation: contract.OperationCreatePayment, Generation: 1, Began: began, Duration: 2 * time.Second}, seen[0])
		assert.Equal(t, contract.InvalidRequest, seen[1].Reason)
		assert.Equal(t, contract.NotAttempted, seen[1].Outcome)
		assert.Equal(t, contract.CapabilityUnsupported, seen[2].Reason)
		assert.Empty(t, seen[2].Outcome, "a read has none")
		assert.Equal(t, Call{
			Provider: "wallet", Operation: contract.OperationCreatePayment, Began: seen[3].Began,
			Reason: contract.ProviderUnreachable, Outcome: contract.NotAttempted,
		}, seen[3])
	})
}

func TestShutdownWaitsForCallsAndCloseCutsThemOff(t *testing.T) {
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
				client, _ := s.Client("wallet")
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
				assert.ErrorIs(t, s.Apply(t.Context(), entryAt("a")), ErrSupervisorClosed)
				assert.ErrorIs(t, s.Restart(t.Context(), "wallet"), ErrSupervisorClosed)
				assert.NoError(t, s.Close(), "a second end is no trouble")
			})
		})
	}
}

func TestACatalogThatContradictsItselfChangesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		twice := entryAt("b")
		twice.Entries = append(twice.Entries, twice.Entries[0])
		assert.ErrorContains(t, s.Apply(t.Context(), twice), "twice")
		assert.ErrorContains(t, s.Apply(t.Context(), nil), "is nil")
		assert.ErrorContains(t, s.Apply(t.Context(), &Catalog{Entries: []Entry{{}}}), "which is not one")
		assert.ErrorContains(t, s.Restart(t.Context(), "other"), "no such provider")
		client, _ := s.Client("wallet")
		_, err := client.Configure(t.Context(), &contract.Configuration{})
		assert.Equal(t, contract.CapabilityUnsupported, contract.ReasonOf(err))
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "a", payment.PaymentID)
	})
}

func TestWhatBecameReadyTooLateIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		var checks atomic.Int32
		s := w.supervise(t, &SupervisorOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
				err := invoke(ctx, method, in, out, conn, o...)
				if method == grpc_health_v1.Health_Check_FullMethodName && checks.Add(1) == 2 {
					<-time.After(2 * time.Second) // the last of all steps has succeeded
				}
				return err
			})}})
		first := make(chan error, 1)
		go func() { first <- s.Apply(context.Background(), entryAt("a")) }()
		pass(time.Second)
		require.NoError(t, s.Apply(t.Context(), entryAt("b")))
		require.ErrorIs(t, <-first, errSuperseded)
		synctest.Wait()
		require.Equal(t, 2, w.starts())
		assert.True(t, w.opened[0].isDone(), "nobody wants it any more")
		payment, err := pay(s, "wallet", "1s")
		require.NoError(t, err)
		assert.Equal(t, "b", payment.PaymentID)
	})
}

func TestAnEndTakesNoCallsWhileAStartIsStillBeingGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		s := w.supervise(t, nil)
		s.open = func(ctx context.Context, path string, o *OpenOptions) (*Client, error) {
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
	})
}
