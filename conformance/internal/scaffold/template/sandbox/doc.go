// Package sandbox stands in for the gateway of Acme Pay, for tests and for the
// conformance suite. It takes no real money and forgets everything when it
// ends.
//
// As it was laid out it imitates a gateway that does not exist. Make it
// imitate yours: rewrite this page from your gateway's documentation; then
// from this page what there is (bill.go), what happens to it and what a key
// does (account.go), how it looks (api.go, webhook.go) and how it is signed
// (sandbox.go). What tests see of it (scope.go) stays much as it is. Accounts,
// clocks, deliveries and the program are package gateway's.
//
// It shares no code with the provider. If the two shared structs, a misspelt
// field would agree with itself.
//
// # The API
//
// JSON over HTTP with "Authorization: Bearer sk_test_...". Times are RFC 3339,
// amounts are in the currency's smallest unit.
//
//	POST /v1/bills                         make a bill, 201; 200 if the key has one
//	GET  /v1/bills/{id}                    one bill
//	GET  /v1/bills?key=K                   the bill of an idempotency key, if there is one
//	GET  /v1/bills?from=F&until=U          bills by the time they were made, oldest first
//	POST /v1/bills/{id}/void               call a bill off; harmless if it is void
//	POST /v1/bills/{id}/refunds            give money back, 201; 200 if the key has a refund
//	GET  /v1/bills/{id}/refunds/{refund}   one refund
//	GET  /v1/account                       whose secret key it is
//	GET  /pay/{account}/{bill}             the page for the payer
//
// A bill is made from amount, currency (THB or JPY), method ("wallet"),
// return_url, reference, description and metadata, with the header
// Idempotency-Key. The same key with the same amount, currency and method
// gives the same bill; with others it is 409 key_taken, which names the
// bill_id. Keys are remembered as long as their bills. Refunds have amount,
// currency, reason and metadata, and keys of their own within a bill. Lists
// are {"bills": [...], "next": "..."} of at most 20 bills, or limit if that is
// less; after=NEXT gives those that follow, and without next there are none.
//
//	{"id": "bill_s1_1", "object": "bill", "live": false, "key": "...",
//	 "amount": 2000, "currency": "THB", "amount_refunded": 0, "method": "wallet",
//	 "status": "open",            then paid, declined, lapsed or void
//	 "decline_code": "...",       only when declined
//	 "reference": "...", "description": "...", "metadata": {}, "return_url": "...",
//	 "pay_url": "...",            only while open
//	 "created_at": "...", "updated_at": "...", "paid_at": "...",
//	 "expires_at": "..."}         half an hour after created_at
//
//	{"id": "rf_s1_1", "object": "refund", "live": false, "key": "...", "bill_id": "...",
//	 "amount": 500, "currency": "THB", "status": "done", "created_at": "..."}
//
// The status of a refund is started for a minute, then done, unless it failed.
// A bill that is declined, lapsed or void may still be paid, when the payer's
// money arrives late. Errors are {"error": {"code", "message", "bill_id"}}.
//
// # Webhooks
//
// A webhook is {"id": "ev_...", "kind": "bill.changed" or "refund.changed",
// "live": false, "at": "...", "bill": {...}, "refund": {...}}; more kinds are
// to be expected. The header Acme-Pay-Signature is "t=SECONDS,s=HEX", where HEX
// is the HMAC-SHA256 of SECONDS, a dot and the body, keyed with the webhook
// secret. While a secret is being replaced there are two s.
//
// A webhook is sent when a bill or a refund changes, to loopback addresses only;
// an answer other than 2xx is followed by three more tries.
package sandbox
