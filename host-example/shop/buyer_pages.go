package shop

import (
	_ "embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/paysocket/paysocket/contract"
)

//go:embed return.html
var returnHTML string

// returnPage is what a buyer sees who comes back; its data is a returnView.
var returnPage = template.Must(template.New("return").Parse(returnHTML))

type returnView struct {
	Reference string
	Amount    contract.Money
	State     State
	Open      bool
}

// servePay sends the buyer to the gateway's page.
func (s *Shop) servePay(w http.ResponseWriter, r *http.Request) {
	saleID := r.PathValue("sale")
	link, err := s.Link(saleID)
	if _, missing := errors.AsType[*NotFoundError](err); missing {
		http.NotFound(w, r)
		return
	}
	if _, decided := errors.AsType[*StateError](err); decided {
		http.Redirect(w, r, s.ReturnURL(saleID), http.StatusSeeOther)
		return
	}
	if err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelError, "a buyer cannot be sent to pay", slog.String("sale", saleID), slog.Any("error", err))
		http.Error(w, "This order cannot be paid here at the moment.", http.StatusBadGateway)
		return
	}
	http.Redirect(w, r, link, http.StatusSeeOther)
}

// serveReturn shows the record to a buyer who came back. Coming back proves
// nothing, and neither does what the gateway put into the query: the shop looks
// the payment up and meanwhile shows what it knows.
func (s *Shop) serveReturn(w http.ResponseWriter, r *http.Request) {
	sale, err := s.book.sale(r.PathValue("sale"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if sale.State.Open() {
		s.lookups.ask(&sale, "")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	view := returnView{Reference: sale.Reference, Amount: sale.Amount, State: sale.State, Open: sale.State.Open()}
	if err := returnPage.Execute(w, view); err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelWarn, "return page not sent", slog.Any("error", err))
	}
}
