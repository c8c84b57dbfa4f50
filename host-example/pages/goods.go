package pages

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/host-example/web"
)

//go:embed goods.json
var goodsJSON []byte

// catalogue is what there is to buy. Its prices are the shop's; none comes from a browser.
var catalogue = must[struct {
	Currencies []string  `json:"currencies"`
	Goods      []Article `json:"goods"`
}](goodsJSON)

// must decodes a file of the program itself.
func must[T any](content []byte) T {
	var value T
	if err := json.Unmarshal(content, &value); err != nil {
		panic("an embedded file: " + err.Error()) // a test loads it
	}
	return value
}

// Article is something that can be bought.
type Article struct {
	ID     string                  `json:"id"`
	Name   map[web.Language]string `json:"name"`
	About  map[web.Language]string `json:"about"`
	Prices map[string]int64        `json:"prices"` // by currency, in its minor unit
}

// article returns the article with an id; nil if it is not sold any more.
func article(id string) *Article {
	for i := range catalogue.Goods {
		if catalogue.Goods[i].ID == id {
			return &catalogue.Goods[i]
		}
	}
	return nil
}

// Price returns what one piece costs.
func (a *Article) Price(currency string) contract.Money {
	return contract.Money{Currency: currency, MinorUnits: a.Prices[currency]}
}

type goodsData struct {
	frame

	Goods      []Article
	Currency   string
	Currencies []string // in which somebody can pay
	Quantities []int64
	Wanted     map[string]int64
	Empty      bool       // nothing was chosen
	Last       *shop.Sale // the buyer's latest order that is not over; nil if there is none
}

// serveGoods shows what there is to buy. The basket is in the address of the next page, so
// each tab has its own, and the back button brings it back.
func (p *Pages) serveGoods(w http.ResponseWriter, r *http.Request) {
	data := goodsData{frame: p.frame(r), Goods: catalogue.Goods, Currencies: p.currencies(r.Context()), Empty: r.URL.Query().Has("empty")}
	basket := readBasket(r.URL.Query())
	data.Currency, data.Wanted = basket.currency, basket.quantities
	for n := range int64(maxQuantity + 1) {
		data.Quantities = append(data.Quantities, n)
	}
	last := p.lastOrder(r)
	if last != nil && last.Status == host.SalePaid {
		p.newCart(w) // what is ordered from now on is another order
	} else {
		data.Last = last
	}
	p.render(w, r, http.StatusOK, goodsPage, &data)
}

// currencies returns those of the catalogue in which the providers take payments.
func (p *Pages) currencies(ctx context.Context) []string {
	var all []string
	for _, currency := range catalogue.Currencies {
		if slices.ContainsFunc(p.offers(ctx, contract.Money{Currency: currency, MinorUnits: 1}), func(o Offer) bool { return o.Method != "" }) {
			all = append(all, currency)
		}
	}
	if len(all) == 0 {
		return catalogue.Currencies[:1]
	}
	return all
}

// The cookies of a buyer's browser: a secret of which the ids of its orders are made, and
// the token of the latest of them.
const (
	cartCookie  = "cart"
	orderCookie = "order"
)

// secret is the form of what is in them, which rand.Text makes.
var secret = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// cart returns the secret of a browser's basket, and makes it if there is none.
func (p *Pages) cart(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie(cartCookie); err == nil && secret.MatchString(cookie.Value) {
		return cookie.Value
	}
	return p.newCart(w)
}

func (p *Pages) newCart(w http.ResponseWriter) string {
	value := rand.Text()
	p.setCookie(w, cartCookie, value)
	return value
}

func (p *Pages) setCookie(w http.ResponseWriter, name, value string) {
	const month = 30 * 24 * 60 * 60
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is as the shop is reached.
		Name: name, Value: value, Path: "/", MaxAge: month, HttpOnly: true, Secure: p.options.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// lastOrder returns the latest order of a browser; nil if there is none that can be read.
func (p *Pages) lastOrder(r *http.Request) *shop.Sale {
	cookie, err := r.Cookie(orderCookie)
	if err != nil {
		return nil
	}
	sale, err := p.shop.SaleOf(r.Context(), cookie.Value)
	if err != nil {
		return nil
	}
	return sale
}
