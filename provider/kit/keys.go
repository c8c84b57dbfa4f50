package kit

import (
	"container/list"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

const (
	// maxKeys bounds the keys that are remembered; each takes less than 1 KiB.
	maxKeys = 50_000

	// maxAccounts bounds the credentials whose account is remembered.
	maxAccounts = 1000
)

// keyMemory remembers what became of idempotency keys in this process. It belongs
// to a provider and not to a session: a call that began before a Configure goes on
// after it, and the next call with its key has to meet it.
type keyMemory struct {
	mu     sync.Mutex
	byName map[string]*list.Element
	recent *list.List // of *usedKey, latest use first

	accounts map[credentials]account // those that a probe has named
}

// An account is an account as the gateway names it. An account can have the same
// id in test and live mode, and any id at another gateway.
type account struct {
	base, id string
	live     bool
}

// A usedKey is what became of one key, in one account.
type usedKey struct {
	name        string
	object      string      // contract.MetaPaymentID or MetaRefundID: what the key leads to
	credentials credentials // of the first call

	calls   int              // under way
	begun   int              // ever
	attempt contract.Attempt // the times of the calls that have ended
	settles time.Time        // when those of unknown result have settled
	made    string           // the id of the payment or refund; empty: none is known
}

// mayBeForgotten reports whether the times in the host's attempts make up for the
// memory of the key.
func (k *usedKey) mayBeForgotten(now time.Time) bool { return k.calls == 0 && !now.Before(k.settles) }

// name records the gateway's name of an account, also for keys used before.
func (m *keyMemory) name(of credentials, is *contract.Account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if is.ID == "" {
		return
	}
	if len(m.accounts) >= maxAccounts {
		clear(m.accounts) // unnamed accounts cannot be told apart, which is safe
	}
	if m.accounts == nil {
		m.accounts = make(map[credentials]account)
	}
	m.accounts[of] = account{base: of.base, id: is.ID, live: is.Live}
}

// same reports whether it is certain that two credentials are of one account.
func (m *keyMemory) same(one, other credentials) bool {
	if one == other {
		return true
	}
	first, named := m.accounts[one]
	return named && first == m.accounts[other]
}

// get returns what is known of a key, and nil if that is nothing.
func (m *keyMemory) get(name string) *usedKey {
	element, known := m.byName[name]
	if !known {
		return nil
	}
	m.recent.MoveToFront(element)
	return element.Value.(*usedKey)
}

// add begins to remember a key. If there is no room, it drops the least recently
// used one that may be forgotten.
func (m *keyMemory) add(key *usedKey, now time.Time) *contract.Error {
	if m.byName == nil {
		m.byName, m.recent = make(map[string]*list.Element), list.New()
	}
	if len(m.byName) >= maxKeys {
		if e := m.makeRoom(now); e != nil {
			return e
		}
	}
	m.byName[key.name] = m.recent.PushFront(key)
	return nil
}

func (m *keyMemory) makeRoom(now time.Time) *contract.Error {
	wait := time.Minute
	for element := m.recent.Back(); element != nil; element = element.Prev() {
		key := element.Value.(*usedKey)
		if key.mayBeForgotten(now) {
			m.drop(key)
			return nil
		}
		if key.calls == 0 {
			wait = min(wait, key.settles.Sub(now))
		}
	}
	return contract.Errorf(contract.ProviderUnreachable,
		"%d calls are under way or may still be executed, and the provider remembers no more keys, so nothing was sent; "+
			"repeat the call later, and find out why the gateway does not answer", maxKeys).
		WithRetryAfter(max(wait, time.Second))
}

// forget drops a key of which nothing is left to remember.
func (m *keyMemory) forget(key *usedKey) {
	if key.calls == 0 && key.made == "" && !key.attempt.Unknown() {
		m.drop(key)
	}
}

func (m *keyMemory) drop(key *usedKey) {
	if element := m.byName[key.name]; element != nil && element.Value == key {
		m.recent.Remove(element)
		delete(m.byName, key.name)
	}
}

// elsewhere returns the error of a call whose key is in use in an account that is
// not certainly the same.
func (k *usedKey) elsewhere() *contract.Error {
	what, wait := "was used, and it is unknown what it led to,", time.Minute
	switch {
	case k.calls > 0:
		what, wait = "is in use", time.Second
	case k.made != "":
		what = "was used, and led to something,"
	}
	return contract.NewError(contract.AttemptUnsettled,
		"the key "+what+" with other credentials, maybe of another account; nothing was sent with these. "+
			"Configure those again, and repeat the call or look the key up; or configure both with probe if they are of one account").
		WithRetryAfter(wait).With(k.object, k.made)
}

// widened returns an attempt with the earlier first time and the later unknown
// time of two.
func widened(a, b contract.Attempt) contract.Attempt {
	if a.FirstAt.IsZero() || !b.FirstAt.IsZero() && b.FirstAt.Before(a.FirstAt) {
		a.FirstAt = b.FirstAt
	}
	if b.LastUnknownAt.After(a.LastUnknownAt) {
		a.LastUnknownAt = b.LastUnknownAt
	}
	return a
}
