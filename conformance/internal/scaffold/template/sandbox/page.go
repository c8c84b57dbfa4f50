package sandbox

import (
	"html/template"
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// page is what the payer sees. It is as plain as it can be.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<title>Acme Pay</title>
<p>{{.Description}}: {{.Amount}} {{.Currency}} (smallest units), {{.Status}}
<form method="post"><button name="outcome" value="paid">Pay</button>
<button name="outcome" value="declined">Decline</button></form>
`))

func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) {
	s.onPage(w, r, func(_ *account, b *bill) { gateway.WritePage(w, http.StatusOK, page, b) })
}

// takePage pays or declines, and sends the payer back. Nothing is added to the
// return URL: who comes there has proved nothing.
func (s *Sandbox) takePage(w http.ResponseWriter, r *http.Request) {
	s.onPage(w, r, func(a *account, b *bill) {
		switch outcome := r.PostFormValue("outcome"); {
		case outcome == statusPaid && b.mayBecome(statusPaid):
			a.move(b, statusPaid, "")
		case outcome == statusDeclined && b.mayBecome(statusDeclined):
			a.move(b, statusDeclined, "refused_by_payer")
		}
		http.Redirect(w, r, b.ReturnURL, http.StatusSeeOther) //nolint:gosec // the merchant said where, when the bill was made
	})
}

func (s *Sandbox) onPage(w http.ResponseWriter, r *http.Request, do func(*account, *bill)) {
	a, err := s.ByName(r.PathValue("account"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	a.Lock()
	defer a.Unlock()
	b, no := a.find(r.PathValue("bill"))
	if no != nil {
		http.NotFound(w, r)
		return
	}
	do(a, b)
}
