package sandbox

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
)

const payPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Memory wallet: pay {{.Amount}} {{.Currency}}</title>
<style>body{font-family:sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}button{font-size:1rem;padding:.6rem 1rem;margin-right:.5rem}</style>
</head>
<body>
<h1>Memory wallet</h1>
<p>This is a sandbox: no money moves.</p>
<p>{{if .Description}}{{.Description}}: {{end}}<strong>{{.Amount}} {{.Currency}}</strong></p>
{{if eq .Status "pending"}}<form method="post">
<button type="submit" name="outcome" value="succeeded">Pay</button>
<button type="submit" name="outcome" value="failed">Decline</button>
</form>
{{else}}<p>This payment is {{.Status}}.</p>
{{if .ReturnURL}}<p><a href="{{.ReturnURL}}">Back to the shop</a></p>
{{end}}{{end}}</body>
</html>
`

var payTemplate = template.Must(template.New("pay").Parse(payPage))

// payView is what the pay page shows.
type payView struct {
	Amount, Currency, Description, Status, ReturnURL string
}

func (p *payment) view() payView {
	return payView{
		Amount: formatAmount(p.Amount, p.Currency), Currency: p.Currency, Description: p.Description,
		Status: p.Status, ReturnURL: p.ReturnURL,
	}
}

// payer returns the payment of a pay page, or nil. A payer has only the address of
// the page.
func (s *Sandbox) payer(r *http.Request) (*account, *payment) {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		return nil, nil
	}
	a.Lock()
	defer a.Unlock()
	p, refused := a.find(r.PathValue("payment"))
	if refused != nil {
		return nil, nil
	}
	return a, p
}

func (s *Sandbox) showPayPage(w http.ResponseWriter, r *http.Request) {
	a, p := s.payer(r)
	if p == nil {
		http.NotFound(w, r)
		return
	}
	a.Lock()
	view := p.view()
	a.Unlock()
	gateway.WritePage(w, http.StatusOK, payTemplate, &view)
}

func (s *Sandbox) submitPayPage(w http.ResponseWriter, r *http.Request) {
	a, p := s.payer(r)
	if p == nil {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form could not be read", http.StatusBadRequest)
		return
	}
	outcome := r.PostForm.Get("outcome")
	if outcome != statusSucceeded && outcome != statusFailed {
		http.Error(w, "outcome must be succeeded or failed", http.StatusBadRequest)
		return
	}
	view, decided := a.decide(p, outcome)
	if !decided {
		gateway.WritePage(w, http.StatusConflict, payTemplate, &view)
		return
	}
	if view.ReturnURL == "" { // the dashboard made it
		gateway.WritePage(w, http.StatusOK, payTemplate, &view)
		return
	}
	http.Redirect(w, r, view.ReturnURL, http.StatusSeeOther)
}

// qrImageSuffix follows the address of the page of a payment that a code leads to.
const qrImageSuffix = "/code.svg"

// qrImage shows the text of a code. To draw the code itself would take a library,
// and nobody scans it.
const qrImage = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="80">
<rect width="320" height="80" fill="white" stroke="black"/>
<text x="10" y="30" font-family="sans-serif" font-size="14">Memory: a code with the text</text>
<text x="10" y="55" font-family="monospace" font-size="8">{{.}}</text>
</svg>
`

var qrTemplate = template.Must(template.New("qr").Parse(qrImage))

func (s *Sandbox) showQRImage(w http.ResponseWriter, r *http.Request) {
	a, p := s.payer(r)
	if p == nil {
		http.NotFound(w, r)
		return
	}
	a.Lock()
	payload := p.QRPayload
	a.Unlock()
	if payload == "" { // another method, or no longer pending
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	w.Header().Set("Cache-Control", "no-store")
	_ = qrTemplate.Execute(w, payload) // the browser has gone
}

// decide sets the outcome that the payer chose, if the payment is still pending.
// It reports whether the payment has that outcome: to submit the form twice does
// no harm.
func (a *account) decide(p *payment, outcome string) (payView, bool) {
	a.Lock()
	defer a.Unlock()
	if p.Status != statusPending {
		return p.view(), p.Status == outcome
	}
	a.move(p, outcome, "declined", a.now())
	return p.view(), true
}

// formatAmount returns an amount for people, such as 12.34. It uses no floats.
func formatAmount(amount int64, currency string) string {
	decimals := map[string]int{"THB": 2, "JPY": 0, "KWD": 3}[currency]
	digits := fmt.Sprintf("%0*d", decimals+1, amount)
	whole, rest := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	return strings.TrimSuffix(whole+"."+rest, ".")
}
