// Package host is the money side of a platform: it takes payments and makes refunds
// through providers, keeps what it does in the platform's own database, and never makes
// a payment twice nor loses one.
//
// Read it if you sell through providers that package supervisor has loaded. Package
// contract says what a host must do with keys, unknown results and webhooks; this
// package does it. docs/host.md shows how it is embedded.
//
// # Life of a sale
//
// A platform calls Engine.Checkout with an Order, whose ID is its own and unique for
// ever. The engine commits the order, an idempotency key and the call that it is about
// to make, and then makes it. The platform sends the payer where Sale.NextAction says.
// It learns that the sale was paid in Options.OnChange, in a transaction with its own
// rows.
//
//	OPEN ──► WAITING ──► PAID
//	 ▲ │        │          ▲
//	 │ ▼        ▼          │ late
//	 └─────── UNPAID ──────┘
//
// From UNPAID, Engine.PayAgain begins another payment. Engine.Cancel gives a sale up,
// and Engine.Refund pays money back.
//
// # What the platform runs
//
// Engine.Webhooks is a handler for the gateways' webhooks, and Engine.Run looks up what
// nobody has told the engine: results that are unknown, payments whose webhook was lost,
// payments that are paid after they were given up. A host without Run does not know
// whether it was paid.
//
// # Promises
//
//   - One order is one sale, and one payment at a time may be paid for it. A key whose
//     result is unknown is looked up or repeated, and never given up without proof:
//     contract.Decide chooses, and nothing else does.
//   - Everything is committed before it is acted on. A process may be killed at any time.
//   - PAID means that the gateway says so of a payment with the order's amount, currency,
//     method and key, in the account and the mode in which it was made.
//   - A payment that succeeds after another one has is shown to a person. So is everything
//     else that no program can decide: see Attempt.Attention and Engine.Resolve.
//
// # Safety
//
// What is known of a payer is sealed with a key that is not in the database, and erased
// when no call needs it. Secrets of gateways never reach the engine.
package host
