package omisealipay

import (
	"container/list"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// maxRemembered bounds the keys that a provider remembers; the one that was
// used longest ago is forgotten first. Forgetting costs no safety that the
// host's own times do not give again.
const maxRemembered = 10_000

// A recollection is what became of a key in this process: the id of what it
// led to, or since when that is not known. Both may be set, if the answer
// named an object that was not what was asked for.
type recollection struct {
	account   accountID
	id        string
	firstAt   time.Time
	unknownAt time.Time
}

// under returns what is left of the recollection for an account. That there was
// a call with the key stays true under other credentials, so that a search is
// made; its id can be one of another account, where nothing can be read.
func (r recollection) under(account accountID) recollection {
	if r.account != account {
		r.id = ""
	}
	return r
}

// over gives the attempt with what is remembered added to what the host says:
// the earlier first time and the later unknown one. An id whose fate is known
// adds nothing: it can be read.
func (r recollection) over(attempt contract.Attempt) contract.Attempt {
	if r.firstAt.IsZero() || r.id != "" && r.unknownAt.IsZero() {
		return attempt
	}
	if attempt.FirstAt.IsZero() || r.firstAt.Before(attempt.FirstAt) {
		attempt.FirstAt = r.firstAt
	}
	if r.unknownAt.After(attempt.LastUnknownAt) {
		attempt.LastUnknownAt = r.unknownAt
	}
	return attempt
}

// keyMemory is a bounded map of recollections. It is not safe for concurrent
// use; flights guards it.
type keyMemory struct {
	limit  int
	byKey  map[string]*list.Element
	recent *list.List // of memoryItem, latest use first
}

type memoryItem struct {
	key  string
	what recollection
}

func newKeyMemory(limit int) *keyMemory {
	return &keyMemory{limit: limit, byKey: map[string]*list.Element{}, recent: list.New()}
}

func (m *keyMemory) recall(key string) recollection {
	element, known := m.byKey[key]
	if !known {
		return recollection{}
	}
	m.recent.MoveToFront(element)
	return element.Value.(*memoryItem).what
}

func (m *keyMemory) keep(key string, what recollection) {
	if element, known := m.byKey[key]; known {
		element.Value.(*memoryItem).what = what
		m.recent.MoveToFront(element)
		return
	}
	m.byKey[key] = m.recent.PushFront(&memoryItem{key: key, what: what})
	for len(m.byKey) > m.limit {
		oldest := m.recent.Back()
		delete(m.byKey, oldest.Value.(*memoryItem).key)
		m.recent.Remove(oldest)
	}
}

func (m *keyMemory) forget(key string) {
	if element, known := m.byKey[key]; known {
		delete(m.byKey, key)
		m.recent.Remove(element)
	}
}
