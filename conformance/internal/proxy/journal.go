package proxy

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// maxRecorded bounds each body in a journal.
const maxRecorded = 256 << 10

// Exchange is one request that came to a [Proxy], and what became of it.
type Exchange struct {
	Number    int           // from 1, in the order of arrival
	At        time.Duration // of its arrival, since the proxy was opened
	Operation string        // name of its route; empty if none fits
	Commit    bool          // whether such a request can move money

	Method        string
	Path          string
	Query         string // raw
	RequestHeader http.Header
	RequestBody   []byte // up to 256 KiB

	Forwarded      bool // whether the gateway got it
	GatewayStatus  int  // what the gateway answered; 0: nothing yet
	ResponseHeader http.Header
	ResponseBody   []byte // the gateway's, up to 256 KiB

	Status     int    // what the provider was sent; 0: no whole status line
	Fault      string // id of the fault that it met; empty: none
	ClientGone bool   // whether the provider had left before it was answered
	Done       bool   // whether it is over
}

// Committed reports whether the gateway executed a request that can move money.
func (x *Exchange) Committed() bool {
	return x.Commit && x.Forwarded && x.GatewayStatus/100 == 2
}

// journal keeps exchanges. It may be used by many goroutines at once.
type journal struct {
	opened time.Time

	mu        sync.Mutex
	exchanges []*Exchange
	changed   chan struct{} // closed at the next change
}

func newJournal() *journal {
	return &journal{opened: time.Now(), changed: make(chan struct{})}
}

func (j *journal) add(x *Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	x.Number, x.At = len(j.exchanges)+1, time.Since(j.opened)
	j.exchanges = append(j.exchanges, x)
	j.tell()
}

func (j *journal) update(change func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change()
	j.tell()
}

func (j *journal) tell() {
	close(j.changed)
	j.changed = make(chan struct{})
}

func (j *journal) copy() ([]Exchange, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	copies := make([]Exchange, len(j.exchanges))
	for i, x := range j.exchanges {
		copies[i] = *x
	}
	return copies, j.changed
}

// await waits until the journal is as wanted.
func (j *journal) await(ctx context.Context, wanted func([]Exchange) bool) error {
	for {
		exchanges, changed := j.copy()
		if wanted(exchanges) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func recorded(body []byte) []byte { return body[:min(len(body), maxRecorded)] }
