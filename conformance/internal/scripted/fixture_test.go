package scripted_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// binary is the plugin, built once for all tests.
var binary string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	folder, err := os.MkdirTemp("", "scripted-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "payment-provider-scripted")
	build := exec.CommandContext(context.Background(), "go", "build", "-ldflags", "-s -w", "-o", binary, "github.com/paysocket/paysocket/conformance/cmd/payment-provider-scripted")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the plugin: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// world is an account with a process of its plugin.
type world struct {
	*scripted.Account

	t        *testing.T
	server   *scripted.Server
	provider *plugin.Client
}

func newWorld(t *testing.T, shape scripted.Shape) *world {
	t.Helper()
	server, err := scripted.NewServer()
	require.NoError(t, err)
	t.Cleanup(server.Close)
	w := &world{Account: server.NewAccount(shape), t: t, server: server}
	w.provider = w.open("")
	return w
}

// open starts a process of the plugin with a version, as a host does.
func (w *world) open(version string) *plugin.Client {
	w.t.Helper()
	provider, err := plugin.Open(w.t.Context(), w.install(version), &plugin.OpenOptions{Configuration: w.Configuration()})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = provider.Close() })
	return provider
}

func (w *world) install(version string) string {
	w.t.Helper()
	to := filepath.Join(w.t.TempDir(), "payment-provider-wallet")
	require.NoError(w.t, w.Install(binary, to, version))
	return to
}

var orders atomic.Int64

// order returns a request with an amount and a key that no other has.
func order() *contract.CreatePaymentRequest {
	n := orders.Add(1)
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: fmt.Sprintf("key-%d", n)}, Reference: fmt.Sprintf("order %d", n),
		Amount: contract.Money{Currency: "THB", MinorUnits: 10000 + n}, Method: "wallet", ReturnURL: "https://shop.example/return",
	}
}

// within returns a context that ends the call after so long.
func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// long is a deadline that no call of these tests needs.
const long = 30 * time.Second

// create makes a payment that must succeed.
func (w *world) create(r *contract.CreatePaymentRequest) *contract.Payment {
	w.t.Helper()
	p, err := w.provider.CreatePayment(within(w.t, long), r)
	require.NoError(w.t, err)
	return p
}

// paid makes a payment that the payer has paid.
func (w *world) paid() *contract.Payment {
	w.t.Helper()
	p := w.create(order())
	w.Move(p.PaymentID, contract.PaymentSucceeded)
	return p
}

// again is the request of the next call, after one from began until ended that returned err.
func again(r *contract.CreatePaymentRequest, began, ended time.Time, err error) *contract.CreatePaymentRequest {
	next := *r
	next.Attempt = r.Attempt.Next(began, ended, err)
	return &next
}

// last is the record of the last call.
func (w *world) last() scripted.CallRecord {
	w.t.Helper()
	calls := w.Calls()
	require.NotEmpty(w.t, calls)
	return calls[len(calls)-1]
}

// of returns the records of the calls of an operation.
func (w *world) of(operation contract.Operation) []scripted.CallRecord {
	var found []scripted.CallRecord
	for _, c := range w.Calls() {
		if c.Operation == operation {
			found = append(found, c)
		}
	}
	return found
}

// lookUp returns the error of a look-up by the key.
func (w *world) lookUp(attempt *contract.Attempt) error {
	w.t.Helper()
	_, err := w.provider.GetStatus(within(w.t, long), &contract.GetStatusRequest{Attempt: attempt})
	return err
}
