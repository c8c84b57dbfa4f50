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

// ManagementHandler serves the management API: the control protocol gwctl/1 with
// two additions (dials and rotation), and a dashboard at the root. It shows
// secrets, so serve it on a separate loopback listener. It refuses requests for
// any other host.
func (s *Sandbox) ManagementHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/", s.Server.ManagementHandler())
	mux.HandleFunc("GET /v1/scopes/{scope}/dials", s.accountHandler(readDials))
	mux.HandleFunc("PATCH /v1/scopes/{scope}/dials", s.accountHandler(updateDials))
	mux.HandleFunc("POST /v1/scopes/{scope}/rotation", s.accountHandler(rotateSecret))
	mux.Handle("/", http.NewCrossOriginProtection().Handler(s.dashboard()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackHost(r.Host) { // DNS rebinding
			http.Error(w, "the management API answers requests for a loopback host only", http.StatusForbidden)
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

// accountHandler serves an operation that gwctl/1 does not have, in the form of
// gwctl/1.
func (s *Sandbox) accountHandler(operate func(a *account, body []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, answer := s.operate(r, operate)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // fails only if the client has gone
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

// updateDials changes the dials that the body names, and no others.
func updateDials(a *account, body []byte) (any, error) {
	changed := a.dials.clone()
	if err := decodeDials(body, changed); err != nil {
		return nil, err
	}
	a.dials = changed
	a.notify()
	return *changed, nil
}

// ReadDials reads dials from JSON, such as {"webhooks":{"twice":true}}. An unknown
// name is an error.
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

func rotateSecret(a *account, _ []byte) (any, error) {
	a.rotateSecret()
	return map[string]string{
		"webhook_secret": a.WebhookSecret, "previous_webhook_secret": a.PreviousSecret,
	}, nil
}
