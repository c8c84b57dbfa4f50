package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/plugin/supervisor"
)

// healthResponse is the answer to GET /healthz. Status is "ok" if every provider of
// the catalog is READY and the ledger can be read and written to, "degraded" if not, and "draining" if
// the host is shutting down.
type healthResponse struct {
	Status    string          `json:"status"`
	Ledger    string          `json:"ledger"` // "ok", or why it cannot be read or written to
	Providers []providerState `json:"providers"`
}

// providerState is a supervisor.State as JSON.
type providerState struct {
	Provider     string            `json:"provider"`
	Status       supervisor.Status `json:"status"`
	Since        time.Time         `json:"since"`
	Generation   int               `json:"generation"`
	PID          int               `json:"pid,omitempty"`
	Path         string            `json:"path,omitempty"`
	SHA256       string            `json:"sha256,omitempty"`
	Version      string            `json:"version,omitempty"`
	SpecVersion  string            `json:"spec_version,omitempty"`
	Confinement  string            `json:"hardening,omitempty"`
	InFlight     int               `json:"in_flight"`
	MissedChecks int               `json:"missed_checks"`
	Restarts     int               `json:"restarts"`
	NextStart    time.Time         `json:"next_start,omitzero"`
	LastError    string            `json:"last_error,omitempty"`
	LastErrorAt  time.Time         `json:"last_error_at,omitzero"`
	Stderr       string            `json:"stderr,omitempty"`
}

func newProviderState(s *supervisor.State) providerState {
	return providerState{
		Provider: s.Provider, Status: s.Status, Since: s.Since.UTC(), Generation: s.Generation,
		PID: s.PID, Path: s.Path, SHA256: s.SHA256, Version: s.Version, SpecVersion: s.SpecVersion, Confinement: s.Confinement,
		InFlight: s.InFlight, MissedChecks: s.MissedChecks, Restarts: s.Restarts, NextStart: s.NextStart,
		LastError: s.LastError, LastErrorAt: s.LastErrorAt, Stderr: s.Stderr,
	}
}

// ledgerTime bounds the look at the ledger: who asks for the health waits for it.
const ledgerTime = 3 * time.Second

// healthNow reads all states at once, so that they are consistent.
func (a *Admin) healthNow(ctx context.Context) healthResponse {
	states := a.supervisor.States()
	h := healthResponse{Status: "ok", Ledger: "ok", Providers: make([]providerState, len(states))}
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	if _, err := a.shop.Overview(ctx); err != nil {
		h.Status, h.Ledger = "degraded", err.Error()
	}
	for i := range states {
		h.Providers[i] = newProviderState(&states[i])
		first := i == 0 || states[i-1].Provider != states[i].Provider
		if _, listed := a.supervisor.State(states[i].Provider); first && listed && states[i].Status != supervisor.StatusReady {
			h.Status = "degraded"
		}
	}
	switch {
	case a.isDrained():
		h.Status = "draining"
	case len(states) == 0:
		h.Status = "degraded" // no catalog was applied yet
	}
	return h
}

func (a *Admin) serveHealth(w http.ResponseWriter, r *http.Request) {
	h := a.healthNow(r.Context())
	status := http.StatusOK
	if h.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, h)
}

// ServeStatus answers GET /healthz for who may not see more than whether all is well.
func (a *Admin) ServeStatus(w http.ResponseWriter, r *http.Request) {
	h := a.healthNow(r.Context())
	status := http.StatusOK
	if h.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, map[string]string{"status": h.Status})
}
