package sandbox

import (
	"net/http"
	"time"
)

// journal keeps the latest requests for the dashboard, without headers, queries and
// bodies, which may hold keys.
type journal struct{ entries []entry }

// entry is one request and the status of its answer.
type entry struct {
	At      time.Time
	Method  string
	Path    string
	Status  int
	Code    string // of the error; empty: none
	Version string
	ID      string // of X-Request-Id
}

const maxEntries = 200

func (j *journal) add(e entry) {
	if len(j.entries) >= maxEntries {
		j.entries = append(j.entries[:0], j.entries[maxEntries/2:]...)
	}
	j.entries = append(j.entries, e)
}

func entryOf(r *http.Request, p *reply) entry {
	path := r.URL.Path
	if len(path) > 200 {
		path = path[:200] + "…"
	}
	e := entry{At: p.at, Method: r.Method, Path: path, Status: p.status, Version: string(p.version), ID: p.id}
	if p.status != http.StatusOK {
		answer, _ := p.value.(object)
		e.Code, _ = answer.text("code")
	}
	return e
}

func (a *account) logRequest(r *http.Request, p *reply) {
	a.Lock()
	defer a.Unlock()
	a.journal.add(entryOf(r, p))
	a.notify()
}

func (s *Sandbox) logUnknownKey(r *http.Request, p *reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknownKeys.add(entryOf(r, p))
}
