// Package shop is a platform that takes payments through package host: what is left to
// write when the money side is a library.
//
// Read it if you build a host of your own. Its files are the steps of a sale:
//
//   - database.go opens the platform's own database, on SQLite (sqlite.go) or PostgreSQL.
//   - shop.go opens the engine in it, and ends both in the right order.
//   - orders.go is the platform's own table.
//   - moved.go keeps a host off a database whose sales were moved to another one.
//   - checkout.go asks to be paid for an order; disabled.go leaves out the providers that
//     the staff has disabled.
//   - fulfil.go learns what became of it, in the transaction in which it happened: a webhook
//     ends here, after server.go has passed it to the engine.
//   - buyer.go sends the buyer to pay, and shows what the record says afterwards. Package
//     pages has the rest of what buyers see.
//   - server.go is what the internet can reach.
//
// What needs nothing of the platform is called on the engine directly: refunds,
// cancellations, what persons decide. Package admin does that.
//
// # Identity
//
// The ID of an order is the platform's, and the buyer never sees it in a URL: the pages
// of an order have a token that nobody can guess.
//
// # Concurrency
//
// A Shop may be used by many goroutines at once, and on PostgreSQL by many processes:
// everything that two of them could disagree about is a row.
package shop
