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

// returnPage is the page for a buyer who returns. Its data is a returnData.
var returnPage = template.Must(template.New("return").Parse(returnHTML))

type returnData struct {
	Reference string
	Amount    contract.Money
	State     State
	Open      bool
}

// servePay redirects the buyer to the gateway's page.
func (s *Shop) servePay(w http.ResponseWriter, r *http.Request) {
	saleID := r.PathValue("sale")
	link, err := s.Link(saleID)
	if _, missing := errors.AsType[*NotFoundError](err); missing {
		http.NotFound(w, r)
		return
	}
	if _, closed := errors.AsType[*StateError](err); closed {
		http.Redirect(w, r, s.ReturnURL(saleID), http.StatusSeeOther)
		return
	}
	if err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelError, "a buyer could not be redirected to pay", slog.String("sale", saleID), slog.Any("error", err))
		http.Error(w, "This order cannot be paid here at the moment.", http.StatusBadGateway)
		return
	}
	http.Redirect(w, r, link, http.StatusSeeOther)
}

// serveReturn shows the record of a sale to a buyer who returned. That the buyer
// returned proves nothing, and neither does the query that the gateway added: the
// shop requests a look-up, and meanwhile shows what it knows.
func (s *Shop) serveReturn(w http.ResponseWriter, r *http.Request) {
	sale, err := s.store.sale(r.PathValue("sale"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if sale.State.Open() {
		s.statusQueue.add(&sale, "")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	data := returnData{Reference: sale.Reference, Amount: sale.Amount, State: sale.State, Open: sale.State.Open()}
	if err := returnPage.Execute(w, data); err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelWarn, "writing the return page failed", slog.Any("error", err))
	}
}
