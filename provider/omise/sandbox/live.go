package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// tell wakes every dashboard that shows the account. Called with the account
// locked.
func (a *account) tell() {
	close(a.changed)
	a.changed = make(chan struct{})
}

func (a *account) nextChange() <-chan struct{} {
	a.Lock()
	defer a.Unlock()
	return a.changed
}

// streamInterval is how often a dashboard hears of changes at most, so that a
// load test does not draw thousands of pages.
const streamInterval = 250 * time.Millisecond

// streamChanges says that there is something new, as server-sent events. The
// page then fetches itself again: one template draws both.
func (s *Sandbox) streamChanges(w http.ResponseWriter, r *http.Request) {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // the page stays open for hours
	w.Header().Set("Content-Type", "text/event-stream")
	pause := time.NewTicker(streamInterval)
	defer pause.Stop()
	for {
		changed := a.nextChange()
		if _, err := fmt.Fprint(w, "data: changed\n\n"); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		if !await(s, r, changed) || !await(s, r, pause.C) {
			return
		}
	}
}

// await is false when there is nobody or nothing to wait for any more.
func await[T any](s *Sandbox, r *http.Request, signal <-chan T) bool {
	select {
	case <-signal:
		return true
	case <-r.Context().Done():
		return false
	case <-s.Done():
		return false
	}
}
