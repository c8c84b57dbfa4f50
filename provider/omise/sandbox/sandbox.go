package sandbox

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options changes what a sandbox is. The zero value is the default.
type Options struct {
	// APIBase is the absolute URL at which Handler is served; links to pay
	// pages begin with it, and testers learn it from gateway.Connection.
	// Empty: links lead to the host that each request was sent to.
	APIBase string

	// Seed makes keys and ids of the first account repeatable. Empty: its
	// keys are fixed and public, its ids are drawn by chance.
	Seed string

	// WebhookURL is where events of the first account are delivered. Empty:
	// nowhere, until PATCH /account says so.
	WebhookURL string

	// Dials are those of every new account.
	Dials Dials

	// MaxCharges is how many charges an account keeps; the oldest go first.
	// Sources and refunds have the same bound. 0: 200,000.
	MaxCharges int

	// MaxEvents is the same for events. 0: 50,000.
	MaxEvents int

	// MaxAccounts is how many accounts are open at once. 0: 1,000.
	MaxAccounts int

	// Transport delivers webhooks. nil: one that reaches loopback only.
	Transport http.RoundTripper

	// Now is the real clock; each account has its own on top of it. nil:
	// time.Now.
	Now func() time.Time

	// Log gets one line for what a tester may want to know. nil: discarded.
	Log *slog.Logger
}

// A Sandbox imitates Omise's API for any number of test accounts, of which
// the first exists from the start. It may be used by many goroutines at once.
type Sandbox struct {
	apiBase                            string
	now                                func() time.Time
	log                                *slog.Logger
	dials                              Dials
	maxCharges, maxEvents, maxAccounts int
	routes                             []route
	templates                          *template.Template
	strangers                          journal // requests without a key that opens an account; guarded by mu
	deliverer                          *http.Client
	pages                              pageIndex
	first                              *account

	running context.Context //nolint:containedctx // the life of the sandbox, which deliveries end with
	stop    context.CancelFunc
	workers sync.WaitGroup

	mu       sync.RWMutex
	closed   bool
	accounts map[string]*account // by name
	byKey    map[string]*account // by secret and public key
	opened   int
}

// New makes a sandbox with its first account. It is to be closed with Close.
// It fails when a dial of options has a word that it does not know.
func New(options *Options) (*Sandbox, error) {
	if options == nil {
		options = &Options{}
	}
	if err := options.Dials.check(); err != nil {
		return nil, fmt.Errorf("dials: %w", err)
	}
	s := &Sandbox{
		apiBase:     strings.TrimSuffix(options.APIBase, "/"),
		now:         options.Now,
		log:         options.Log,
		dials:       options.Dials,
		maxCharges:  orDefault(options.MaxCharges, 200_000),
		maxEvents:   orDefault(options.MaxEvents, 50_000),
		maxAccounts: orDefault(options.MaxAccounts, 1000),
		routes:      routes(),
		deliverer:   newDeliverer(options.Transport),
		accounts:    make(map[string]*account),
		byKey:       make(map[string]*account),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	templates, err := template.ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	s.templates = templates
	s.running, s.stop = context.WithCancel(context.Background())
	if err := s.openFirst(options); err != nil {
		return nil, err
	}
	s.work(s.keepTime)
	return s, nil
}

// The first account's keys are the same in every sandbox, so that a tutorial
// can be pasted; its ids are not, because a merchant's database must not meet
// the ids of yesterday's sandbox again.
const firstAccountSeed = "the first account of every sandbox"

func (s *Sandbox) openFirst(options *Options) error {
	o := &opening{keySeed: firstAccountSeed, webhookURI: options.WebhookURL, dials: options.Dials}
	if options.Seed != "" {
		o.keySeed, o.idSeed = options.Seed+" keys", options.Seed
	}
	if options.WebhookURL != "" && !isEndpoint(options.WebhookURL) {
		return errors.New("the webhook URL is not an absolute http or https URL")
	}
	first, err := s.open(o)
	s.first = first
	return err
}

func orDefault(given, absent int) int {
	if given <= 0 {
		return absent
	}
	return given
}

// errTooManyAccounts is told to testers who never close their scopes.
var errTooManyAccounts = errors.New("too many accounts are open; close some scopes first")

func (s *Sandbox) open(o *opening) (*account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.accounts) >= s.maxAccounts {
		return nil, errTooManyAccounts
	}
	s.opened++
	name := fmt.Sprintf("s%d", s.opened)
	a := s.newAccount(name, o)
	for n := 2; s.byKey[a.secretKey] != nil; n++ { // another account of this seed is open
		next := *o
		next.keySeed, next.idSeed = fmt.Sprint(o.keySeed, " ", n), fmt.Sprint(o.idSeed, " ", n)
		a = s.newAccount(name, &next)
	}
	s.accounts[a.name] = a
	s.byKey[a.secretKey] = a
	s.byKey[a.publicKey] = a
	return a, nil
}

func (s *Sandbox) close(a *account) {
	s.mu.Lock()
	delete(s.accounts, a.name)
	delete(s.byKey, a.secretKey)
	delete(s.byKey, a.publicKey)
	s.mu.Unlock()

	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	a.outbox.planned, a.outbox.waiting, a.outbox.queue = nil, nil, nil
	for _, c := range a.charges.items {
		s.pages.drop(c.reference)
	}
}

func (s *Sandbox) accountOf(key string) *account {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byKey[key]
}

// all gives the open accounts, in no order.
func (s *Sandbox) all() []*account {
	s.mu.RLock()
	defer s.mu.RUnlock()
	accounts := make([]*account, 0, len(s.accounts))
	for _, a := range s.accounts {
		accounts = append(accounts, a)
	}
	return accounts
}

// keepTime ends unpaid charges also when nobody asks for them.
func (s *Sandbox) keepTime() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-s.running.Done():
			return
		case <-ticker.C:
			for _, a := range s.all() {
				a.mu.Lock()
				a.tick()
				a.post()
				a.mu.Unlock()
			}
		}
	}
}

// Handler serves Omise's API and the pay pages.
func (s *Sandbox) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPagePath(r.URL.Path) {
			s.servePage(w, r)
			return
		}
		s.serveAPI(w, r)
	})
}

// base is where links lead.
func (s *Sandbox) base(r *http.Request) string {
	if s.apiBase != "" {
		return s.apiBase
	}
	return "http://" + r.Host
}

// Close ends deliveries and waits for what is under way. The handlers answer
// on, but no webhook is sent any more.
func (s *Sandbox) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.workers.Wait()
}

// work runs something that Close waits for, unless Close was called.
func (s *Sandbox) work(do func()) (begun bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return false
	}
	s.workers.Go(do)
	return true
}

// Credentials are an account's keys. They open nothing but the sandbox.
type Credentials struct {
	SecretKey     string `json:"secret_key"`
	PublicKey     string `json:"public_key"`
	WebhookSecret string `json:"webhook_secret"`
}

// Credentials gives those of the first account.
func (s *Sandbox) Credentials() Credentials {
	s.first.mu.Lock()
	defer s.first.mu.Unlock()
	return Credentials{
		SecretKey: s.first.secretKey, PublicKey: s.first.publicKey, WebhookSecret: s.first.secrets.current,
	}
}

// RotateWebhookSecret gives the account of that name a new webhook secret.
// For 24 hours, by the account's clock, webhooks bear the signatures of both.
// It fails with gateway.ErrNotFound when there is no such account.
func (s *Sandbox) RotateWebhookSecret(name string) error {
	a, err := s.named(name)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.secrets.rotate(a.keys.webhookSecret(), a.clock.now())
	return nil
}

// TurnDials replaces the dials of the account of that name while it runs. The
// first account is named s1; gateway.Connection names the others. It fails
// with gateway.ErrNotFound when there is no such account, and when a dial has
// a word that it does not know.
func (s *Sandbox) TurnDials(name string, dials *Dials) error {
	if err := dials.check(); err != nil {
		return fmt.Errorf("dials: %w", err)
	}
	a, err := s.named(name)
	if err != nil {
		return err
	}
	turned := *dials
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dials = &turned
	a.tell()
	return nil
}
