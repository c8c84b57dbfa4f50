package kittest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
)

// A Fault handles a request instead of next, which is the sandbox or another
// fault.
type Fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

// On limits a fault to the requests of a route: a method, a pattern of path.Match,
// or both, as in "GET", " /v1/*" and "POST /v1/payments/*/refunds". Other requests
// go to next.
func On(route string, fault Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !fits(route, r.Method, r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		fault(w, r, next)
	}
}

// Times limits a fault to the first n requests. Later ones go to next.
func Times(n int, fault Fault) Fault {
	var left atomic.Int64
	left.Store(int64(n))
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if left.Add(-1) < 0 {
			next.ServeHTTP(w, r)
			return
		}
		fault(w, r, next)
	}
}

// Answer answers with a status, a body, and headers as names and values. The
// request is not executed.
func Answer(status int, body string, headers ...string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// HangUp closes the connection without an answer, in the normal way. The request is
// not executed.
func HangUp(w http.ResponseWriter, _ *http.Request, _ http.Handler) { drop(w, false) }

// Reset resets the connection. The request is not executed.
func Reset(w http.ResponseWriter, _ *http.Request, _ http.Handler) { drop(w, true) }

func drop(w http.ResponseWriter, reset bool) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // an HTTP/1 connection can be taken over, unless the test began to answer
	}
	if tcp, ok := connection.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

// Executed lets the sandbox execute the request, drops its answer, and lets fault
// answer.
func Executed(fault Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		fault(w, r, next)
	}
}

// Hang never answers. It sends to asked when a request arrives.
func Hang(asked chan<- struct{}) Fault {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		asked <- struct{}{}
		<-r.Context().Done()
	}
}

// Hold sends to held when a request arrives, and delays its execution until release
// is closed. If the client disconnects first, it is not executed.
func Hold(held chan<- struct{}, release <-chan struct{}) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if wait(r, held, release) {
			next.ServeHTTP(w, r)
		}
	}
}

func wait(r *http.Request, held chan<- struct{}, release <-chan struct{}) bool {
	held <- struct{}{}
	select {
	case <-release:
		return true
	case <-r.Context().Done():
		return false
	}
}

// Patch changes members of the JSON object that the sandbox answers with. A nil
// value takes a member away. An answer that is no object stays as it is.
func Patch(changes map[string]any) Fault {
	return Rewrite(func(body []byte) []byte {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var object map[string]any
		if decoder.Decode(&object) != nil || object == nil {
			return body
		}
		for name, value := range changes {
			object[name] = value
			if value == nil {
				delete(object, name)
			}
		}
		body, _ = json.Marshal(object) // what a test puts there can be written
		return body
	})
}

// Rewrite lets the sandbox execute the request, and changes the body of its
// answer.
func Rewrite(change func(body []byte) []byte) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		replay(w, answer, change(answer.Body.Bytes()))
	}
}

// replay answers with what was recorded, and another body.
func replay(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}
