package omisealipay

import (
	"container/list"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// maxCachedKeys bounds the keys in a cache. The least recently used key is
// dropped first, which is safe: the times in the host's attempts make up for it.
const maxCachedKeys = 10_000

// A keyState is what became of a key in this process: the id of what it led to,
// or since when that is unknown. Both are set if the answer named an object that
// was not what was asked for.
type keyState struct {
	account   accountID
	id        string
	firstAt   time.Time
	unknownAt time.Time
}

// forAccount returns what of the state holds for an account. Under other
// credentials it stays true that there was a call with the key, so that a look-up
// is made; but the id may be another account's, where nothing can be read.
func (s keyState) forAccount(account accountID) keyState {
	if s.account != account {
		s.id = ""
	}
	return s
}

// mergeInto returns the host's attempt with the earlier first time and the later
// unknown one of the two. An id of known state adds nothing, because it can be
// read.
func (s keyState) mergeInto(attempt contract.Attempt) contract.Attempt {
	if s.firstAt.IsZero() || s.id != "" && s.unknownAt.IsZero() {
		return attempt
	}
	if attempt.FirstAt.IsZero() || s.firstAt.Before(attempt.FirstAt) {
		attempt.FirstAt = s.firstAt
	}
	if s.unknownAt.After(attempt.LastUnknownAt) {
		attempt.LastUnknownAt = s.unknownAt
	}
	return attempt
}

// keyCache is a least-recently-used cache of key states. It is not safe for
// concurrent use; sharedCalls guards it.
type keyCache struct {
	limit  int
	byKey  map[string]*list.Element
	recent *list.List // of cacheEntry, latest use first
}

type cacheEntry struct {
	key   string
	state keyState
}

func newKeyCache(limit int) *keyCache {
	return &keyCache{limit: limit, byKey: map[string]*list.Element{}, recent: list.New()}
}

func (c *keyCache) get(key string) keyState {
	element, cached := c.byKey[key]
	if !cached {
		return keyState{}
	}
	c.recent.MoveToFront(element)
	return element.Value.(*cacheEntry).state
}

func (c *keyCache) put(key string, state keyState) {
	if element, cached := c.byKey[key]; cached {
		element.Value.(*cacheEntry).state = state
		c.recent.MoveToFront(element)
		return
	}
	c.byKey[key] = c.recent.PushFront(&cacheEntry{key: key, state: state})
	for len(c.byKey) > c.limit {
		oldest := c.recent.Back()
		delete(c.byKey, oldest.Value.(*cacheEntry).key)
		c.recent.Remove(oldest)
	}
}

func (c *keyCache) remove(key string) {
	if element, cached := c.byKey[key]; cached {
		delete(c.byKey, key)
		c.recent.Remove(element)
	}
}
