package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// maxRows is how many rows of each list the dashboard shows.
const maxRows = 50

// dashboard serves the pages that show accounts and act as the payer, the clock and
// Omise's staff.
func (s *Sandbox) dashboard() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showAccounts)
	mux.HandleFunc("POST /accounts", s.openAccount)
	mux.HandleFunc("GET /accounts/{account}", s.showAccount)
	mux.HandleFunc("GET /accounts/{account}/live", s.streamChanges)
	mux.HandleFunc("POST /accounts/{account}/charges", s.action(createPaymentAction))
	mux.HandleFunc("POST /accounts/{account}/charges/{charge}", s.action(transitionAction))
	mux.HandleFunc("POST /accounts/{account}/charges/{charge}/refunds", s.action(refundAction))
	mux.HandleFunc("POST /accounts/{account}/events/{event}", s.action(redeliverAction))
	mux.HandleFunc("POST /accounts/{account}/clock", s.action(advanceClockAction))
	mux.HandleFunc("POST /accounts/{account}/dials", s.action(setDialsAction))
	mux.HandleFunc("POST /accounts/{account}/rotation", s.action(rotateSecretAction))
	mux.HandleFunc("GET /assets/dashboard.css", func(w http.ResponseWriter, _ *http.Request) {
		serveAsset(w, "dashboard.css", "text/css; charset=utf-8")
	})
	mux.HandleFunc("GET /assets/dashboard.js", func(w http.ResponseWriter, _ *http.Request) {
		serveAsset(w, "dashboard.js", "text/javascript; charset=utf-8")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// accountsPage is the data of the dashboard's first page.
type accountsPage struct {
	API         string
	Accounts    []string
	UnknownKeys []entry
}

func (s *Sandbox) showAccounts(w http.ResponseWriter, _ *http.Request) {
	p := &accountsPage{API: s.options.BaseURL}
	for _, a := range s.Accounts() {
		p.Accounts = append(p.Accounts, a.Name)
	}
	s.mu.Lock()
	p.UnknownKeys = newest(s.unknownKeys.entries)
	s.mu.Unlock()
	s.writePage(w, http.StatusOK, "accounts.html", p)
}

func newest[T any](all []T) []T {
	latest := slices.Clone(all[max(0, len(all)-maxRows):])
	slices.Reverse(latest)
	return latest
}

func (s *Sandbox) openAccount(w http.ResponseWriter, r *http.Request) {
	dials := s.options.Dials.clone()
	if country := r.PostFormValue("country"); country != "" {
		dials.Country, dials.Methods, dials.MethodLimits = country, nil, nil // methods of another country
	}
	opened, err := s.openWith(r.Context(), dials)
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	http.Redirect(w, r, "/accounts/"+opened.Connection().Scope, http.StatusSeeOther)
}

// openWith opens an account with other dials than new accounts have.
func (s *Sandbox) openWith(ctx context.Context, dials *Dials) (gateway.Scope, error) {
	if err := dials.check(); err != nil {
		return nil, fmt.Errorf("dials: %w", err)
	}
	opened, err := s.NewScope(ctx, nil)
	if err != nil {
		return nil, err
	}
	return opened, s.SetDials(opened.Connection().Scope, dials)
}

// accountPage is the data of an account's page.
type accountPage struct {
	API, Name, SecretKey, PublicKey, WebhookSecret, WebhookURI, Merchant, Version, Clock string
	Country, Currency                                                                    string
	Methods                                                                              []string
	Dials                                                                                string
	Charges                                                                              []chargeRow
	Events                                                                               []eventRow
	Requests                                                                             []entry
	Total                                                                                int
}

type chargeRow struct {
	ID, Amount, Method, Status, Failure, Description, Created, Left string
	Page                                                            template.URL
	Pending, Failed, Refundable                                     bool
	Refunds                                                         []string
}

type eventRow struct {
	ID, Key, Charge, Created string
	Deliveries               []string
}

func (s *Sandbox) showAccount(w http.ResponseWriter, r *http.Request) {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	s.writePage(w, http.StatusOK, "account.html", a.overview())
}

func (a *account) overview() *accountPage {
	a.Lock()
	defer a.Unlock()
	p := &accountPage{
		API: a.sandbox.options.BaseURL, Name: a.Name, SecretKey: a.SecretKey, PublicKey: a.PublicKey,
		WebhookSecret: a.WebhookSecret, WebhookURI: a.WebhookURL, Merchant: a.dials.merchant(),
		Version: string(a.dials.version()), Clock: timestamp(a.second()),
		Country: a.dials.country(), Currency: a.dials.currency(),
		Requests: newest(a.journal.entries), Total: len(a.charges.items),
	}
	for _, w := range a.dials.wallets() {
		p.Methods = append(p.Methods, w.kind)
	}
	if dials, err := json.MarshalIndent(a.dials, "", "  "); err == nil {
		p.Dials = string(dials)
	}
	now := a.second()
	for _, c := range newest(a.charges.items) {
		p.Charges = append(p.Charges, rowOf(c, now))
	}
	for _, e := range newest(a.events.items) {
		p.Events = append(p.Events, eventRowOf(e))
	}
	return p
}

func rowOf(c *charge, now time.Time) chargeRow {
	description, _ := c.description.(string)
	row := chargeRow{
		ID: c.id, Amount: c.currency + " " + decimal(c.amount), Method: c.source.kind, Status: string(c.status), Failure: c.failureCode,
		Description: description, Created: timestamp(c.createdAt), Left: strconv.FormatInt(c.amount-c.refunded(), 10),
		Page:    template.URL(c.authorizeURI), //nolint:gosec // the sandbox's own address
		Pending: c.status == statusPending, Failed: c.status == statusFailed, Refundable: c.refundable(now),
	}
	for _, r := range c.refunds {
		text := decimal(r.amount)
		if r.voided {
			text += " (void)"
		}
		row.Refunds = append(row.Refunds, text)
	}
	return row
}

func eventRowOf(e *event) eventRow {
	row := eventRow{ID: e.id, Key: e.key, Charge: e.chargeID, Created: timestamp(e.createdAt)}
	for _, d := range e.deliveries {
		row.Deliveries = append(row.Deliveries, orElse(d.err, strconv.Itoa(d.status)))
	}
	return row
}

// action calls do for a form of the dashboard, and shows the account again.
func (s *Sandbox) action(do func(s *Sandbox, scope gateway.Scope, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		scope, err := s.FindScope(r.PathValue("account"))
		if err == nil {
			err = do(s, scope, r)
		}
		switch {
		case errors.Is(err, gateway.ErrNotFound):
			http.Error(w, err.Error(), http.StatusNotFound)
		case err != nil:
			http.Error(w, err.Error(), http.StatusConflict)
		default:
			http.Redirect(w, r, "/accounts/"+scope.Connection().Scope, http.StatusSeeOther) //nolint:gosec // the name of an account that is open
		}
	}
}

func createPaymentAction(s *Sandbox, _ gateway.Scope, r *http.Request) error {
	amount, err := strconv.ParseInt(r.PostFormValue("amount"), 10, 64)
	if err != nil {
		return errNotWhole
	}
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		return err
	}
	a.Lock()
	defer a.Unlock()
	defer a.Flush()
	_, err = a.makePayment(r.PostFormValue("method"), gateway.Money{Amount: amount, Currency: a.dials.currency()})
	return err
}

var errNotWhole = errors.New("the amount must be a whole number of the currency's smallest unit, such as satang")

func transitionAction(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	return scope.Transition(r.Context(), r.PathValue("charge"), &gateway.Transition{
		To: gateway.State(r.PostFormValue("to")), FailureCode: orElse(r.PostFormValue("failure_code"), "payment_rejected"),
	})
}

func refundAction(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	amount, err := strconv.ParseInt(r.PostFormValue("amount"), 10, 64)
	if err != nil {
		return errNotWhole
	}
	_, err = scope.CreateRefund(r.Context(), r.PathValue("charge"), gateway.Money{Amount: amount})
	return err
}

// redeliverAction sends an event again.
func redeliverAction(s *Sandbox, _ gateway.Scope, r *http.Request) error {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		return err
	}
	a.Lock()
	defer a.Unlock()
	e, ok := a.events.get(r.PathValue("event"))
	if !ok {
		return fmt.Errorf("event %q: %w", r.PathValue("event"), gateway.ErrNotFound)
	}
	if a.WebhookURL == "" {
		return errors.New("the account has no webhook URL; set one first")
	}
	a.queue.add(e, a.WebhookURL)
	a.Flush()
	return nil
}

func advanceClockAction(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	by, err := time.ParseDuration(r.PostFormValue("by"))
	if err != nil {
		return errors.New("the time must be a duration such as 15m")
	}
	return scope.Advance(r.Context(), by)
}

// setDialsAction replaces all dials: those that are absent have their default again.
func setDialsAction(s *Sandbox, _ gateway.Scope, r *http.Request) error {
	dials, err := ReadDials([]byte(r.PostFormValue("dials")))
	if err != nil {
		return err
	}
	return s.SetDials(r.PathValue("account"), dials)
}

func rotateSecretAction(s *Sandbox, _ gateway.Scope, r *http.Request) error {
	return s.RotateWebhookSecret(r.PathValue("account"))
}
