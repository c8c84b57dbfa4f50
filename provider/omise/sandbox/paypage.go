package sandbox

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed page
var pageFiles embed.FS

// pageIndex finds the account of a pay page, since the payer has no key.
type pageIndex struct{ accounts sync.Map }

func (i *pageIndex) put(reference string, a *account) { i.accounts.Store(reference, a) }
func (i *pageIndex) drop(reference string)            { i.accounts.Delete(reference) }

func (i *pageIndex) get(reference string) *account {
	found, _ := i.accounts.Load(reference)
	a, _ := found.(*account)
	return a
}

func isPagePath(path string) bool {
	return strings.HasPrefix(path, "/offsites/") || strings.HasPrefix(path, "/payments/") || path == "/assets/pay.css"
}

// payPage is the data of the template.
type payPage struct {
	Title, Merchant, Wallet, Description, Amount, Converted string
	Until, Ended, Charge                                    string
	Open                                                    bool
	ReturnURI                                               template.URL
}

// servePage serves the payer: GET shows the page, POST takes the payer's decision
// and redirects to the shop.
func (s *Sandbox) servePage(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header(), "")
	if r.URL.Path == "/assets/pay.css" {
		serveAsset(w, "pay.css", "text/css; charset=utf-8")
		return
	}
	reference, ok := pageReference(r.URL.Path)
	a := s.pages.get(reference)
	if !ok || a == nil {
		s.writePage(w, http.StatusNotFound, "gone.html", nil)
		return
	}
	recorder := &statusRecorder{ResponseWriter: w}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		a.showPayPage(recorder, reference)
	case http.MethodPost:
		a.submitPayPage(recorder, r, reference)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		s.writePage(recorder, http.StatusMethodNotAllowed, "gone.html", nil)
	}
	a.logRequest(r, &reply{status: recorder.status, at: a.timeNow()})
	a.flushNow()
}

// statusRecorder keeps the status for the journal.
type statusRecorder struct {
	http.ResponseWriter

	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

func (a *account) timeNow() time.Time {
	a.Lock()
	defer a.Unlock()
	return a.Now()
}

// pageReference returns the reference in "/offsites/ofsp_.../pay" and
// "/payments/pay2_.../authorize".
func pageReference(path string) (reference string, ok bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 4 {
		return "", false
	}
	switch parts[1] + " " + parts[3] {
	case "offsites pay", "payments authorize":
		return parts[2], true
	}
	return "", false
}

func (a *account) showPayPage(w http.ResponseWriter, reference string) {
	a.Lock()
	defer a.Unlock()
	c, ok := a.byReference[reference]
	if !ok {
		a.sandbox.writePage(w, http.StatusNotFound, "gone.html", nil)
		return
	}
	a.setPageHeaders(w.Header(), c)
	a.sandbox.writePage(w, http.StatusOK, "pay.html", a.payPage(c))
}

func (a *account) payPage(c *charge) *payPage {
	description, _ := c.description.(string)
	return &payPage{
		Title: "Pay", Merchant: a.dials.merchant(), Wallet: walletOf(c.source.kind).label, Description: description, Charge: c.id,
		Amount: c.currency + " " + decimal(c.amount), Converted: converted(c),
		Until:     c.dueAt.In(a.dials.zone()).Format("2 January 2006 15:04 (MST)"),
		Open:      c.status == statusPending,
		Ended:     ended(c.status),
		ReturnURI: template.URL(c.returnURI), //nolint:gosec // isReturnURI refuses schemes that a browser runs
	}
}

// ended returns how a payment ended; empty while it is pending.
func ended(status chargeStatus) string {
	return map[chargeStatus]string{
		statusSuccessful: "This payment has been made. There is nothing more to do.",
		statusFailed:     "This payment was not made. To try again, start from the shop.",
		statusExpired:    "The time for this payment is over. To try again, start from the shop.",
		statusReversed:   "This payment was canceled.",
	}[status]
}

// submitPayPage takes the payer's decision, which is final. A second, equal one
// redirects to the shop again; another one shows how the payment ended.
func (a *account) submitPayPage(w http.ResponseWriter, r *http.Request, reference string) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	outcome, code := r.PostFormValue("outcome"), r.PostFormValue("failure_code")
	status, shown := a.decided(w.Header(), reference, outcome, code)
	a.flushBefore(r)
	switch status {
	case http.StatusNotFound:
		a.sandbox.writePage(w, status, "gone.html", nil)
	case http.StatusSeeOther:
		w.Header().Set("Location", string(shown.ReturnURI))
		w.WriteHeader(status)
	default:
		a.sandbox.writePage(w, status, "pay.html", shown)
	}
}

// decided applies the decision and returns the page that shows it.
func (a *account) decided(header http.Header, reference, outcome, code string) (status int, shown *payPage) {
	a.Lock()
	defer a.Unlock()
	c, ok := a.byReference[reference]
	if !ok {
		return http.StatusNotFound, nil
	}
	a.setPageHeaders(header, c)
	status = a.decide(c, outcome, code)
	return status, a.payPage(c)
}

func (a *account) decide(c *charge, outcome, code string) (status int) {
	open := c.status == statusPending
	switch {
	case outcome == "left":
	case outcome == "succeeded" && open:
		a.pay(c)
	case outcome == "failed" && open:
		a.fail(c, orElse(code, "payment_rejected"))
	case outcome == "succeeded" && c.status == statusSuccessful:
	case outcome == "failed" && c.status == statusFailed:
	case outcome == "succeeded", outcome == "failed":
		return http.StatusConflict
	default:
		return http.StatusBadRequest
	}
	return http.StatusSeeOther
}

func orElse(text, otherwise string) string {
	if text == "" || len(text) > 64 {
		return otherwise
	}
	return text
}

func (a *account) setPageHeaders(header http.Header, c *charge) {
	setPageHeaders(header, c.returnURI)
	header.Set("Date", a.Now().Format(http.TimeFormat))
}

// setPageHeaders forbids everything but the style sheet and the form. Browsers
// apply form-action to redirects after the form as well, and a shop may redirect
// again: so the scheme of the return URI is allowed, and both http and https for a
// web page.
func setPageHeaders(header http.Header, returnURI string) {
	target := ""
	if parsed, err := url.Parse(returnURI); err == nil && parsed.Scheme != "" {
		target = " " + parsed.Scheme + ":"
		if parsed.Scheme == "http" || parsed.Scheme == "https" {
			target = " http: https:"
		}
	}
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'"+target+
		"; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
}

func serveAsset(w http.ResponseWriter, name, contentType string) {
	content, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(content)
}

func (s *Sandbox) writePage(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := s.templates.ExecuteTemplate(&body, name, data); err != nil { // a defect, which tests would show
		s.options.Logger.Error("page_not_written", slog.String("page", name), slog.String("error", err.Error()))
		http.Error(w, "the page could not be written", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// decimal returns satang as baht: "1,000.00".
func decimal(amount int64) string {
	whole := strconv.FormatInt(amount/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s.%02d", whole, amount%100)
}

// satangPerYuan is an invented rate: 4.90 baht for one Chinese yuan.
const satangPerYuan = 490

// converted returns what Alipay would charge the payer. Only the page shows it: the
// API does not have it.
func converted(c *charge) string {
	if c.currency != "THB" || walletOf(c.source.kind).label != "Alipay" {
		return ""
	}
	return "CNY " + decimal((c.amount*100+satangPerYuan/2)/satangPerYuan)
}
