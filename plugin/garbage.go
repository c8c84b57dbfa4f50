package plugin

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A provider keeps a few MiB, and each call allocates some tens of KiB: with Go's own
// 100 percent it collects its garbage every hundred calls or so. It may therefore
// allocate as much as it likes up to roomyHeap, but at most roomyPercent of what it
// keeps; one that keeps more than that has Go's own percent.
const (
	goPercent    = 100
	roomyPercent = 400
	roomyHeap    = 32 << 20
)

// collectSeldom has garbage collected by percentFor from now on, unless the operator
// decides. A limit of the host's, which is GOMEMLIMIT here, has Go collect in time
// either way.
func collectSeldom() {
	if _, decided := os.LookupEnv("GOGC"); decided {
		return
	}
	debug.SetGCPercent(roomyPercent)
	afterCollection(roomyPercent)
}

// afterCollection sets the percent for what is kept, after each collection: a value
// that nothing refers to is cleaned up by each.
func afterCollection(percent int) {
	runtime.AddCleanup(&collected{}, func(percent int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		fitting := percentFor(live[0].Value.Uint64())
		if fitting != percent { // setting it stops the process for a moment
			debug.SetGCPercent(fitting)
		}
		afterCollection(fitting)
	}, percent)
}

// collected has a pointer in it, since Go may keep several small values without one
// together as long as one of them is in use.
type collected struct{ _ *int }

// percentFor returns how much may be allocated until the next collection, in percent of
// what is kept.
func percentFor(live uint64) int {
	switch {
	case live >= roomyHeap/(1+goPercent/100):
		return goPercent
	case live <= roomyHeap/(1+roomyPercent/100):
		return roomyPercent
	default:
		return int((roomyHeap - live) * 100 / live) //nolint:gosec // between the two percents
	}
}
