package host_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// trouble is what happens to a call that moves money.
type trouble int

const (
	goesWell trouble = iota
	losesItsAnswer
	isLost      // it is not executed, and nobody can know
	breaks      // it is executed, and the gateway answers with an error
	isRefused   // it is not executed, and the gateway says so
	isBusy      // likewise, and it may be repeated
	arrivesLate // its caller loses the connection, and it is executed later
	crashesMade // its host is killed when it was executed
	crashesLate // its host is killed, and it is executed later
	crashesLost // its host is killed before it was sent
	isHeld      // it hangs until something releases it
	troubles
)

func (t trouble) String() string {
	return []string{
		"goes well", "loses its answer", "is lost", "breaks", "is refused", "is busy", "arrives late", "crashes, made",
		"crashes, late", "crashes, lost", "is held",
	}[t]
}

// traffic makes trouble for the calls of a walk: each takes the next trouble that is
// armed, and its request, which has a word in it, meets it at the gateway.
type traffic struct {
	now func() time.Time

	mu      sync.Mutex
	armed   []trouble
	calls   map[string]*ambush // by word
	held    []*ambush
	ghosts  []*ghost
	arrived chan struct{} // gets one for each call that is held
	crashed map[int]bool  // hosts
}

// ambush is one call that moves money.
type ambush struct {
	word    string
	host    int
	trouble trouble
	settle  time.Duration
	until   time.Time // when its time is up
	fate    chan trouble
	crash   bool
	met     bool // by a request
}

// ghost is a request whose caller has gone. It arrives before its time is up.
type ghost struct {
	word  string
	until time.Time
	run   func()
}

func newTraffic(now func() time.Time) *traffic {
	return &traffic{now: now, calls: map[string]*ambush{}, arrived: make(chan struct{}, 100), crashed: map[int]bool{}}
}

// arm sets what the next calls meet.
func (t *traffic) arm(next ...trouble) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.armed = next
}

// wordOf returns what is in the request of a call that moves money, and empty for any
// other call.
func wordOf(call contract.Call) string {
	switch request := call.Request.(type) {
	case *contract.CreatePaymentRequest:
		return request.Attempt.Key
	case *contract.RefundRequest:
		return request.Attempt.Key
	case *contract.CancelPaymentRequest:
		return request.PaymentID + "/"
	default:
		return ""
	}
}

// of returns what makes trouble for the calls of a host.
func (t *traffic) of(host int, settle time.Duration) func(contract.Handler) contract.Handler {
	return func(inner contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			word := wordOf(call)
			if word == "" {
				return inner(ctx, call)
			}
			a := t.begin(word, host, settle)
			answer, err := inner(ctx, call)
			if t.end(a) {
				runtime.Goexit()
			}
			return answer, err
		}
	}
}

func (t *traffic) begin(word string, host int, settle time.Duration) *ambush {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := &ambush{word: word, host: host, settle: settle, until: t.now().Add(30 * time.Second), fate: make(chan trouble, 1)}
	if len(t.armed) > 0 {
		a.trouble, t.armed = t.armed[0], t.armed[1:]
	}
	t.calls[word] = a
	return a
}

// end reports whether the host of a call that has ended is killed.
func (t *traffic) end(a *ambush) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calls[a.word] == a {
		delete(t.calls, a.word)
	}
	if a.crash && !t.crashed[a.host] {
		t.crashed[a.host] = true
	}
	return t.crashed[a.host]
}

// take returns the call of a request; nil if the request moves no money.
func (t *traffic) take(r *http.Request, body []byte) *ambush {
	if r.Method != http.MethodPost || strings.HasSuffix(r.URL.Path, "/sources") {
		return nil
	}
	said := r.URL.Path + "\n" + r.Header.Get("Idempotency-Key") + "\n" + string(body)
	t.mu.Lock()
	defer t.mu.Unlock()
	for word, a := range t.calls {
		if !a.met && strings.Contains(said, word) {
			a.met = true
			return a
		}
	}
	return nil
}

// pass is a kittest.Fault.
func (t *traffic) pass(w http.ResponseWriter, r *http.Request, next http.Handler) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	a := t.take(r, body)
	if a == nil {
		next.ServeHTTP(w, r)
		return
	}
	what := a.trouble
	if what == isHeld {
		t.mu.Lock()
		t.held = append(t.held, a)
		t.mu.Unlock()
		t.arrived <- struct{}{}
		what = <-a.fate
	}
	t.meet(a, what)(w, r, next)
}

// meet returns what happens to the request of a call.
func (t *traffic) meet(a *ambush, what trouble) kittest.Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch what { //nolint:exhaustive // The others were handled.
	case losesItsAnswer:
		return answerLost
	case isLost:
		return kittest.HangUp
	case breaks:
		return kittest.Executed(kittest.Answer(http.StatusInternalServerError, "{}"))
	case isRefused:
		return kittest.Answer(http.StatusPaymentRequired, `{"object": "error", "code": "failed_processing", "error": {"code": "declined"}}`)
	case isBusy:
		return kittest.Answer(http.StatusTooManyRequests, "{}")
	case arrivesLate:
		return t.haunt(a, t.now().Add(a.settle))
	case crashesMade:
		a.crash = true
		return answerLost
	case crashesLate:
		a.crash = true
		return t.haunt(a, a.until.Add(a.settle))
	case crashesLost:
		a.crash = true
		return kittest.HangUp
	default:
		return passed
	}
}

// haunt has a request arrive later, before until.
func (t *traffic) haunt(a *ambush, until time.Time) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		request := r.Clone(context.WithoutCancel(r.Context()))
		t.mu.Lock()
		t.ghosts = append(t.ghosts, &ghost{word: a.word, until: until, run: func() {
			request.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(httptest.NewRecorder(), request)
		}})
		t.mu.Unlock()
		kittest.HangUp(w, r, next)
	}
}

// release ends what holds a call.
func (t *traffic) release(a *ambush, fate trouble) {
	t.mu.Lock()
	t.held = slices.DeleteFunc(t.held, func(other *ambush) bool { return other == a })
	t.mu.Unlock()
	a.fate <- fate
}

// haunted returns a ghost whose time is up at a time, or any if at is zero.
func (t *traffic) haunted(at time.Time) *ghost {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, g := range t.ghosts {
		if at.IsZero() || !g.until.After(at) {
			t.ghosts = slices.Delete(t.ghosts, i, i+1)
			return g
		}
	}
	return nil
}

// mayArrive reports whether a request with a word is on its way.
func (t *traffic) mayArrive(word string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.calls[word] != nil || slices.ContainsFunc(t.ghosts, func(g *ghost) bool { return g.word == word })
}

const anyHost = -1

// waiting returns a call of a host that hangs, the oldest first; nil if none does.
func (t *traffic) waiting(host int) *ambush {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range t.held {
		if host == anyHost || a.host == host {
			return a
		}
	}
	return nil
}
