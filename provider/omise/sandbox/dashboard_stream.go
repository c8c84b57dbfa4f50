package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// notify wakes every dashboard that shows the account. It is called with the
// account locked.
func (a *account) notify() {
	close(a.changed)
	a.changed = make(chan struct{})
}

func (a *account) nextChange() <-chan struct{} {
	a.Lock()
	defer a.Unlock()
	return a.changed
}

// streamInterval is the shortest time between two updates of a dashboard, so that a
// load test does not render thousands of pages.
const streamInterval = 250 * time.Millisecond

// streamChanges sends a server-sent event for every change. The page then fetches
// itself again, so that one template renders both.
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

// await waits for a signal. It returns false if the request or the sandbox ended.
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
