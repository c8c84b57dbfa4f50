package sandbox

import (
	"net/http"
	"time"
)

// A journal remembers the latest requests, for the dashboard. It keeps no
// header, no query and no body: there would be keys among them.
type journal struct{ entries []entry }

// An entry is one request as it was answered.
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

func (a *account) note(r *http.Request, p *reply) {
	a.Lock()
	defer a.Unlock()
	a.journal.add(entryOf(r, p))
	a.tell()
}

func (s *Sandbox) noteStranger(r *http.Request, p *reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strangers.add(entryOf(r, p))
}
