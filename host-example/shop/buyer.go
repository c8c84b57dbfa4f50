package shop

import (
	_ "embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

//go:embed return.html
var returnHTML string

// returnPage is the least that a buyer who comes back has to be shown, for a host without
// pages of its own. Its data is a returnData.
var returnPage = template.Must(template.New("return").Parse(returnHTML))

type returnData struct {
	Order  string
	Amount contract.Money
	Status host.SaleStatus

	Blocked bool
}

// servePay sends the buyer to the gateway's page. The link stays out of mails and
// bookmarks, since the payment behind the shop's own URL may become another one.
func (s *Shop) servePay(w http.ResponseWriter, r *http.Request) {
	sale, ok := s.saleOfBuyer(w, r)
	switch {
	case !ok:
	case sale.PayURL == "": // paid, or not to be paid any more, or not yet
		http.Redirect(w, r, s.returnURL(sale.Order), http.StatusSeeOther)
	default:
		link := sale.NextAction.Redirect.URL
		if err := checkLink(link, s.live); err != nil {
			s.log.LogAttrs(r.Context(), slog.LevelError, "a buyer could not be sent to pay", slog.String("sale", sale.ID), slog.Any("error", err),
				slog.String("remedy", "report it to the provider's author: its link is not one that a buyer can be sent to; cancel the sale, and let the buyer pay again in another way"))
			http.Error(w, "This order cannot be paid here at the moment.", http.StatusBadGateway)
			return
		}
		http.Redirect(w, r, link, http.StatusSeeOther)
	}
}

// checkLink refuses a link that a buyer must not be sent to. A provider is not trusted
// to choose it: without TLS it leads to this machine, or to a page in test mode.
func checkLink(link string, live bool) error {
	action, err := contract.RedirectTo(link)
	if err != nil {
		return err
	}
	target, err := url.Parse(link)
	if err != nil {
		return errors.New("the link to the payment page is not a URL")
	}
	if action.Redirect.Insecure && live && !contract.IsLoopback(target) {
		return errors.New("the link to the payment page is not https, and the sale is for real money")
	}
	return nil
}

// serveReturn shows the record to a buyer who comes back. That the buyer came back
// proves nothing, and neither does the query that the gateway added: the page shows what
// is known.
func (s *Shop) serveReturn(w http.ResponseWriter, r *http.Request, page OrderPage) {
	sale, ok := s.saleOfBuyer(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if page != nil {
		page(w, r, sale)
		return
	}
	if err := returnPage.Execute(w, returnData{Order: sale.ID, Amount: sale.Amount, Status: sale.Status, Blocked: sale.Blocked}); err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelWarn, "writing the return page failed", slog.Any("error", err))
	}
}

// saleOfBuyer returns the sale whose token is in the path. If there is none it answers,
// and returns false.
func (s *Shop) saleOfBuyer(w http.ResponseWriter, r *http.Request) (*Sale, bool) {
	sale, err := s.SaleOf(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, host.ErrNotFound):
		http.NotFound(w, r)
		return nil, false
	case err != nil:
		s.log.LogAttrs(r.Context(), slog.LevelError, "a buyer's page could not be made", slog.Any("error", err),
			slog.String("remedy", "bring the database back to what the error misses; the buyer may open the page again"))
		http.Error(w, "This page is not there at the moment. Nothing is lost; try again.", http.StatusServiceUnavailable)
		return nil, false
	}
	return sale, true
}
