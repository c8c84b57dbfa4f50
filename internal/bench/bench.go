// Package bench compares what a package does with the least that has to be done for it: its floor. Both are measured by turns,
// in one run, so that a busy machine slows both down, and the order of the two changes with each round. Benchmarks of several
// packages use it; internal/cmd/bench runs them, and makes a page of what they report.
package bench

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Side is one of two things that are compared.
type Side struct {
	// Do does it once. It may be called concurrently if there are several callers.
	Do func() error
	// PID is another process that works for it; 0 if none does.
	PID int
	// After is called after each window, unmeasured; nil for nothing.
	After func()
}

// Window is how much of a side is measured at once.
type Window struct {
	// Callers is how many call at once; 0 means one.
	Callers int
	// Calls is how many calls they make together.
	Calls int
}

// A Measure is what a window of a side took, for each call.
type Measure struct {
	Time, CPU time.Duration
	// Allocations are those of this process.
	Allocations float64
}

// Compare measures both sides once for each iteration of the benchmark, and reports medians, and of the ratios the quartiles:
//
//	ratio   how many calls a second the subject answers, for each that the floor does
//	time    how long the subject takes, for each second that the floor does
//	cpu     how long the processes of the subject compute, for each second of those of the floor
//	allocs  how often the subject allocates, for each time that the floor does
//
// us/call, floor-us/call and cpu-us/call are microseconds.
func Compare(b *testing.B, w Window, subject, floor Side) {
	b.Helper()
	var all [2][]Measure
	sides := [2]Side{subject, floor}
	for _, side := range sides { // connections are opened, memory is allocated
		w.measure(b, side)
	}
	for round := 0; b.Loop(); round++ {
		for i := range sides {
			at := (i + round) % 2
			all[at] = append(all[at], w.measure(b, sides[at]))
		}
	}
	report(b, all[0], all[1])
}

func report(b *testing.B, subject, floor []Measure) {
	b.Helper()
	var ratio, time, cpu, allocations []float64
	for i := range subject {
		ratio = append(ratio, float64(floor[i].Time)/float64(subject[i].Time))
		time = append(time, float64(subject[i].Time)/float64(floor[i].Time))
		cpu = append(cpu, float64(subject[i].CPU)/float64(floor[i].CPU))
		allocations = append(allocations, subject[i].Allocations/floor[i].Allocations)
	}
	b.ReportMetric(0, "ns/op")
	Report(b, "ratio", ratio)
	Report(b, "time", time)
	Report(b, "cpu", cpu)
	Report(b, "allocs", allocations)
	b.ReportMetric(Quantile(column(subject, func(m Measure) float64 { return microseconds(m.Time) }), 0.5), "us/call")
	b.ReportMetric(Quantile(column(floor, func(m Measure) float64 { return microseconds(m.Time) }), 0.5), "floor-us/call")
	b.ReportMetric(Quantile(column(subject, func(m Measure) float64 { return microseconds(m.CPU) }), 0.5), "cpu-us/call")
	b.ReportMetric(Quantile(column(subject, func(m Measure) float64 { return m.Allocations }), 0.5), "allocs/call")
	b.ReportMetric(Quantile(column(floor, func(m Measure) float64 { return m.Allocations }), 0.5), "floor-allocs/call")
}

// Report reports the median of values under a name, and their quartiles under the name with -q1 and -q3.
func Report(b *testing.B, name string, values []float64) {
	b.Helper()
	b.ReportMetric(Quantile(values, 0.5), name)
	b.ReportMetric(Quantile(values, 0.25), name+"-q1")
	b.ReportMetric(Quantile(values, 0.75), name+"-q3")
}

// measure has a side called, and measures that.
func (w Window) measure(b *testing.B, side Side) Measure {
	b.Helper()
	before, computed := allocations(), side.computed(b)
	began := time.Now()
	err := w.call(side.Do)
	took := time.Since(began)
	require.NoError(b, err)
	calls := time.Duration(w.Calls)
	measured := Measure{
		Time: took / calls, CPU: (side.computed(b) - computed) / calls,
		Allocations: float64(allocations()-before) / float64(w.Calls),
	}
	if side.After != nil {
		side.After()
	}
	return measured
}

// call makes the calls, and returns one of their errors.
func (w Window) call(do func() error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var callers sync.WaitGroup
	for range max(w.Callers, 1) {
		callers.Go(func() {
			for next.Add(1) <= int64(w.Calls) && failed.Load() == nil {
				if err := do(); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	callers.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// computed returns how long the processes of a side have computed.
func (s Side) computed(b *testing.B) time.Duration {
	b.Helper()
	own, err := CPU(0)
	require.NoError(b, err)
	if s.PID == 0 {
		return own
	}
	other, err := CPU(s.PID)
	require.NoError(b, err)
	return own + other
}

func allocations() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}

// Quantile returns the value that a part of the values are not above; 0 if there are none.
func Quantile(values []float64, part float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(part*float64(len(sorted)-1))]
}

func column(measures []Measure, of func(Measure) float64) []float64 {
	values := make([]float64, len(measures))
	for i, m := range measures {
		values[i] = of(m)
	}
	return values
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
