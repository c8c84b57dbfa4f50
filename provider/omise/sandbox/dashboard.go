package sandbox

import (
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

// shown is how many of each list the dashboard shows.
const shown = 50

// dashboard serves the pages with which a tester looks at accounts and plays
// payer, time and Omise's own people.
func (s *Sandbox) dashboard() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showAccounts)
	mux.HandleFunc("POST /accounts", s.openByHand)
	mux.HandleFunc("GET /accounts/{account}", s.showAccount)
	mux.HandleFunc("GET /accounts/{account}/live", s.streamChanges)
	mux.HandleFunc("POST /accounts/{account}/charges", s.byHand(createByHand))
	mux.HandleFunc("POST /accounts/{account}/charges/{charge}", s.byHand(moveByHand))
	mux.HandleFunc("POST /accounts/{account}/charges/{charge}/refunds", s.byHand(refundByHand))
	mux.HandleFunc("POST /accounts/{account}/events/{event}", s.byHand(deliverByHand))
	mux.HandleFunc("POST /accounts/{account}/clock", s.byHand(advanceByHand))
	mux.HandleFunc("POST /accounts/{account}/dials", s.byHand(dialByHand))
	mux.HandleFunc("POST /accounts/{account}/rotation", s.byHand(rotateByHand))
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

// An accountsPage is the dashboard's front.
type accountsPage struct {
	API       string
	Accounts  []string
	Strangers []entry
}

func (s *Sandbox) showAccounts(w http.ResponseWriter, _ *http.Request) {
	p := &accountsPage{API: s.apiBase}
	for _, a := range s.Accounts() {
		p.Accounts = append(p.Accounts, a.Name)
	}
	s.mu.Lock()
	p.Strangers = newest(s.strangers.entries)
	s.mu.Unlock()
	s.writePage(w, http.StatusOK, "accounts.html", p)
}

func newest[T any](all []T) []T {
	latest := slices.Clone(all[max(0, len(all)-shown):])
	slices.Reverse(latest)
	return latest
}

func (s *Sandbox) openByHand(w http.ResponseWriter, r *http.Request) {
	opened, err := s.NewScope(r.Context(), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	http.Redirect(w, r, "/accounts/"+opened.Connection().Scope, http.StatusSeeOther)
}

// An accountPage is what the dashboard shows of one account.
type accountPage struct {
	API, Name, SecretKey, PublicKey, WebhookSecret, WebhookURI, Merchant, Version, Clock string
	Dials                                                                                string
	Charges                                                                              []chargeRow
	Events                                                                               []eventRow
	Requests                                                                             []entry
	Total                                                                                int
}

type chargeRow struct {
	ID, Amount, Status, Failure, Description, Created, Left string
	Page                                                    template.URL
	Pending, Failed, Refundable                             bool
	Refunds                                                 []string
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
		API: a.sandbox.apiBase, Name: a.Name, SecretKey: a.SecretKey, PublicKey: a.PublicKey,
		WebhookSecret: a.WebhookSecret, WebhookURI: a.WebhookURL, Merchant: a.dials.merchant(),
		Version: string(a.dials.version()), Clock: timestamp(a.second()),
		Requests: newest(a.journal.entries), Total: len(a.charges.items),
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
		ID: c.id, Amount: c.currency + " " + decimal(c.amount), Status: string(c.status), Failure: c.failureCode,
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

// byHand does something and shows the account again.
func (s *Sandbox) byHand(do func(s *Sandbox, scope gateway.Scope, r *http.Request) error) http.HandlerFunc {
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

func createByHand(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	amount, err := strconv.ParseInt(r.PostFormValue("amount"), 10, 64)
	if err != nil {
		return errors.New("the amount is not a whole number of satang")
	}
	_, err = scope.CreatePayment(r.Context(), gateway.Money{Amount: amount, Currency: "THB"})
	return err
}

func moveByHand(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	return scope.Transition(r.Context(), r.PathValue("charge"), &gateway.Transition{
		To: gateway.State(r.PostFormValue("to")), FailureCode: orElse(r.PostFormValue("failure_code"), "payment_rejected"),
	})
}

func refundByHand(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	amount, err := strconv.ParseInt(r.PostFormValue("amount"), 10, 64)
	if err != nil {
		return errors.New("the amount is not a whole number of satang")
	}
	_, err = scope.CreateRefund(r.Context(), r.PathValue("charge"), gateway.Money{Amount: amount})
	return err
}

// deliverByHand sends an event once more.
func deliverByHand(s *Sandbox, _ gateway.Scope, r *http.Request) error {
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
		return errors.New("the account has no webhook address")
	}
	a.outbox.plan(e, a.WebhookURL)
	a.Flush()
	return nil
}

func advanceByHand(_ *Sandbox, scope gateway.Scope, r *http.Request) error {
	by, err := time.ParseDuration(r.PostFormValue("by"))
	if err != nil {
		return errors.New("the time is not a duration such as 15m")
	}
	return scope.Advance(r.Context(), by)
}

// dialByHand takes all dials at once: what is not there is as usual again.
func dialByHand(s *Sandbox, _ gateway.Scope, r *http.Request) error {
	dials, err := ReadDials([]byte(r.PostFormValue("dials")))
	if err != nil {
		return err
	}
	return s.TurnDials(r.PathValue("account"), dials)
}

func rotateByHand(s *Sandbox, _ gateway.Scope, r *http.Request) error {
	return s.RotateWebhookSecret(r.PathValue("account"))
}
