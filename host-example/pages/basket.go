package pages

import (
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"slices"
	"strconv"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// maxQuantity is how many of one thing somebody may order.
const maxQuantity = 9

// basket is what somebody wants to buy.
type basket struct {
	currency   string
	quantities map[string]int64 // by the id of an article; only those above 0
}

// currencyParameter is the parameter of the currency; those of the quantities have the ids
// of the articles.
const currencyParameter = "currency"

// readBasket returns the basket of a URL or form. What the shop does not sell is not in it.
func readBasket(values url.Values) *basket {
	b := &basket{currency: values.Get(currencyParameter), quantities: map[string]int64{}}
	if !slices.Contains(catalogue.Currencies, b.currency) {
		b.currency = catalogue.Currencies[0]
	}
	for _, a := range catalogue.Goods {
		n, err := strconv.ParseInt(values.Get(a.ID), 10, 64)
		if err == nil && n > 0 && n <= maxQuantity {
			b.quantities[a.ID] = n
		}
	}
	return b
}

// values returns the basket as a URL has it.
func (b *basket) values() url.Values {
	values := url.Values{currencyParameter: {b.currency}}
	for id, n := range b.quantities {
		values.Set(id, strconv.FormatInt(n, 10))
	}
	return values
}

// lines returns what is bought, at today's prices.
func (b *basket) lines() []shop.Line {
	var lines []shop.Line
	for _, a := range catalogue.Goods {
		if n := b.quantities[a.ID]; n > 0 {
			lines = append(lines, shop.Line{Goods: a.ID, Quantity: n, Price: a.Prices[b.currency]})
		}
	}
	return lines
}

// total returns what all of it costs.
func (b *basket) total() contract.Money {
	sum := contract.Money{Currency: b.currency}
	for _, line := range b.lines() {
		sum.MinorUnits += line.Quantity * line.Price
	}
	return sum
}

// orderID returns the id of the order for a basket in a browser. It is the same for every
// tab and click, and nobody without the browser's secret can make it.
func (b *basket) orderID(cart string) string {
	sum := sha256.Sum256([]byte(cart + "?" + b.values().Encode()))
	const bytes = 10 // 16 characters, which people can read out
	return "W" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:bytes])
}
