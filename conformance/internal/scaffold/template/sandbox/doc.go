// Package sandbox imitates the gateway of Acme Pay, for tests and for the
// conformance suite. It takes no real money and keeps everything in memory.
//
// As generated it imitates a gateway that does not exist. Make it imitate yours.
// First rewrite this page from your gateway's documentation. Then change the
// objects (bill.go), what happens to them and what a key does (account.go), the
// API (api.go), the webhooks (webhook.go) and their signature (sandbox.go). What
// tests control (scope.go) changes little. Package gateway has accounts, clocks,
// deliveries and the program.
//
// The sandbox shares no code with the provider. If both used the same structs, no
// test would notice a misspelt field.
//
// # The API
//
// The API is JSON over HTTP with "Authorization: Bearer sk_test_...". Times are
// RFC 3339, amounts are in the currency's smallest unit.
//
//	POST /v1/bills                         create a bill, 201; 200 if the key has one
//	GET  /v1/bills/{id}                    one bill
//	GET  /v1/bills?key=K                   a list of the bill that has the idempotency key
//	GET  /v1/bills?from=F&until=U          a list of bills by their time, oldest first
//	POST /v1/bills/{id}/void               cancel a bill; to repeat it does no harm
//	POST /v1/bills/{id}/refunds            create a refund, 201; 200 if the key has one
//	GET  /v1/bills/{id}/refunds/{refund}   one refund
//	GET  /v1/account                       the account of the secret key
//	GET  /pay/{account}/{bill}             the page for the payer
//
// A bill is created from amount, currency (THB or JPY), method ("wallet"),
// return_url, reference, description and metadata, with the header
// Idempotency-Key. The answer to a repeated key is the same bill if amount,
// currency and method are the same, and otherwise 409 key_taken with the bill_id.
// A key is kept as long as its bill. A refund has amount, currency, reason and
// metadata, and a key that is unique within its bill. A list is
// {"bills": [...], "next": "..."} with at most 20 bills, or at most limit. The
// parameter after=NEXT asks for the next page; the last page has no next.
//
//	{"id": "bill_s1_1", "object": "bill", "live": false, "key": "...",
//	 "amount": 2000, "currency": "THB", "amount_refunded": 0, "method": "wallet",
//	 "status": "open",            later paid, declined, lapsed or void
//	 "decline_code": "...",       only if declined
//	 "reference": "...", "description": "...", "metadata": {}, "return_url": "...",
//	 "pay_url": "...",            only while open
//	 "created_at": "...", "updated_at": "...", "paid_at": "...",
//	 "expires_at": "..."}         half an hour after created_at
//
//	{"id": "rf_s1_1", "object": "refund", "live": false, "key": "...", "bill_id": "...",
//	 "amount": 500, "currency": "THB", "status": "done", "created_at": "..."}
//
// A refund is started for a minute, then done, unless it failed. A bill that is
// declined, lapsed or void may still become paid, when the payer's money arrives
// late. Errors are {"error": {"code", "message", "bill_id", "refund_id"}}.
//
// # Webhooks
//
// A webhook is {"id": "ev_...", "kind": "bill.changed" or "refund.changed",
// "live": false, "at": "...", "bill": {...}, "refund": {...}}. Other kinds may be
// added. The header Acme-Pay-Signature is "t=SECONDS,s=HEX", where HEX is the
// HMAC-SHA256 of SECONDS, a dot and the body, keyed with the webhook secret. While
// the secret is being replaced there are two s.
//
// A webhook is sent when a bill or a refund changes, to loopback addresses only.
// If the answer is not 2xx, it is sent again, three times at most.
package sandbox
