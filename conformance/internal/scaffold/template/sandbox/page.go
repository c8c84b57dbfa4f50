package sandbox

import (
	"html/template"
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// page is the pay page.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<title>Acme Pay</title>
<p>{{.Description}}: {{.Amount}} {{.Currency}} (smallest units), {{.Status}}
<form method="post"><button name="outcome" value="paid">Pay</button>
<button name="outcome" value="declined">Decline</button></form>
`))

func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) {
	s.withPage(w, r, func(_ *account, b *bill) { gateway.WritePage(w, http.StatusOK, page, b) })
}

// submitPage pays or declines the bill, and redirects the payer. It adds nothing to
// the return URL: the return of the payer proves nothing.
func (s *Sandbox) submitPage(w http.ResponseWriter, r *http.Request) {
	s.withPage(w, r, func(a *account, b *bill) {
		switch outcome := r.PostFormValue("outcome"); {
		case outcome == statusPaid && b.mayBecome(statusPaid):
			a.move(b, statusPaid, "")
		case outcome == statusDeclined && b.mayBecome(statusDeclined):
			a.move(b, statusDeclined, "refused_by_payer")
		}
		http.Redirect(w, r, b.ReturnURL, http.StatusSeeOther) //nolint:gosec // the merchant chose it
	})
}

func (s *Sandbox) withPage(w http.ResponseWriter, r *http.Request, do func(*account, *bill)) {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	a.Lock()
	defer a.Unlock()
	b, refused := a.find(r.PathValue("bill"))
	if refused != nil {
		http.NotFound(w, r)
		return
	}
	do(a, b)
}
