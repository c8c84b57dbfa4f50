package kittest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// A keyTrouble is what happens to a request that moves money.
type keyTrouble int

const (
	goesWell keyTrouble = iota
	heldBefore
	heldAfter
	losesItsAnswer
	isRefused
	keyTroubles
)

// keyTraffic makes trouble for requests, by the idempotency keys in them.
type keyTraffic struct {
	mu      sync.Mutex
	trouble map[string]keyTrouble // for the next request with the key
	held    []*heldRequest
	arrived chan struct{} // gets a value for each that is held
}

// A heldRequest is executed when it is released, even if its client has gone.
type heldRequest struct {
	key      string
	released chan struct{}
	done     chan struct{}
	left     time.Time // when the client left; zero: it has not
}

// arm sets the trouble of the next request with a key.
func (t *keyTraffic) arm(key string, trouble keyTrouble) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.trouble == nil {
		t.trouble, t.arrived = make(map[string]keyTrouble), make(chan struct{}, 1000)
	}
	t.trouble[key] = trouble
}

// take returns the key in a request and its trouble, which ends with that.
func (t *keyTraffic) take(r *http.Request) (string, keyTrouble) {
	body, _ := io.ReadAll(r.Body) // the front has read it
	r.Body = io.NopCloser(bytes.NewReader(body))
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, trouble := range t.trouble {
		if strings.Contains(r.Header.Get("Idempotency-Key"), key) || bytes.Contains(body, []byte(key)) {
			t.trouble[key] = goesWell
			return key, trouble
		}
	}
	return "", goesWell
}

// pass is a Fault.
func (t *keyTraffic) pass(w http.ResponseWriter, r *http.Request, next http.Handler) {
	key, trouble := t.take(r)
	switch trouble {
	case heldBefore:
		held := t.hold(key)
		defer close(held.done)
		<-held.released
		next.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
	case heldAfter:
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		held := t.hold(key)
		defer close(held.done)
		<-held.released
		replay(w, answer, answer.Body.Bytes())
	case losesItsAnswer:
		Executed(HangUp)(w, r, next)
	case isRefused:
		Answer(http.StatusTooManyRequests, `{}`)(w, r, next)
	default:
		next.ServeHTTP(w, r)
	}
}

func (t *keyTraffic) hold(key string) *heldRequest {
	held := &heldRequest{key: key, released: make(chan struct{}), done: make(chan struct{})}
	t.mu.Lock()
	t.held = append(t.held, held)
	t.mu.Unlock()
	t.arrived <- struct{}{}
	return held
}

// abandon records that the client of a key's requests has left.
func (t *keyTraffic) abandon(key string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, held := range t.held {
		if held.key == key && held.left.IsZero() {
			held.left = at
		}
	}
}

// release lets one request go on and returns its key, or "" if none is held.
func (t *keyTraffic) release(draw func(n int) int) string {
	t.mu.Lock()
	if len(t.held) == 0 {
		t.mu.Unlock()
		return ""
	}
	chosen := t.held[draw(len(t.held))]
	t.mu.Unlock()
	t.releaseIf(func(held *heldRequest) bool { return held == chosen })
	return chosen.key
}

// releaseBefore lets requests go on whose client left until then.
func (t *keyTraffic) releaseBefore(left time.Time) {
	t.releaseIf(func(held *heldRequest) bool { return !held.left.IsZero() && !held.left.After(left) })
}

func (t *keyTraffic) releaseAll() { t.releaseIf(func(*heldRequest) bool { return true }) }

func (t *keyTraffic) releaseIf(fit func(*heldRequest) bool) {
	var kept, released []*heldRequest
	t.mu.Lock()
	for _, held := range t.held {
		if fit(held) {
			released = append(released, held)
		} else {
			kept = append(kept, held)
		}
	}
	t.held = kept
	t.mu.Unlock()
	for _, held := range released {
		close(held.released)
		<-held.done
	}
}
