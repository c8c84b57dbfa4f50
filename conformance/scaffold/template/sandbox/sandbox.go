package sandbox

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// The credentials of the first account, for trying things by hand. They are
// public and open nothing real.
const (
	FirstSecretKey     = "sk_test_first"
	FirstWebhookSecret = "whsec_first_first" //nolint:gosec // public on purpose
)

// maxAccounts bounds what a test that opens scopes for ever can take.
const maxAccounts = 5_000

// Sandbox is a running stand-in. It implements [gateway.Gateway] and
// [gateway.ScopeFinder], and may be used by many goroutines at once.
type Sandbox struct {
	base  string // where Handler answers, such as http://127.0.0.1:4610
	first *account

	mu     sync.RWMutex
	opened int
	byName map[string]*account
	byKey  map[string]*account
}

// New makes a stand-in with one account, whose API answers at the URL base.
func New(base string) *Sandbox {
	s := &Sandbox{base: base, byName: make(map[string]*account), byKey: make(map[string]*account)}
	s.first, _ = s.open(FirstSecretKey, FirstWebhookSecret) // the first always fits
	return s
}

// FirstConnection says how the first account is reached.
func (s *Sandbox) FirstConnection() *gateway.Connection { return s.first.Connection() }

// Handler serves the API and the payer's page.
func (s *Sandbox) Handler() http.Handler { return newAPI(s) }

// ManagementHandler serves gwctl/1, the tester's hand.
func (s *Sandbox) ManagementHandler() http.Handler { return gateway.Handler(s) }

// Hello says what the stand-in can be asked for. Leave out what yours does not
// do: clauses that need it are then unverified.
func (s *Sandbox) Hello(context.Context) (*gateway.Hello, error) {
	return &gateway.Hello{Protocol: gateway.Protocol, Name: "acme-pay-sandbox", Features: []gateway.Feature{
		gateway.FeatureLedger, gateway.FeatureClock,
		gateway.FeaturePaymentCreate, gateway.FeatureRefundCreate, gateway.FeatureRefund,
		gateway.FeatureTransitionSucceeded, gateway.FeatureTransitionFailed,
		gateway.FeatureTransitionExpired, gateway.FeatureTransitionCanceled,
		gateway.FeatureWebhookBuild, gateway.FeatureWebhookRotation,
	}}, nil
}

// NewScope opens an account with credentials of its own.
func (s *Sandbox) NewScope(context.Context, *gateway.ScopeSpec) (gateway.Scope, error) {
	return s.open("sk_test_"+chance(), "whsec_"+chance())
}

// FindScope gives an open account.
func (s *Sandbox) FindScope(name string) (gateway.Scope, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if a, open := s.byName[name]; open {
		return a, nil
	}
	return nil, fmt.Errorf("scope %q: %w", name, gateway.ErrNotFound)
}

func (s *Sandbox) open(secretKey, webhookSecret string) (*account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byName) >= maxAccounts {
		return nil, fmt.Errorf("more than %d accounts are open; close some first", maxAccounts)
	}
	s.opened++
	a := &account{
		sandbox: s, name: "s" + strconv.Itoa(s.opened),
		secretKey: secretKey, webhookSecret: webhookSecret, previousSecret: "whsec_" + chance(),
	}
	s.byName[a.name], s.byKey[a.secretKey] = a, a
	return a, nil
}

func (s *Sandbox) forget(a *account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName[a.name] != a {
		return fmt.Errorf("scope %q: %w", a.name, gateway.ErrNotFound)
	}
	delete(s.byName, a.name)
	delete(s.byKey, a.secretKey)
	return nil
}

// keyed finds the account of a request by the secret key that it bears.
func (s *Sandbox) keyed(r *http.Request) (*account, bool) {
	secretKey, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, known := s.byKey[secretKey]
	return a, found && known
}

func chance() string { return strings.ToLower(rand.Text()) }
