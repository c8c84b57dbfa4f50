package plugintest

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// Patience is how long a test waits for what must happen at once.
const Patience = 10 * time.Second

// Payment returns the request for a payment, with a reference that may be one
// of [WaitFor] and its like.
func Payment(reference string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "key-1"}, Reference: reference, Method: "alipay",
		Amount: contract.Money{MinorUnits: 100000, Currency: "THB"}, ReturnURL: "https://shop.example/return",
	}
}

// Pay creates a payment, which must succeed.
func Pay(t *testing.T, provider contract.PaymentProvider, reference string) {
	t.Helper()
	_, err := provider.CreatePayment(t.Context(), Payment(reference))
	require.NoError(t, err)
}

// Result is how a call ended.
type Result struct {
	Payment *contract.Payment
	Err     error
}

// PayAndWait begins a payment that waits in a [Provider], whose log is given,
// until release is called.
func PayAndWait(t *testing.T, provider contract.PaymentProvider, log *Log) (ended <-chan Result, release func()) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	results := make(chan Result, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	go func() {
		defer cancel()
		payment, err := provider.CreatePayment(ctx, Payment(WaitFor+pipe))
		results <- Result{payment, err}
	}()
	require.Eventually(t, log.Has("the call waits"), Patience, time.Millisecond)
	return results, func() { assert.NoError(t, os.WriteFile(pipe, []byte("go on"), 0o600)) }
}

// Await returns the result of a call, which must come in time.
func Await(t *testing.T, results <-chan Result) Result {
	t.Helper()
	select {
	case r := <-results:
		return r
	case <-time.After(Patience):
		require.FailNow(t, "the call did not end")
		return Result{}
	}
}

// BenchmarkCreatePayment measures payments, one after the other.
func BenchmarkCreatePayment(b *testing.B, provider contract.PaymentProvider) {
	b.Helper()
	request := Payment("order 1")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := provider.CreatePayment(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}
