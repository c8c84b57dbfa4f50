package host

import (
	"sync"
	"time"
)

// sightings are how long this process has known facts, by its monotonic clock. The
// clock of the ledger may be set, and then a call looks cut off, or a look-up
// settled, that is not.
type sightings struct {
	now func() time.Time // whose differences are monotonic

	mu   sync.Mutex
	seen map[sighting]time.Time
}

// sighting is a fact about an attempt: that a call is open, or that a result has been
// unknown since a time.
type sighting struct {
	key  string
	call int // the number of the open call; 0 if it is about an unknown result
	at   int64
}

// maxSightings bounds the memory. What is forgotten is waited for once more.
const maxSightings = 100_000

func openCall(key string, n int) sighting { return sighting{key: key, call: n} }

func unknownSince(key string, at time.Time) sighting { return sighting{key: key, at: at.UnixMilli()} }

// since returns for how long a fact has been known, which is 0 at the first time.
func (s *sightings) since(fact sighting) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, known := s.seen[fact]; known {
		return s.now().Sub(first)
	}
	if s.seen == nil || len(s.seen) >= maxSightings {
		s.seen = map[sighting]time.Time{}
	}
	s.seen[fact] = s.now()
	return 0
}

// forget ends what is known of an attempt.
func (s *sightings) forget(key string, last int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range last {
		delete(s.seen, openCall(key, n+1))
	}
}
