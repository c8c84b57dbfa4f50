package omisealipay_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A road leads to the gateway, over real HTTP. It keeps a journal of what came
// along, and does to it what a test wants.
type road struct {
	t    *testing.T
	next http.Handler

	mu      sync.Mutex
	journal []passage
	faults  []*fault
}

// A passage is one request that came along.
type passage struct {
	route string // such as "POST /charges/:id/refunds"
	query string
	form  string
	user  string // of the Basic authentication
}

// A fault is what happens to the requests of a route.
type fault struct {
	route string
	times int
	does  func(w http.ResponseWriter, r *http.Request, next http.Handler)
}

// route writes a request with its ids left out.
func route(r *http.Request) string {
	parts := strings.Split(r.URL.Path, "/")
	for i, part := range parts {
		if strings.Contains(part, "_") {
			parts[i] = ":id"
		}
	}
	return r.Method + " " + strings.Join(parts, "/")
}

func (road *road) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(road.t, err)
	r.Body = io.NopCloser(bytes.NewReader(body))
	user, _, _ := r.BasicAuth()
	come := route(r)

	road.mu.Lock()
	road.journal = append(road.journal, passage{route: come, query: r.URL.RawQuery, form: string(body), user: user})
	var now *fault
	for _, f := range road.faults {
		if f.route == come && f.times > 0 {
			f.times--
			now = f
			break
		}
	}
	road.mu.Unlock()

	if now == nil {
		road.next.ServeHTTP(w, r)
		return
	}
	now.does(w, r, road.next)
}

// fault makes the next requests of a route go wrong.
func (road *road) fault(route string, times int, does func(http.ResponseWriter, *http.Request, http.Handler)) {
	road.mu.Lock()
	defer road.mu.Unlock()
	road.faults = append(road.faults, &fault{route: route, times: times, does: does})
}

// count says how many requests of a route came.
func (road *road) count(route string) int { return len(road.of(route)) }

func (road *road) of(route string) []passage {
	road.mu.Lock()
	defer road.mu.Unlock()
	var found []passage
	for _, p := range road.journal {
		if p.route == route {
			found = append(found, p)
		}
	}
	return found
}

// all says how many requests came in sum.
func (road *road) all() int {
	road.mu.Lock()
	defer road.mu.Unlock()
	return len(road.journal)
}

func (road *road) clear() {
	road.mu.Lock()
	defer road.mu.Unlock()
	road.journal = nil
}

// answers gives an answer in the gateway's place; the request is not executed.
func answers(status int, body string, headers ...string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// refuses answers with an error object of the gateway's.
func refuses(status int, code, message string) func(http.ResponseWriter, *http.Request, http.Handler) {
	body, _ := json.Marshal(map[string]string{"object": "error", "location": "https://docs", "code": code, "message": message})
	return answers(status, string(body), "X-Request-Id", "req-1")
}

// hangsUp closes the connection without an answer; the request is not executed.
func hangsUp(w http.ResponseWriter, _ *http.Request, _ http.Handler) { drop(w) }

// losesAnswer lets the request be executed and closes the connection.
func losesAnswer(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	drop(w)
}

func drop(w http.ResponseWriter) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

// executes lets the request be executed and answers something else.
func executes(status int, body string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// patches lets the request be executed and changes fields of the answer.
func patches(changes map[string]any) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		var object map[string]any
		if json.Unmarshal(recorder.Body.Bytes(), &object) == nil {
			maps.Copy(object, changes)
		}
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(recorder.Code)
		_ = json.NewEncoder(w).Encode(object)
	}
}

// holds keeps a request, before or after it is executed, until release is
// closed or the client goes; held gets a message when it has come.
func holds(held chan<- struct{}, release <-chan struct{}, executed bool) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		recorder := httptest.NewRecorder()
		if executed {
			next.ServeHTTP(recorder, r)
		}
		held <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
			return
		}
		if !executed {
			next.ServeHTTP(recorder, r)
		}
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	}
}

// quiet ends all faults.
func (road *road) quiet() {
	road.mu.Lock()
	defer road.mu.Unlock()
	road.faults = nil
}
