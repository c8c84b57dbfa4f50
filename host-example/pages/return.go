package pages

import (
	"errors"
	"net/http"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

type orderData struct {
	frame

	Sale  *shop.Sale
	Lines []lineData
	State *stateData
}

// ShowReturn shows an order to a buyer who comes back from the gateway. It is a
// shop.OrderPage.
func (p *Pages) ShowReturn(w http.ResponseWriter, r *http.Request, sale *shop.Sale) {
	p.showOrder(w, r, sale, true)
}

// serveOrder shows an order. It reads the record, and so does serveState.
func (p *Pages) serveOrder(w http.ResponseWriter, r *http.Request) {
	if sale, ok := p.saleOf(w, r); ok {
		p.showOrder(w, r, sale, false)
	}
}

func (p *Pages) showOrder(w http.ResponseWriter, r *http.Request, sale *shop.Sale, returned bool) {
	f := p.frame(r)
	p.render(w, r, http.StatusOK, orderPage, &orderData{
		frame: f, Sale: sale, Lines: linesOf(f, sale.Order.Lines, sale.Amount.Currency), State: p.stateOf(r.Context(), f, sale, returned),
	})
}

// serveState serves the part that changes, for the script. Without it the buyer has a
// button.
func (p *Pages) serveState(w http.ResponseWriter, r *http.Request) {
	if sale, ok := p.saleOf(w, r); ok {
		p.render(w, r, http.StatusOK, stateBox, p.stateOf(r.Context(), p.frame(r), sale, r.URL.Query().Has("returned")))
	}
}

// saleOf returns the sale whose token is in the path. If there is none it answers, and
// returns false.
func (p *Pages) saleOf(w http.ResponseWriter, r *http.Request) (*shop.Sale, bool) {
	sale, err := p.shop.SaleOf(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, host.ErrNotFound):
		p.serveNothing(w, r)
		return nil, false
	case err != nil:
		p.serveTrouble(w, r, err)
		return nil, false
	}
	return sale, true
}
