package omisealipay_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/bench"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

const (
	pageTakes   = 300 * time.Millisecond
	lastingCall = 30 * time.Second
)

// BenchmarkLookup_OfABusyMerchant looks up two calls of thirty seconds whose settle time has passed, one that made a charge and
// one that was refused, among so many charges a second and with 300 ms for a page. Omise's sandbox is another process.
func BenchmarkLookup_OfABusyMerchant(b *testing.B) {
	for _, perSecond := range []int{1, 3, 10} {
		b.Run(strconv.Itoa(perSecond), func(b *testing.B) { benchmarkLookup(b, perSecond) })
	}
}

func benchmarkLookup(b *testing.B, othersPerSecond int) {
	b.Helper()
	scope := busySandbox(b, othersPerSecond)
	var ahead time.Duration
	now := func() time.Time { return time.Now().Add(ahead) }
	advance := func(by time.Duration) {
		require.NoError(b, scope.Advance(b.Context(), by))
		ahead += by
	}
	provider := omisealipay.New(&omisealipay.Options{Now: now})
	_, err := provider.Configure(b.Context(), kittest.Configuration(scope.Connection(),
		map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, "creation", "one_step"))
	require.NoError(b, err)
	advance(3 * time.Hour) // whatever the window, it is full
	create := func(key string, amount int64) (contract.Attempt, error) {
		at := now()
		_, err := provider.CreatePayment(b.Context(), &contract.CreatePaymentRequest{
			Attempt: contract.Attempt{Key: key}, Reference: key, Amount: contract.Money{Currency: "THB", MinorUnits: amount}, Method: "alipay",
			ReturnURL: "https://shop.example/return",
		})
		advance(lastingCall)
		return contract.Attempt{Key: key, FirstAt: at, LastUnknownAt: now()}, err
	}
	var found, absent, cpu []float64
	look := func(a contract.Attempt) (time.Duration, error) {
		advance(settle)
		computed, err := bench.CPU(0)
		require.NoError(b, err)
		began := time.Now()
		_, answer := provider.GetStatus(b.Context(), &contract.GetStatusRequest{Attempt: &a})
		took := time.Since(began)
		after, err := bench.CPU(0)
		require.NoError(b, err)
		charges := (now().Sub(a.FirstAt) + 2*time.Minute).Seconds() * float64(othersPerSecond)
		cpu = append(cpu, float64((after-computed).Microseconds())/charges)
		return took, answer
	}
	for round := 0; b.Loop(); round++ {
		made, err := create("made-"+strconv.Itoa(round), 100_000)
		require.NoError(b, err)
		took, err := look(made)
		require.NoError(b, err)
		found = append(found, took.Seconds())
		refused, err := create("refused-"+strconv.Itoa(round), 1)
		require.ErrorIs(b, err, contract.AmountOutOfRange)
		took, err = look(refused)
		proof, ok := errors.AsType[*contract.Error](err)
		require.True(b, ok)
		require.Equal(b, "true", proof.Metadata[contract.MetaSettled], "%v", err)
		absent = append(absent, took.Seconds())
	}
	b.ReportMetric(0, "ns/op")
	bench.Report(b, "found-s", found)
	bench.Report(b, "absent-s", absent)
	bench.Report(b, "cpu-us/charge", cpu)
}

// busySandbox returns an account in another process.
func busySandbox(b *testing.B, othersPerSecond int) gateway.Scope {
	b.Helper()
	program := filepath.Join(b.TempDir(), "sandbox")
	output, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, "../omise/sandbox/cmd/omise-sandbox").CombinedOutput()
	require.NoError(b, err, "%s", output)
	dials := `{"others":` + strconv.Itoa(othersPerSecond) + `,"list_takes":"` + pageTakes.String() + `"}`
	running, err := gateway.StartSandbox(b.Context(), []string{program, "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0", "--dials", dials}, nil)
	require.NoError(b, err)
	b.Cleanup(func() { _ = running.Close() })
	scope, err := running.Client.NewScope(b.Context(), &gateway.ScopeSpec{})
	require.NoError(b, err)
	return scope
}
