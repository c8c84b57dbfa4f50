package pages

import (
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

type receiptData struct {
	frame

	Sale     *shop.Sale
	Lines    []lineData
	Method   string
	Refunded contract.Money // so far; zero if nothing was
	Twice    bool
}

// serveReceipt shows the receipt of an order that is paid.
func (p *Pages) serveReceipt(w http.ResponseWriter, r *http.Request) {
	sale, ok := p.saleOf(w, r)
	if !ok {
		return
	}
	if sale.Status != host.SalePaid {
		http.Redirect(w, r, "/orders/"+sale.Token, http.StatusSeeOther)
		return
	}
	f := p.frame(r)
	data := receiptData{frame: f, Sale: sale, Lines: linesOf(f, sale.Order.Lines, sale.Amount.Currency), Twice: isPaidTwice(sale)}
	if paid := lastPayment(sale); paid != nil {
		data.Method = methodName(f.Lang, paid.Method)
	}
	for _, a := range sale.Payments { // also those of the gateway's dashboard
		if a.Refunded.MinorUnits > 0 {
			data.Refunded.Currency = a.Refunded.Currency
			data.Refunded.MinorUnits += a.Refunded.MinorUnits
		}
	}
	p.render(w, r, http.StatusOK, receiptPage, &data)
}
