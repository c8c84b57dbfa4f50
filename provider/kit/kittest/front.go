package kittest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A Front leads to a sandbox, over real HTTP. Make it with [NewFront]. It may be
// used concurrently.
type Front struct {
	server *httptest.Server

	mu      sync.Mutex
	behind  http.Handler
	faults  []Fault
	all     []Request
	fetched int // how many of all Requests or Seen have returned
}

// NewFront listens until the test ends. Until Serve is called it answers 503.
func NewFront(tb testing.TB) *Front {
	tb.Helper()
	f := &Front{behind: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "kittest: nothing is behind the front", http.StatusServiceUnavailable)
	})}
	f.server = httptest.NewServer(f)
	tb.Cleanup(f.server.Close)
	return f
}

// URL returns where the front answers, as scheme, host and port.
func (f *Front) URL() string { return f.server.URL }

// Serve puts a sandbox behind the front.
func (f *Front) Serve(sandbox http.Handler) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behind = sandbox
}

// Set makes requests meet the faults from now on, and no others; with none, the
// front is quiet.
func (f *Front) Set(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = slices.Clone(faults)
}

// Add makes requests meet one more fault, behind those that are there.
func (f *Front) Add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, fault)
}

// A Request is one that came along.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
}

// Form returns the body as a form; what cannot be read is left out.
func (r *Request) Form() url.Values {
	form, _ := url.ParseQuery(string(r.Body))
	return form
}

// Requests returns the requests that came since the last call of it or of Seen.
func (f *Front) Requests() []Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	since := slices.Clone(f.all[f.fetched:])
	f.fetched = len(f.all)
	return since
}

// Seen returns what Requests does, as methods and paths: "GET /v1/account".
func (f *Front) Seen() []string {
	var seen []string
	for _, r := range f.Requests() {
		seen = append(seen, r.Method+" "+r.Path)
	}
	return seen
}

// Count returns how many requests of a route came in all; see [On].
func (f *Front) Count(route string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	count := 0
	for i := range f.all {
		if fits(route, f.all[i].Method, f.all[i].Path) {
			count++
		}
	}
	return count
}

// fits reports whether a request is of a route.
func fits(route, method, at string) bool {
	wanted, pattern, narrowed := strings.Cut(route, " ")
	if wanted != "" && wanted != method {
		return false
	}
	matched, err := path.Match(pattern, at)
	return !narrowed || err == nil && matched
}

// ServeHTTP writes a request down and passes it on.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // until then the server does not notice that the client has gone
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.mu.Lock()
	f.all = append(f.all, Request{r.Method, r.URL.Path, r.URL.Query(), r.Header.Clone(), body})
	next, faults := f.behind, f.faults
	f.mu.Unlock()
	for _, fault := range slices.Backward(faults) {
		next = handler(fault, next)
	}
	next.ServeHTTP(w, r)
}

func handler(fault Fault, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fault(w, r, next) })
}
