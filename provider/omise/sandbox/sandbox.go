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

// Options are the settings of a sandbox. The zero value of every field means its
// default.
type Options struct {
	// ServerOptions are those of every sandbox, with other defaults here. BaseURL:
	// links lead to the host of each request. Seed: the keys of the first account
	// are fixed and public, its ids random. RetryDelays: none, since Omise sends a
	// webhook once, and again from its dashboard. WebhookTimeout: 10 s.
	// MaxAccounts: 1,000.
	gateway.ServerOptions

	// Dials are those of every new account.
	Dials Dials

	// MaxCharges is how many charges an account keeps; the oldest are dropped
	// first. It bounds sources and refunds too. 0: 200,000.
	MaxCharges int

	// MaxEvents is the same for events. 0: 50,000.
	MaxEvents int
}

// A Sandbox imitates Omise's API for any number of test accounts; the first one
// exists from the start. It implements [gateway.Gateway], and may be used
// concurrently.
type Sandbox struct {
	*gateway.Server[*account]

	options   Options // with the defaults filled in
	routes    []route
	templates *template.Template
	pages     pageIndex

	mu          sync.Mutex
	unknownKeys journal // requests without the key of an account
}

// Name is what the sandbox calls itself in its hello.
const Name = "omise-sandbox"

// New starts a sandbox with one account. Close ends it. It fails if a dial has an
// unknown value. options may be nil.
func New(options *Options) (*Sandbox, error) {
	s := &Sandbox{routes: routes()}
	if options != nil {
		s.options = *options
	}
	if err := s.options.Dials.check(); err != nil {
		return nil, fmt.Errorf("dials: %w", err)
	}
	var err error
	if s.templates, err = template.ParseFS(pageFiles, "page/*.html"); err != nil {
		return nil, fmt.Errorf("reading the pages: %w", err)
	}
	s.options.setDefaults()
	s.Server, err = gateway.NewServer(&gateway.ServerConfig{
		Name: Name, Features: gateway.AllFeatures(), Sign: webhookHeaders, CheckWebhookURL: checkWebhookURL,
	}, s.newAccount, &s.options.ServerOptions)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (o *Options) setDefaults() {
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	o.MaxCharges = cmp.Or(max(o.MaxCharges, 0), 200_000)
	o.MaxEvents = cmp.Or(max(o.MaxEvents, 0), 50_000)
	o.MaxAccounts = cmp.Or(max(o.MaxAccounts, 0), 1000)
	o.WebhookTimeout = cmp.Or(o.WebhookTimeout, 10*time.Second)
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	if o.RetryDelays == nil {
		o.RetryDelays = []time.Duration{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// checkWebhookURL also accepts addresses that the sandbox does not deliver to; the
// event then records why.
func checkWebhookURL(address string) error {
	if !isEndpoint(address) {
		return errors.New("the webhook URL must be an absolute http or https URL")
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

// base returns the URL that links begin with.
func (s *Sandbox) base(r *http.Request) string {
	if s.options.BaseURL != "" {
		return s.options.BaseURL
	}
	return "http://" + r.Host
}

// Credentials are an account's keys. They are valid in the sandbox only.
type Credentials struct {
	SecretKey     string `json:"secret_key"`
	PublicKey     string `json:"public_key"`
	WebhookSecret string `json:"webhook_secret"`
}

// Credentials returns the keys of the first account.
func (s *Sandbox) Credentials() Credentials {
	first := s.Connection().Credentials
	return Credentials{SecretKey: first["secret_key"], PublicKey: first["public_key"], WebhookSecret: first["webhook_secret"]}
}

// Ready implements [gateway.Running]. It returns the line that the program prints
// when it is ready.
func (s *Sandbox) Ready(manage string) any {
	return &struct {
		gateway.Ready

		API string `json:"api"`
		Credentials
	}{gateway.Ready{Protocol: gateway.Protocol, Manage: manage}, s.options.BaseURL, s.Credentials()}
}

// RotateWebhookSecret replaces the webhook secret of the account of that name. For
// 24 hours, by the account's clock, webhooks are signed with both secrets. It
// fails with gateway.ErrNotFound if there is no such account.
func (s *Sandbox) RotateWebhookSecret(name string) error {
	a, err := s.ByName(name)
	if err != nil {
		return err
	}
	a.Lock()
	defer a.Unlock()
	a.rotateSecret()
	return nil
}

// SetDials replaces the dials of the account of that name. The first account is
// named s1; gateway.Connection has the names of the others. It fails with
// gateway.ErrNotFound if there is no such account, and if a dial has an unknown
// value.
func (s *Sandbox) SetDials(name string, dials *Dials) error {
	if err := dials.check(); err != nil {
		return fmt.Errorf("dials: %w", err)
	}
	a, err := s.ByName(name)
	if err != nil {
		return err
	}
	a.Lock()
	defer a.Unlock()
	a.dials = dials.clone()
	a.notify()
	return nil
}
