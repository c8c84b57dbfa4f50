package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
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
// the first exists from the start. It is a [gateway.Gateway], and may be used by
// many goroutines at once.
type Sandbox struct {
	*gateway.Server[*account]

	apiBase               string
	now                   func() time.Time
	log                   *slog.Logger
	dials                 Dials
	maxCharges, maxEvents int
	routes                []route
	templates             *template.Template
	pages                 pageIndex

	mu        sync.Mutex
	strangers journal // requests without a key that opens an account
}

// Name is what the sandbox calls itself in its hello.
const Name = "omise-sandbox"

// New makes a sandbox with its first account. It is to be closed with Close.
// It fails when a dial of options has a word that it does not know.
func New(options *Options) (*Sandbox, error) {
	if options == nil {
		options = &Options{}
	}
	if err := options.Dials.check(); err != nil {
		return nil, fmt.Errorf("dials: %w", err)
	}
	templates, err := template.ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	s := &Sandbox{
		apiBase:    strings.TrimSuffix(options.APIBase, "/"),
		now:        options.Now,
		log:        cmp.Or(options.Log, slog.New(slog.DiscardHandler)),
		dials:      options.Dials,
		maxCharges: orDefault(options.MaxCharges, 200_000),
		maxEvents:  orDefault(options.MaxEvents, 50_000),
		routes:     routes(),
		templates:  templates,
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.Server, err = gateway.NewServer(&gateway.ServerConfig{
		Name: Name, Features: gateway.AllFeatures(), Sign: webhookHeaders, CheckWebhookURL: checkWebhookURL,
	}, s.newAccount, &gateway.ServerOptions{
		BaseURL: s.apiBase, Seed: options.Seed, WebhookURL: options.WebhookURL,
		RetryDelays:    []time.Duration{}, // one try: the dashboard delivers an event again
		WebhookTimeout: 10 * time.Second, Transport: options.Transport,
		MaxAccounts: orDefault(options.MaxAccounts, 1000), Now: s.now, Logger: s.log,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func orDefault(given, absent int) int {
	if given <= 0 {
		return absent
	}
	return given
}

// checkWebhookURL takes addresses that the sandbox will not reach, too: then the
// event says so.
func checkWebhookURL(address string) error {
	if !isEndpoint(address) {
		return errors.New("the webhook URL is not an absolute http or https URL")
	}
	return nil
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

// Credentials are an account's keys. They open nothing but the sandbox.
type Credentials struct {
	SecretKey     string `json:"secret_key"`
	PublicKey     string `json:"public_key"`
	WebhookSecret string `json:"webhook_secret"`
}

// Credentials returns those of the first account.
func (s *Sandbox) Credentials() Credentials {
	first := s.Connection().Credentials
	return Credentials{SecretKey: first["secret_key"], PublicKey: first["public_key"], WebhookSecret: first["webhook_secret"]}
}

// Ready implements [gateway.Running]: it is the line that the program prints.
func (s *Sandbox) Ready(manage string) any {
	return &struct {
		gateway.Ready

		API string `json:"api"`
		Credentials
	}{gateway.Ready{Protocol: gateway.Protocol, Manage: manage}, s.apiBase, s.Credentials()}
}

// RotateWebhookSecret gives the account of that name a new webhook secret.
// For 24 hours, by the account's clock, webhooks bear the signatures of both.
// It fails with gateway.ErrNotFound when there is no such account.
func (s *Sandbox) RotateWebhookSecret(name string) error {
	a, err := s.ByName(name)
	if err != nil {
		return err
	}
	a.Lock()
	defer a.Unlock()
	a.rotate()
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
	a, err := s.ByName(name)
	if err != nil {
		return err
	}
	turned := *dials
	a.Lock()
	defer a.Unlock()
	a.dials = &turned
	a.tell()
	return nil
}
