// Package pages is what a buyer sees of the shop: goods, checkout, the way to pay, and what
// became of it. It is made on the server, and every step works without scripts.
//
// Read it if you sell to people. Its files are the steps of a sale:
//
//   - goods.go is what there is to buy, and basket.go what somebody wants of it.
//   - methods.go finds the ways to pay that the providers offer for an amount.
//   - checkout.go lets the buyer choose one.
//   - order.go places the order, once however often it is sent.
//   - state.go says in plain words what is known of a payment, and what is not.
//   - return.go shows that, to a buyer who comes back, and again as long as it changes.
//   - again.go lets the buyer of an order that was not paid choose again.
//   - receipt.go is for printing.
//
// pages.go has the routes. The texts are in texts_english.go and its neighbours, a table
// for each language.
//
// # What is known
//
// A page shows the record and asks no gateway: that is the engine's to do, by its own
// schedule, however often a buyer looks. What is not known is called so, and never failed.
//
// # Whose order it is
//
// The addresses of an order have a token that nobody can guess. The id of an order is made
// of a secret in the buyer's browser and of the basket, so that two tabs, two clicks and
// the back button are one order.
package pages
