package supervisor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/grpcseam"
	"github.com/paysocket/paysocket/plugin"
)

// world is where supervised providers live that need no process, so that time
// can be virtual. An entry's path says how its provider behaves.
type world struct {
	dialOptions []grpc.DialOption // of all connections

	mu     sync.Mutex
	opened []*plugin.Client
	conns  []grpc.ClientConnInterface // theirs
	events []string                   // in which order things happened
}

// waiter is a provider whose payments wait.
type waiter struct {
	contract.UnimplementedPaymentProvider

	world *world
	path  string
	spec  string
}

func (w *waiter) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID: "waiter", DisplayName: "Waiter", Version: "1.0.0", SpecVersion: w.spec,
		Modes:             []contract.Mode{contract.ModeTest},
		Operations:        []contract.Operation{contract.OperationCreatePayment},
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour},
		PaymentMethods: []contract.PaymentMethod{{
			Code: "alipay", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionNone,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
		}},
	}, nil
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

// open takes the place of plugin.Open.
func (w *world) open(ctx context.Context, path string, o *plugin.OpenOptions) (*plugin.Client, error) {
	w.note("opened " + path)
	switch path {
	case "missing":
		return nil, &plugin.OpenError{Failure: plugin.FailureMissing, Path: path, Err: errors.New("there is no such file"), Stderr: "last words\n"}
	case "hangs":
		<-ctx.Done()
		return nil, &plugin.OpenError{Failure: plugin.FailureCanceled, Path: path, Err: ctx.Err()}
	}
	spec := contract.SpecVersion
	if path == "newer" {
		spec = "7.0.0"
	}
	seam := &grpcseam.Seam{DialOptions: w.dialOptions}
	client, err := plugin.InProcess(grpcseam.With(ctx, seam), &waiter{world: w, path: path, spec: spec}, o)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened, w.conns = append(w.opened, client), append(w.conns, seam.Conn)
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

func (w *world) supervise(t *testing.T, o *Options) *Supervisor {
	t.Helper()
	s := New(o)
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
	client, ok := s.Provider(name)
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

// pass lets virtual time pass, until all that is due has happened.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
