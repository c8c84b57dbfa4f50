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

// ServerConfig describes a sandbox: what does not depend on who runs it.
type ServerConfig struct {
	Name     string // such as "memory-sandbox"
	Features []Feature
	Never    []Feature // what of the others the gateway itself never does

	// BaseURL is the default of BaseURL of [ServerOptions].
	BaseURL string

	// KeyPrefix is the prefix of secret keys, such as "sk_test_".
	KeyPrefix string

	// SecretKey and WebhookSecret are those of the first account, for use by hand.
	// They are public and give access to nothing real. Empty: random, like those of
	// all other accounts.
	SecretKey, WebhookSecret string

	// FailureCode is the gateway's usual failure code of a payment.
	FailureCode string

	// Sign returns the headers of a webhook, without Content-Type: signed for the
	// time at with each of the secrets, or unsigned if there are none. Required.
	// See [TimedSignature].
	Sign func(body []byte, at time.Time, secrets []string) [][2]string

	// CheckWebhookURL returns why webhooks cannot be sent to an address, or nil if
	// they can. nil: they can be sent to loopback addresses only.
	CheckWebhookURL func(address string) error
}

// ServerOptions configures a [Server]. The zero value is valid.
type ServerOptions struct {
	// BaseURL is the URL of the gateway's API, absolute and without a slash at the
	// end. Links for payers begin with it. Empty: that of [ServerConfig].
	BaseURL string

	// Seed is that of the first account, as in [ScopeSpec].
	Seed string

	// WebhookURL is where the first account's webhooks are sent. Empty: nowhere.
	WebhookURL string

	// RetryDelays are the waits before a webhook is sent again. nil: 1 s, 5 s,
	// 30 s.
	RetryDelays []time.Duration

	// WebhookTimeout bounds one delivery, until the receiver has answered. 0: 5 s.
	WebhookTimeout time.Duration

	// Transport sends webhooks. nil: one that connects to loopback only.
	Transport http.RoundTripper

	// MaxAccounts is how many accounts may be open at once. 0: 2,000.
	MaxAccounts int

	// Now returns the time of the real clock, from which each account's clock
	// derives. nil: time.Now.
	Now func() time.Time

	// Logger logs webhooks that are not sent any more. nil: nothing is logged.
	Logger *slog.Logger
}

// Server is the part that sandboxes written in Go share, whatever gateway they
// imitate: accounts with a clock, ids, credentials and a lock, the delivery of their
// webhooks, and gwctl/1. A sandbox embeds it and adds a method Handler. Server
// implements [Gateway] and is safe for concurrent use.
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

// NewServer returns a Server with one account, named s1. Close must be called when
// it is no longer needed. newAccount returns the sandbox's own type of account,
// which embeds the given [AccountBase]. It may set the exported fields of that, and
// must not use the Server.
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

// open opens an account.
func (s *Server[A]) open(spec *ScopeSpec) (*AccountBase, error) {
	if err := s.checkWebhookURL(spec.WebhookURL); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byName) >= s.maxAccounts {
		return nil, fmt.Errorf("too many accounts are open: %d; close some scopes first", s.maxAccounts)
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

// newBase returns an AccountBase with random credentials. They never depend on the
// seed; the ids of the account's objects do.
func (s *Server[A]) newBase(seed, webhookURL string) *AccountBase {
	config, random := s.core.config, NewIDGenerator("", "")
	base := &AccountBase{
		Name: "s" + strconv.Itoa(s.opened+1), Seed: seed,
		SecretKey: random.ID(config.KeyPrefix), WebhookSecret: random.ID(webhookPrefix), PreviousSecret: random.ID(webhookPrefix),
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

// ByName returns the open account with the name, or [ErrNotFound].
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

// ByKey returns the open account with the secret or public key, and whether there
// is one.
func (s *Server[A]) ByKey(key string) (A, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.byKey[key]
	return a, ok
}

// ByBearer returns the open account whose key the request has in its header
// "Authorization: Bearer KEY", and whether there is one.
func (s *Server[A]) ByBearer(r *http.Request) (A, bool) {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, known := s.ByKey(key)
	return a, found && known
}

// Accounts returns the open accounts in the order in which they were opened.
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
	return &Hello{Protocol: Protocol, Name: s.core.config.Name, Features: slices.Clone(s.core.config.Features), Never: slices.Clone(s.core.config.Never)}, nil
}

// NewScope implements [Gateway].
func (s *Server[A]) NewScope(_ context.Context, spec *ScopeSpec) (Scope, error) {
	base, err := s.open(cmp.Or(spec, &ScopeSpec{}))
	if err != nil {
		return nil, err
	}
	return s.scope(base), nil
}

// FindScope returns the scope of the open account with the name, or [ErrNotFound].
// [Handler] uses it for the first account, which was not opened through gwctl/1.
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

// ManagementHandler returns a [Handler] of this sandbox.
func (s *Server[A]) ManagementHandler() http.Handler { return Handler(s) }

// Connection returns the connection of the first account.
func (s *Server[A]) Connection() *Connection { return s.first.connection() }

// Close stops the delivery of webhooks and waits for those in flight. The accounts
// still answer requests.
func (s *Server[A]) Close() {
	s.ending.Do(func() { close(s.stop) })
	<-s.stopped
	s.core.sender.close()
}

// Done returns a channel that Close closes.
func (s *Server[A]) Done() <-chan struct{} { return s.stop }

func (s *Server[A]) bases() []*AccountBase {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Collect(maps.Values(s.byName))
}

// watchClocks applies once a second what is due in each account, and sends webhooks
// that are held back, so that this does not wait for the next request.
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
