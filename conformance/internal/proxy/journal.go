package proxy

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// maxRecorded is the most that a journal keeps of a body.
const maxRecorded = 256 << 10

// Exchange is one request to a [Proxy], and its answer.
type Exchange struct {
	Number    int           // from 1, in the order of arrival
	At        time.Duration // of its arrival, since the proxy was opened
	Operation string        // name of its route; empty if none matches
	Commit    bool          // whether such a request can move money

	Method        string
	Path          string
	Query         string // raw
	RequestHeader http.Header
	RequestBody   []byte // up to 256 KiB

	Forwarded      bool // whether the gateway got it
	GatewayStatus  int  // status of the gateway's answer; 0 if there is none yet
	ResponseHeader http.Header
	ResponseBody   []byte // the gateway's, up to 256 KiB

	Status     int    // status that was sent to the provider; 0 if it got no complete status line
	Fault      string // id of the fault that it met; empty if none
	ClientGone bool   // whether the provider closed the connection before it was answered
	Done       bool   // whether it is over
}

// journal records exchanges. It is safe for concurrent use.
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
