package plugin_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/bench"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// benchCalls is 1000000 for the whole of what is promised, which takes a minute or two.
var benchCalls = flag.Int("calls", 200_000, "after how many calls BenchmarkMemory looks again")

// BenchmarkMemory compares the resident memory of a provider, and of its host, after many calls with that after 10,000.
func BenchmarkMemory(b *testing.B) {
	const few, callers = 10_000, 16
	var provider, host []float64
	for b.Loop() {
		client, err := plugin.Open(b.Context(), plugintest.Binary(b), &plugin.OpenOptions{
			Configuration: plugintest.Configuration(), Env: []string{plugintest.As(plugintest.RoleProvider)},
		})
		require.NoError(b, err)
		call := func(calls int) {
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for range calls / callers {
						if _, err := client.CreatePayment(b.Context(), plugintest.Payment(hopReference)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		}
		call(few)
		before, own := benchResident(b, client.Process().PID), benchResident(b, os.Getpid())
		call(*benchCalls - few)
		provider = append(provider, benchResident(b, client.Process().PID)/before)
		host = append(host, benchResident(b, os.Getpid())/own)
		require.NoError(b, client.Close())
	}
	b.ReportMetric(0, "ns/op")
	bench.Report(b, "provider", provider)
	bench.Report(b, "host", host)
}

// benchResident returns how many kB of a process are in memory.
func benchResident(b *testing.B, pid int) float64 {
	b.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(b, err)
	_, rest, found := strings.Cut(string(content), "VmRSS:")
	require.True(b, found)
	var kilobytes float64
	_, err = fmt.Sscan(rest, &kilobytes)
	require.NoError(b, err)
	return kilobytes
}
