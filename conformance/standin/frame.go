package standin

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Holder is a stand-in's own account, which embeds an [Account].
type Holder interface {
	gateway.Scope

	// Tick lets happen what is due by the account's clock. It takes the
	// account's lock.
	Tick()

	// Base is what an embedded Account gives.
	Base() *Account
}

// Frame holds the open accounts of a stand-in, and delivers their webhooks. It
// may be used by many goroutines at once.
type Frame[A Holder] struct {
	base   string
	outbox *outbox
	stop   chan struct{}
	done   chan struct{}
	ending sync.Once

	mu     sync.RWMutex
	opened int
	byName map[string]A
	byKey  map[string]A
}

// FrameOptions are those of a Frame.
type FrameOptions struct {
	// BaseURL is where the gateway's API answers, absolute and without a slash
	// at the end. Links for payers begin with it.
	BaseURL string

	// RetryDelays are the waits before a webhook is sent again. nil: 1 s, 5 s,
	// 30 s.
	RetryDelays []time.Duration

	// Logger is told of webhooks that were given up. nil: discarded.
	Logger *slog.Logger
}

// NewFrame begins without accounts. Close ends it.
func NewFrame[A Holder](o *FrameOptions) *Frame[A] {
	f := &Frame[A]{
		base: o.BaseURL, outbox: newOutbox(o.RetryDelays, o.Logger),
		stop: make(chan struct{}), done: make(chan struct{}),
		byName: make(map[string]A), byKey: make(map[string]A),
	}
	go f.watchClocks()
	return f
}

// maxAccounts is how many can be open at once.
const maxAccounts = 2_000

// Open gives an account its name, by which it can be found from now on.
func (f *Frame[A]) Open(account A) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.byName) >= maxAccounts {
		return fmt.Errorf("more than %d accounts are open; close some first", maxAccounts)
	}
	f.opened++
	a := account.Base()
	a.Name, a.base, a.outbox = "s"+strconv.Itoa(f.opened), f.base, f.outbox
	a.forget = func() { f.forget(a) }
	f.byName[a.Name], f.byKey[a.SecretKey] = account, account
	return nil
}

func (f *Frame[A]) forget(a *Account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.byName, a.Name)
	delete(f.byKey, a.SecretKey)
}

// Named finds an open account by its name.
func (f *Frame[A]) Named(name string) (A, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	a, ok := f.byName[name]
	return a, ok
}

// Keyed finds an open account by its secret key.
func (f *Frame[A]) Keyed(secretKey string) (A, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	a, ok := f.byKey[secretKey]
	return a, ok
}

// FindScope implements [gateway.ScopeFinder].
func (f *Frame[A]) FindScope(name string) (gateway.Scope, error) {
	if a, ok := f.Named(name); ok {
		return a, nil
	}
	return nil, fmt.Errorf("scope %q: %w", name, gateway.ErrNotFound)
}

// Close ends deliveries and waits for those in flight. Handlers must not be
// used afterwards.
func (f *Frame[A]) Close() {
	f.ending.Do(func() { close(f.stop) })
	<-f.done
	f.outbox.close()
}

// watchClocks lets what is due happen, and webhooks go out, though nobody asks.
func (f *Frame[A]) watchClocks() {
	defer close(f.done)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-f.stop:
			return
		case <-ticker.C:
			for _, a := range f.accounts() {
				a.Tick()
			}
		}
	}
}

func (f *Frame[A]) accounts() []A {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return slices.Collect(maps.Values(f.byName))
}
