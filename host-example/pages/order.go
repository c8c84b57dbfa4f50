package pages

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/web"
)

// patience is how long a buyer waits for the way to pay. After that the order's page says
// that it is being found out; what was begun goes on.
const patience = 6 * time.Second

// placeOrder places the order of a basket and begins to be paid for it. It may come twice,
// from another tab, or after its answer was lost: it is one order, known by its id.
//
// It answers with a redirect to a page of the shop's and not to the gateway's, for which the
// browser would ask the policy of forms; see web.Private.
func (p *Pages) placeOrder(w http.ResponseWriter, r *http.Request) {
	if !web.ReadForm(w, r) {
		return
	}
	b, cart := readBasket(r.PostForm), r.PostForm.Get("cart")
	if b.total().MinorUnits == 0 || !secret.MatchString(cart) {
		p.backToCheckout(w, r, b, problemChoose)
		return
	}
	id := b.orderID(cart)
	if p.showKnown(w, r, id) {
		return
	}
	offer := usable(p.offers(r.Context(), b.total()), r.PostForm.Get("method"))
	switch {
	case offer == nil:
		p.backToCheckout(w, r, b, problemChoose)
		return
	case !p.placing.Allow():
		p.backToCheckout(w, r, b, problemBusy)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	_, err := p.shop.Checkout(ctx, &host.Order{
		ID: id, Amount: b.total(), Method: offer.Method, Providers: offer.Providers,
		Payer: &contract.Payer{Locale: string(web.LanguageOf(r))},
	}, b.lines()...)
	if err != nil {
		p.options.Logger.LogAttrs(r.Context(), slog.LevelWarn, "an order was not answered in time, or not at all", slog.String("sale", id), slog.Any("error", err))
	}
	if p.showKnown(w, r, id) {
		return
	}
	problem := problemNothing
	if outcome, ok := errors.AsType[*contract.Error](err); !ok || outcome.Outcome == contract.Indeterminate {
		problem = problemUnknown
	}
	p.backToCheckout(w, r, b, problem)
}

// showKnown sends the buyer to the page of an order, if there is one with this id.
func (p *Pages) showKnown(w http.ResponseWriter, r *http.Request, id string) bool {
	ctx := context.WithoutCancel(r.Context()) // it reads for at most five seconds
	sale, err := p.shop.Sale(ctx, id)
	if err != nil {
		return false
	}
	p.setCookie(w, orderCookie, sale.Token)
	http.Redirect(w, r, "/orders/"+sale.Token+straightOn, http.StatusSeeOther) //nolint:gosec // The token is the record's.
	return true
}

// straightOn has the script follow the link to pay at once. Without scripts the buyer does.
const straightOn = "#pay"

// backToCheckout shows the basket again, with what is to be done about it.
func (p *Pages) backToCheckout(w http.ResponseWriter, r *http.Request, b *basket, problem string) {
	values := b.values()
	values.Set("problem", problem)
	http.Redirect(w, r, "/checkout?"+values.Encode(), http.StatusSeeOther) //nolint:gosec // Values are encoded, and the path is ours.
}
