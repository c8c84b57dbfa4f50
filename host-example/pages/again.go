package pages

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/web"
)

// payAgain begins another payment for an order that was not paid. The engine refuses it as
// long as a payment before may still be paid, so a second click, or one in an old tab,
// shows the order as it is.
func (p *Pages) payAgain(w http.ResponseWriter, r *http.Request) {
	if !web.ReadForm(w, r) {
		return
	}
	sale, ok := p.saleOf(w, r)
	if !ok {
		return
	}
	there := "/orders/" + sale.Token
	offer := usable(p.offers(r.Context(), sale.Amount), r.PostForm.Get("method"))
	if sale.Status != host.SaleUnpaid || offer == nil || !p.placing.Allow() {
		http.Redirect(w, r, there, http.StatusSeeOther)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	_, err := p.shop.PayAgain(ctx, &host.Order{
		ID: sale.ID, Method: offer.Method, Providers: offer.Providers, Payer: &contract.Payer{Locale: string(web.LanguageOf(r))},
	})
	if err != nil {
		p.options.Logger.LogAttrs(r.Context(), slog.LevelWarn, "another payment was not begun, or not in time", slog.String("sale", sale.ID), slog.Any("error", err))
	}
	http.Redirect(w, r, there+straightOn, http.StatusSeeOther)
}
