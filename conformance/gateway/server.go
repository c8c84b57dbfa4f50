package gateway

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ServerConfig is what a gateway's sandbox is, whoever runs it.
type ServerConfig struct {
	Name     string // of the sandbox, such as "memory-sandbox"
	Features []Feature

	// BaseURL is the default of [ServerOptions].
	BaseURL string

	// KeyPrefix begins secret keys, such as "sk_test_".
	KeyPrefix string

	// SecretKey and WebhookSecret are the first account's, for trying things by
	// hand. They are public and open nothing real. Empty: drawn by chance, as
	// those of all others.
	SecretKey, WebhookSecret string

	// FailureCode is the gateway's usual word for why a payment failed.
	FailureCode string

	// Sign is how the gateway signs webhooks. Required.
	Sign Sign

	// CheckWebhookURL says why webhooks cannot go to an address. nil: they go to
	// loopback only.
	CheckWebhookURL func(address string) error
}

// ServerOptions are those of whoever runs a sandbox. The zero value is the
// default.
type ServerOptions struct {
	// BaseURL is where the gateway's API answers, absolute and without a slash at
	// the end. Links for payers begin with it. Empty: the sandbox's own default.
	BaseURL string

	// Seed is the first account's, as in [ScopeSpec].
	Seed string

	// WebhookURL is where the first account's webhooks go. Empty: nowhere.
	WebhookURL string

	// RetryDelays are the waits before a webhook is sent again. nil: 1 s, 5 s,
	// 30 s.
	RetryDelays []time.Duration

	// WebhookTimeout bounds the wait for a receiver's answer. 0: 5 s.
	WebhookTimeout time.Duration

	// Transport delivers webhooks. nil: one that reaches loopback only.
	Transport http.RoundTripper

	// MaxAccounts is how many accounts are open at once. 0: 2,000.
	MaxAccounts int

	// Now is the real clock; each account has its own on top of it. nil:
	// time.Now.
	Now func() time.Time

	// Logger is told of webhooks that were given up. nil: discarded.
	Logger *slog.Logger
}

// Server is what sandboxes written in Go share, whatever gateway they imitate:
// accounts with a clock, ids, credentials and a lock, their webhooks, and gwctl/1.
// A sandbox embeds it and adds a Handler. It implements [Gateway], and may be used
// by many goroutines at once.
type Server[A Account] struct {
	core        *serverCore
	newAccount  func(*AccountBase) A
	maxAccounts int
	first       *AccountBase

	stop    chan struct{}
	stopped chan struct{}
	ending  sync.Once

	mu     sync.RWMutex
	opened int
	byName map[string]*AccountBase
	byKey  map[string]A
}

// serverCore is the part of a Server that its accounts use.
type serverCore struct {
	config  *ServerConfig
	baseURL string
	now     func() time.Time
	sender  *webhookSender
}

// NewServer starts with one account. Close ends it. The function makes the
// sandbox's own account of what all accounts have; it may change what that is
// made of, and must not use the Server.
func NewServer[A Account](config *ServerConfig, newAccount func(*AccountBase) A, options *ServerOptions) (*Server[A], error) {
	if options == nil {
		options = &ServerOptions{}
	}
	s := &Server[A]{
		core: &serverCore{
			config: config, baseURL: cmp.Or(options.BaseURL, config.BaseURL),
			now: options.Now, sender: newWebhookSender(options),
		},
		newAccount: newAccount, maxAccounts: cmp.Or(options.MaxAccounts, 2_000),
		stop: make(chan struct{}), stopped: make(chan struct{}),
		byName: make(map[string]*AccountBase), byKey: make(map[string]A),
	}
	if s.core.now == nil {
		s.core.now = time.Now
	}
	var err error
	s.first, err = s.open(&ScopeSpec{Seed: options.Seed, WebhookURL: options.WebhookURL})
	if err != nil {
		s.core.sender.close()
		return nil, err
	}
	go s.watchClocks()
	return s, nil
}

// open makes an account, which can be found from now on.
func (s *Server[A]) open(spec *ScopeSpec) (*AccountBase, error) {
	if err := s.checkWebhookURL(spec.WebhookURL); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byName) >= s.maxAccounts {
		return nil, fmt.Errorf("too many accounts are open, %d; close some scopes first", s.maxAccounts)
	}
	base := s.newBase(spec.Seed, spec.WebhookURL)
	account := s.newAccount(base)
	for n := 2; s.taken(base) && n < s.maxAccounts; n++ { // another account of this seed is open
		base = s.newBase(spec.Seed+" "+strconv.Itoa(n), spec.WebhookURL)
		account = s.newAccount(base)
	}
	base.own = account
	s.opened++
	s.byName[base.Name] = base
	s.byKey[base.SecretKey] = account
	if base.PublicKey != "" {
		s.byKey[base.PublicKey] = account
	}
	return base, nil
}

func (s *Server[A]) taken(base *AccountBase) bool {
	_, taken := s.byKey[base.SecretKey]
	return taken
}

func (s *Server[A]) checkWebhookURL(address string) error {
	if address == "" {
		return nil
	}
	if !slices.Contains(s.core.config.Features, FeatureWebhookDeliver) {
		return fmt.Errorf("webhook_url: %w", ErrUnsupported)
	}
	check := s.core.config.CheckWebhookURL
	if check == nil {
		check = checkLoopbackURL
	}
	if err := check(address); err != nil {
		return badRequest("webhook_url: %v", err)
	}
	return nil
}

const webhookPrefix = "whsec_"

// newBase draws credentials, which never follow from the seed. The ids of what
// will be in the account do.
func (s *Server[A]) newBase(seed, webhookURL string) *AccountBase {
	config, drawn := s.core.config, NewIDGenerator("", "")
	base := &AccountBase{
		Name: "s" + strconv.Itoa(s.opened+1), Seed: seed,
		SecretKey: drawn.ID(config.KeyPrefix), WebhookSecret: drawn.ID(webhookPrefix), PreviousSecret: drawn.ID(webhookPrefix),
		WebhookURL: webhookURL, IDs: NewIDGenerator(config.Name, seed), server: s.core, opened: s.core.now(),
	}
	if s.opened == 0 {
		base.SecretKey = cmp.Or(config.SecretKey, base.SecretKey)
		base.WebhookSecret = cmp.Or(config.WebhookSecret, base.WebhookSecret)
	}
	return base
}

func (s *Server[A]) forget(a *AccountBase) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byName, a.Name)
	delete(s.byKey, a.SecretKey)
	delete(s.byKey, a.PublicKey)
}

// ByName finds an open account; ErrNotFound if there is none of that name.
func (s *Server[A]) ByName(name string) (A, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	base, ok := s.byName[name]
	if !ok {
		var none A
		return none, notFound(name)
	}
	return s.byKey[base.SecretKey], nil
}

// ByKey finds an open account by its secret key, or its public one.
func (s *Server[A]) ByKey(key string) (A, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.byKey[key]
	return a, ok
}

// ByBearer finds the open account whose key a request bears, as in
// "Authorization: Bearer sk_test_...".
func (s *Server[A]) ByBearer(r *http.Request) (A, bool) {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, known := s.ByKey(key)
	return a, found && known
}

// Accounts returns the open accounts, the first opened first.
func (s *Server[A]) Accounts() []A {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := slices.SortedFunc(maps.Keys(s.byName), func(a, b string) int { // s2 before s10
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	accounts := make([]A, 0, len(names))
	for _, name := range names {
		accounts = append(accounts, s.byKey[s.byName[name].SecretKey])
	}
	return accounts
}

// Hello implements [Gateway].
func (s *Server[A]) Hello(context.Context) (*Hello, error) {
	return &Hello{Protocol: Protocol, Name: s.core.config.Name, Features: slices.Clone(s.core.config.Features)}, nil
}

// NewScope implements [Gateway].
func (s *Server[A]) NewScope(_ context.Context, spec *ScopeSpec) (Scope, error) {
	base, err := s.open(cmp.Or(spec, &ScopeSpec{}))
	if err != nil {
		return nil, err
	}
	return s.scope(base), nil
}

// FindScope returns the open account of that name as the tester sees it.
// [Handler] uses it for the first account, which no tester has asked for.
func (s *Server[A]) FindScope(name string) (Scope, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	base, ok := s.byName[name]
	if !ok {
		return nil, notFound(name)
	}
	return s.scope(base), nil
}

func (s *Server[A]) scope(base *AccountBase) *accountScope {
	return &accountScope{base: base, forget: func() { s.forget(base) }}
}

// ManagementHandler serves gwctl/1.
func (s *Server[A]) ManagementHandler() http.Handler { return Handler(s) }

// Connection describes the first account.
func (s *Server[A]) Connection() *Connection { return s.first.Connection() }

// Close ends deliveries and waits for those in flight. Requests are answered
// still, but no webhook is sent any more.
func (s *Server[A]) Close() {
	s.ending.Do(func() { close(s.stop) })
	<-s.stopped
	s.core.sender.close()
}

// Done is closed when Close was called.
func (s *Server[A]) Done() <-chan struct{} { return s.stop }

func (s *Server[A]) bases() []*AccountBase {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Collect(maps.Values(s.byName))
}

// watchClocks lets what is due happen, and webhooks go out, though nobody asks.
func (s *Server[A]) watchClocks() {
	defer close(s.stopped)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
			for _, base := range s.bases() {
				base.Lock()
				if !base.closed {
					base.own.Flush()
				}
				base.Unlock()
			}
		}
	}
}
