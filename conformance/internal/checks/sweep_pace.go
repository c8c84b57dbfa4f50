package checks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// slowPace is how long a call of a provider takes that meets only some of what others do.
const slowPace = 200 * time.Millisecond

// sampled returns what a provider of this pace meets of a sweep that takes many calls: a
// slow one one of every n, drawn by the seed.
func sampled[V any](e *harness.Env, all []V, n int) []V {
	if e.Pace.Call < slowPace || len(all) < n {
		return all
	}
	var met []V
	for at := e.Rand.IntN(n); at < len(all); at += n {
		met = append(met, all[at])
	}
	return met
}

// atPace returns the faults that a provider of this pace meets.
func atPace(e *harness.Env, rows []row) []row {
	if e.Pace.Call < slowPace {
		return rows
	}
	var rare []int
	for i := range rows {
		if rows[i].rare {
			rare = append(rare, i)
		}
	}
	var met []row
	drawn := -1
	if len(rare) > 0 {
		drawn = rare[e.Rand.IntN(len(rare))]
	}
	for i := range rows {
		if !rows[i].rare || i == drawn {
			met = append(met, rows[i])
		}
	}
	return met
}
