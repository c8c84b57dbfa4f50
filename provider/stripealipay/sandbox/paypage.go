package sandbox

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
)

const payPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alipay test payment: {{.Amount}} {{.Currency}}</title>
<style>body{font-family:sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}button{font-size:1rem;padding:.6rem 1rem;margin-right:.5rem}</style>
</head>
<body>
<h1>Alipay test payment</h1>
<p>This is a sandbox: no money moves.</p>
<p>{{if .Description}}{{.Description}}: {{end}}<strong>{{.Amount}} {{.Currency}}</strong></p>
{{if .Open}}<form method="post">
<button type="submit" name="outcome" value="succeeded">Authorize test payment</button>
<button type="submit" name="outcome" value="failed">Fail test payment</button>
</form>
{{else}}<p>This payment is {{.Status}}.</p>
{{if .Back}}<p><a href="{{.Back}}">Back to the shop</a></p>
{{end}}{{end}}</body>
</html>
`

var payTemplate = template.Must(template.New("pay").Parse(payPage))

// payView is what the pay page shows.
type payView struct {
	Amount, Currency, Description, Status, Back string
	Open                                        bool // the payer can decide
}

// payView is called with the account's lock held.
func (p *intent) payView() payView {
	return payView{
		Amount: formatAmount(p.amount, p.currency), Currency: strings.ToUpper(p.currency), Description: p.description,
		Status: p.status, Back: p.backURL(), Open: p.status == requiresAction,
	}
}

// backURL returns where the payer is sent: the return URL with what Stripe adds to
// it, which proves nothing.
func (p *intent) backURL() string {
	address, err := url.Parse(p.returnURL)
	if err != nil || p.returnURL == "" {
		return ""
	}
	outcome := "failed"
	if p.status == succeeded {
		outcome = "succeeded"
	}
	added := url.Values{"payment_intent": {p.id}, "payment_intent_client_secret": {p.secret}, "redirect_status": {outcome}}.Encode()
	if address.RawQuery != "" {
		added = address.RawQuery + "&" + added
	}
	address.RawQuery = added
	return address.String()
}

// lockPayment returns the payment that a pay page's address names, which is all
// that a payer has, and locks its account; nil if there is none.
func (s *Sandbox) lockPayment(r *http.Request) (*account, *intent) {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		return nil, nil
	}
	a.Lock()
	p, refused := a.find("intent", r.PathValue("intent"))
	if refused != nil || p.returnURL == "" {
		a.Unlock()
		return nil, nil
	}
	return a, p
}

func (s *Sandbox) showPayPage(w http.ResponseWriter, r *http.Request) {
	a, p := s.lockPayment(r)
	if p == nil {
		http.NotFound(w, r)
		return
	}
	view := p.payView()
	a.Unlock()
	gateway.WritePage(w, http.StatusOK, payTemplate, &view)
}

func (s *Sandbox) submitPayPage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form could not be read", http.StatusBadRequest)
		return
	}
	status := map[string]string{"succeeded": succeeded, "failed": requiresPaymentMethod}[r.PostForm.Get("outcome")]
	if status == "" {
		http.Error(w, "outcome must be succeeded or failed", http.StatusBadRequest)
		return
	}
	a, p := s.lockPayment(r)
	if p == nil {
		http.NotFound(w, r)
		return
	}
	if p.status == requiresAction {
		a.move(p, status, "payment_intent_authentication_failure", a.Now())
	}
	view, taken := p.payView(), p.status == status // a button that was pressed twice has decided once
	a.Unlock()
	if !taken {
		gateway.WritePage(w, http.StatusConflict, payTemplate, &view)
		return
	}
	http.Redirect(w, r, view.Back, http.StatusSeeOther)
}

// formatAmount writes an amount for people, without floating point.
func formatAmount(amount int64, currency string) string {
	digits := strconv.FormatInt(amount, 10)
	if currency == "jpy" {
		return digits
	}
	digits = strings.Repeat("0", max(0, 3-len(digits))) + digits
	return digits[:len(digits)-2] + "." + digits[len(digits)-2:]
}
