package pages

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

type checkoutData struct {
	frame

	Lines   []lineData
	Total   contract.Money
	Basket  url.Values
	Back    string // to the goods, with this basket
	Cart    string
	Problem string // the key of a text; empty if there is none
	Methods methodChoices
}

// lineData is one line of an order for people.
type lineData struct {
	Name     string
	Quantity int64
	Sum      contract.Money
}

// The problems for which a buyer is sent back to the checkout. Each is the key of a text.
const (
	problemChoose  = "problem_choose"
	problemBusy    = "problem_busy"
	problemNothing = "problem_nothing" // was stored or sent
	problemUnknown = "problem_unknown" // whether it was stored
)

// serveCheckout shows the basket and the ways to pay for it. What cannot be chosen for this
// amount is shown with the reason, before anybody clicks.
func (p *Pages) serveCheckout(w http.ResponseWriter, r *http.Request) {
	b := readBasket(r.URL.Query())
	if b.total().MinorUnits == 0 {
		values := b.values()
		values.Set("empty", "1")
		http.Redirect(w, r, "/?"+values.Encode(), http.StatusSeeOther) //nolint:gosec // Values are encoded, and the path is ours.
		return
	}
	f := p.frame(r)
	data := checkoutData{
		frame: f, Lines: linesOf(f, b.lines(), b.currency), Total: b.total(), Basket: b.values(), Back: "/?" + b.values().Encode(),
		Cart: p.cart(w, r), Methods: newMethodChoices(f, p.offers(r.Context(), b.total())),
	}
	if problem := r.URL.Query().Get("problem"); slices.Contains([]string{problemChoose, problemBusy, problemNothing, problemUnknown}, problem) {
		data.Problem = problem
	}
	p.render(w, r, http.StatusOK, checkoutPage, &data)
}

// linesOf returns the lines of an order for people.
func linesOf(f frame, lines []shop.Line, currency string) []lineData {
	var all []lineData
	for _, line := range lines {
		name := line.Goods
		if a := article(line.Goods); a != nil {
			name = a.Name[f.Lang]
		}
		all = append(all, lineData{name, line.Quantity, contract.Money{Currency: currency, MinorUnits: line.Quantity * line.Price}})
	}
	return all
}
