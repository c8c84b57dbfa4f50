package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
)

// ManagementHandler serves the tester's door: the control protocol gwctl/1
// with the sandbox's own additions (dials and rotation), and a dashboard at
// its root. It gives secrets away, so it belongs on a loopback listener of
// its own, and answers only who asked for a loopback host.
func (s *Sandbox) ManagementHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/", s.Server.ManagementHandler())
	mux.HandleFunc("GET /v1/scopes/{scope}/dials", s.inAccount(readDials))
	mux.HandleFunc("PATCH /v1/scopes/{scope}/dials", s.inAccount(turnDials))
	mux.HandleFunc("POST /v1/scopes/{scope}/rotation", s.inAccount(rotate))
	mux.Handle("/", http.NewCrossOriginProtection().Handler(s.dashboard()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackHost(r.Host) { // a name that a stranger's site made point here
			http.Error(w, "the tester's door opens for loopback hosts only", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func isLoopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// inAccount answers as gwctl/1 does, for what it does not have.
func (s *Sandbox) inAccount(operate func(a *account, body []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, answer := s.operate(r, operate)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // nobody to tell when the tester has gone
	}
}

func (s *Sandbox) operate(r *http.Request, operate func(*account, []byte) (any, error)) (status int, answer any) {
	refused := func(status int, err error) (int, any) { return status, map[string]string{"error": err.Error()} }
	if r.Header.Get("Origin") != "" {
		return refused(http.StatusForbidden, errors.New("web pages may not use gwctl/1"))
	}
	a, err := s.ByName(r.PathValue("scope"))
	if err != nil {
		return refused(http.StatusNotFound, err)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return refused(http.StatusBadRequest, errors.New("the body could not be read"))
	}
	a.Lock()
	defer a.Unlock()
	value, err := operate(a, body)
	if err != nil {
		return refused(http.StatusBadRequest, err)
	}
	return http.StatusOK, value
}

func readDials(a *account, _ []byte) (any, error) { return *a.dials, nil }

// turnDials changes the dials that the body names and leaves the others.
func turnDials(a *account, body []byte) (any, error) {
	turned := *a.dials
	if err := decodeDials(body, &turned); err != nil {
		return nil, err
	}
	a.dials = &turned
	a.tell()
	return turned, nil
}

// ReadDials reads dials from JSON, as in {"webhooks":{"twice":true}}. A name
// that is none is an error that says so.
func ReadDials(document []byte) (*Dials, error) {
	dials := &Dials{}
	if err := decodeDials(document, dials); err != nil {
		return nil, err
	}
	return dials, nil
}

func decodeDials(document []byte, into *Dials) error {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("dials: %w", err)
	}
	return into.check()
}

func rotate(a *account, _ []byte) (any, error) {
	a.rotate()
	return map[string]string{
		"webhook_secret": a.WebhookSecret, "previous_webhook_secret": a.PreviousSecret,
	}, nil
}
