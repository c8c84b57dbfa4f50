package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"time"
)

// hostReport is what a bug report has of a running host.
type hostReport struct {
	Reached   bool        `json:"reached"`
	HTTP      int         `json:"http_status,omitempty"`
	Ledger    bool        `json:"ledger_ok"`
	Providers []hostState `json:"providers,omitempty"`
}

// hostState has what its host says of a provider, without errors and paths.
type hostState struct {
	Provider     string `json:"provider"`
	Status       string `json:"status"`
	Version      string `json:"version,omitempty"`
	SpecVersion  string `json:"spec_version,omitempty"`
	Generation   int    `json:"generation"`
	Restarts     int    `json:"restarts"`
	MissedChecks int    `json:"missed_checks"`
}

// maxHealth bounds what a host answers.
const maxHealth = 1 << 20

// reportHost asks the socket of a host's admin API.
func reportHost(ctx context.Context, admin string) *hostReport {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r := &hostReport{}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/healthz", http.NoBody)
	if err != nil {
		return r
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", admin)
	}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return r
	}
	defer func() { _ = response.Body.Close() }()
	r.Reached, r.HTTP = true, response.StatusCode
	var health struct {
		Ledger    string      `json:"ledger"`
		Providers []hostState `json:"providers"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxHealth)).Decode(&health); err != nil {
		return r
	}
	r.Ledger = health.Ledger == "ok"
	for _, p := range health.Providers {
		if p.plain() {
			r.Providers = append(r.Providers, p)
		}
	}
	return r
}

var (
	plainName    = regexp.MustCompile(`^[a-z][a-z0-9-]{1,62}$`)
	plainStatus  = regexp.MustCompile(`^[A-Z]{1,16}$`)
	plainVersion = regexp.MustCompile(`^(v?[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]{0,40})?$`)
)

// plain says whether the texts have the form that they should have: what listens at the
// socket may be another program.
func (s *hostState) plain() bool {
	return plainName.MatchString(s.Provider) && plainStatus.MatchString(s.Status) && plainVersion.MatchString(s.Version) && plainVersion.MatchString(s.SpecVersion)
}

func (r *hostReport) print(out io.Writer) {
	if !r.Reached {
		fmt.Fprintln(out, "host       cannot be reached")
		return
	}
	fmt.Fprintf(out, "host       HTTP %d, ledger ok %t\n", r.HTTP, r.Ledger)
	for _, p := range r.Providers {
		fmt.Fprintf(out, "  %s: %s, version %s, contract %s, generation %d, restarts %d, missed checks %d\n",
			p.Provider, p.Status, p.Version, p.SpecVersion, p.Generation, p.Restarts, p.MissedChecks)
	}
}
