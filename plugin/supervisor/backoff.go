package supervisor

import "time"

// backoff is how fast a provider may be started again.
type backoff struct {
	first, most time.Duration // between the loss and the start; doubles from first to most
	starts      int           // that are allowed within window
	window      time.Duration
	stable      time.Duration // after so long in service, the next wait is the first again
}

func defaultBackoff() backoff {
	return backoff{first: 500 * time.Millisecond, most: 30 * time.Second, starts: 5, window: 10 * time.Minute, stable: time.Minute}
}

// restartHistory is when a provider was started.
type restartHistory struct {
	backoff  backoff
	starts   []time.Time
	failures int // in a row
}

// forget forgets all starts, for one that somebody asked for.
func (h *restartHistory) forget() { h.starts, h.failures = nil, 0 }

func (h *restartHistory) started(now time.Time) { h.starts = append(h.starts, now) }

// uncount takes the latest start back, since it was no fault of the provider.
func (h *restartHistory) uncount() { h.starts = h.starts[:max(0, len(h.starts)-1)] }

// served records how long a process served before it was lost.
func (h *restartHistory) served(d time.Duration) {
	if d >= h.backoff.stable {
		h.failures = 0
	}
}

// next returns when to start again after a failure now, and whether that is so late
// because there were too many starts already. Chance is from 0 to 1.
func (h *restartHistory) next(now time.Time, chance float64) (at time.Time, full bool) {
	wait := min(h.backoff.first<<min(h.failures, 30), h.backoff.most)
	h.failures++
	at = now.Add(time.Duration(float64(wait) * (0.8 + 0.4*chance)))
	h.starts = h.starts[max(0, len(h.starts)-h.backoff.starts):]
	if len(h.starts) < h.backoff.starts {
		return at, false
	}
	if room := h.starts[0].Add(h.backoff.window); room.After(at) {
		return room, true
	}
	return at, false
}
