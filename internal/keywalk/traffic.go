package keywalk

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// A trouble is what happens to a request.
type trouble int

const (
	goesWell trouble = iota
	heldBefore
	heldAfter
	losesItsAnswer
	isRefused
	isLost // it is not executed, and its sender cannot know
	troubles

	isBarred
)

// traffic makes trouble for requests, by a word in each of them: an idempotency
// key, or the id of a payment.
type traffic struct {
	mu    sync.Mutex
	armed map[string]*ambush
	held  []*heldRequest
}

// An ambush waits for the next request with a word.
type ambush struct {
	trouble trouble
	arrived chan struct{} // closed once the request is held
}

// A heldRequest is executed when it is released, even if its client has gone.
type heldRequest struct {
	word     string
	released chan struct{}
	done     chan struct{}
	left     time.Time // when the client left; zero: it has not
}

// arm makes trouble for the next request with a word. The channel is closed once
// the request is held.
func (t *traffic) arm(word string, what trouble) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.armed == nil {
		t.armed = make(map[string]*ambush)
	}
	t.armed[word] = &ambush{what, make(chan struct{})}
	return t.armed[word].arrived
}

// disarm makes requests with the word go well, and reports whether one has come.
func (t *traffic) disarm(word string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, waits := t.armed[word]
	delete(t.armed, word)
	return !waits
}

// take returns the trouble of a request. One that is to be held before it is
// executed counts as held from now on.
func (t *traffic) take(r *http.Request) (*ambush, *heldRequest) {
	body, _ := io.ReadAll(r.Body) // the front has read it
	r.Body = io.NopCloser(bytes.NewReader(body))
	user, _, _ := r.BasicAuth()
	said := strings.Join([]string{r.URL.Path, r.Header.Get("Idempotency-Key"), r.Header.Get("Authorization"), user, string(body)}, "\n")
	t.mu.Lock()
	defer t.mu.Unlock()
	for word, waiting := range t.armed {
		if !strings.Contains(said, word) {
			continue
		}
		delete(t.armed, word)
		if waiting.trouble != heldBefore && waiting.trouble != heldAfter {
			return waiting, nil
		}
		held := &heldRequest{word: word, released: make(chan struct{}), done: make(chan struct{})}
		if waiting.trouble == heldBefore {
			t.hold(waiting, held)
		}
		return waiting, held
	}
	return &ambush{}, nil
}

func (t *traffic) hold(by *ambush, held *heldRequest) {
	t.held = append(t.held, held)
	close(by.arrived)
}

// pass is a kittest.Fault.
func (t *traffic) pass(w http.ResponseWriter, r *http.Request, next http.Handler) {
	by, held := t.take(r)
	switch by.trouble {
	case heldBefore:
		defer close(held.done)
		<-held.released
		next.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
	case heldAfter:
		kittest.Rewrite(func(answer []byte) []byte {
			t.mu.Lock()
			t.hold(by, held)
			t.mu.Unlock()
			<-held.released
			return answer
		})(w, r, next)
		close(held.done)
	case losesItsAnswer:
		kittest.Executed(kittest.HangUp)(w, r, next)
	case isRefused:
		kittest.Answer(http.StatusTooManyRequests, `{}`)(w, r, next)
	case isBarred:
		kittest.Answer(http.StatusUnauthorized, `{}`)(w, r, next)
	case isLost:
		kittest.Answer(http.StatusInternalServerError, `{}`)(w, r, next)
	case goesWell, troubles:
		next.ServeHTTP(w, r)
	}
}

// holds reports whether a request with a word is held.
func (t *traffic) holds(word string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.held, func(held *heldRequest) bool { return held.word == word })
}

// abandon records that the clients of all requests with a word have left.
func (t *traffic) abandon(word string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, held := range t.held {
		if held.word == word && held.left.IsZero() {
			held.left = at
		}
	}
}

// release lets one request go on and returns its word, or "" if none is held.
func (t *traffic) release(draw func(n int) int) string {
	t.mu.Lock()
	if len(t.held) == 0 {
		t.mu.Unlock()
		return ""
	}
	chosen := t.held[draw(len(t.held))]
	t.mu.Unlock()
	t.releaseIf(func(held *heldRequest) bool { return held == chosen })
	return chosen.word
}

// releaseBefore lets requests go on whose client left until then.
func (t *traffic) releaseBefore(left time.Time) {
	t.releaseIf(func(held *heldRequest) bool { return !held.left.IsZero() && !held.left.After(left) })
}

func (t *traffic) releaseAll() { t.releaseIf(func(*heldRequest) bool { return true }) }

func (t *traffic) releaseIf(fit func(*heldRequest) bool) {
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

// alias makes a second secret key of an account's first.
func alias(second, first string) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if user, password, basic := r.BasicAuth(); basic && user == second {
			r.SetBasicAuth(first, password)
		} else if r.Header.Get("Authorization") == "Bearer "+second {
			r.Header.Set("Authorization", "Bearer "+first)
		}
		next.ServeHTTP(w, r)
	}
}
