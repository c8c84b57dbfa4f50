package supervisor_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/bench"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// manyProviders is how many entries of one binary a host has in BenchmarkManyProviders.
const manyProviders = 50

// running returns a supervisor that runs so many entries of the test binary, and how long their start took.
func running(b *testing.B, entries int) (*supervisor.Supervisor, time.Duration) {
	b.Helper()
	s := supervisor.New(&supervisor.Options{
		Env: []string{plugintest.As(plugintest.RoleProvider)}, Configure: configure, StartTimeout: time.Minute,
		Observe: func(context.Context, supervisor.CallRecord) {},
	})
	b.Cleanup(func() { _ = s.Close() })
	all := &supervisor.Catalog{}
	for i := range entries {
		all.Entries = append(all.Entries, supervisor.Entry{
			Name: "wallet-" + strconv.Itoa(i), Path: plugintest.Binary(b), SHA256: sumOfBinary(b),
		})
	}
	began := time.Now()
	require.NoError(b, s.Apply(b.Context(), all))
	return s, time.Since(began)
}

// BenchmarkManyProviders starts fifty providers of one binary, beside one of it, and leaves them alone for ten seconds: what they
// and their host compute then is idle-ms/s.
func BenchmarkManyProviders(b *testing.B) {
	var start, idle, memory []float64
	for b.Loop() {
		one, alone := running(b, 1)
		require.NoError(b, one.Close())
		many, took := running(b, manyProviders)
		start = append(start, float64(took)/float64(alone))
		const pause = 10 * time.Second
		<-time.After(500 * time.Millisecond) // what belongs to the start ends
		before := computed(b, many)
		<-time.After(pause)
		idle = append(idle, float64((computed(b, many)-before).Microseconds())/1000/pause.Seconds())
		memory = append(memory, proportional(b, many)/manyProviders)
		require.NoError(b, many.Close())
	}
	b.ReportMetric(0, "ns/op")
	bench.Report(b, "start", start)
	bench.Report(b, "idle-ms/s", idle)
	bench.Report(b, "pss-MB", memory)
}

// computed returns how long the host and its providers have computed.
func computed(b *testing.B, s *supervisor.Supervisor) time.Duration {
	b.Helper()
	all, err := bench.CPU(0)
	require.NoError(b, err)
	for _, state := range s.States() {
		one, err := bench.CPU(state.PID)
		require.NoError(b, err)
		all += one
	}
	return all
}

// proportional returns how many MB of memory the providers have, each page divided among those that share it.
func proportional(b *testing.B, s *supervisor.Supervisor) float64 {
	b.Helper()
	var all float64
	for _, state := range s.States() {
		content, err := os.ReadFile("/proc/" + strconv.Itoa(state.PID) + "/smaps_rollup")
		require.NoError(b, err)
		for line := range strings.Lines(string(content)) {
			if words := strings.Fields(line); len(words) > 1 && words[0] == "Pss:" {
				kilobytes, err := strconv.ParseFloat(words[1], 64)
				require.NoError(b, err)
				all += kilobytes / 1000
			}
		}
	}
	return all
}

// BenchmarkSwaps has sixteen callers, for a second with no swap and then during ten.
func BenchmarkSwaps(b *testing.B) {
	var failed, longest []float64
	for b.Loop() {
		s, _ := running(b, 1)
		wallet, _ := s.Provider("wallet-0")
		var stop atomic.Bool
		var swapping, failures atomic.Int64
		var most [2]atomic.Int64 // the longest call without and during swaps
		var callers sync.WaitGroup
		for range 16 {
			callers.Go(func() {
				for !stop.Load() {
					during := swapping.Load()
					began := time.Now()
					if _, err := wallet.CreatePayment(b.Context(), plugintest.Payment("order 1")); err != nil {
						failures.Add(1)
					}
					raise(&most[during], int64(time.Since(began)))
				}
			})
		}
		<-time.After(time.Second)
		swapping.Store(1)
		for range 10 {
			require.NoError(b, s.Restart(b.Context(), "wallet-0"))
		}
		stop.Store(true)
		callers.Wait()
		require.NoError(b, s.Close())
		failed = append(failed, float64(failures.Load()))
		longest = append(longest, float64(most[1].Load())/float64(most[0].Load()))
	}
	b.ReportMetric(0, "ns/op")
	bench.Report(b, "failed", failed)
	bench.Report(b, "longest", longest)
}

func raise(most *atomic.Int64, value int64) {
	for old := most.Load(); value > old && !most.CompareAndSwap(old, value); old = most.Load() {
	}
}

func sumOfBinary(b *testing.B) string {
	b.Helper()
	return plugintest.SHA256(b, plugintest.Binary(b))
}
