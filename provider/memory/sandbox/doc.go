// Package sandbox is the Memory gateway: a small payment gateway that takes
// no real money, forgets everything when it ends, and behaves the way a
// well-made gateway does. Read it if you write a provider and want the
// plainest gateway to write one for, or if you run the conformance suite
// against the memory provider.
//
// It serves two handlers. The first is the gateway's API and pay page,
// described below for somebody who has never seen this source. The second
// speaks gwctl/1 (package conformance/gateway), the tester's hand.
//
// # Requests
//
// JSON over HTTP, below the API's base URL. Every request bears the account's
// secret key, "Authorization: Bearer mk_test_...". There is test mode only.
// Bodies are at most 64 KiB of "Content-Type: application/json"; fields, query
// fields and values that are not described here are refused. The header Date
// of an answer is the account's clock, the one that decides about expiry and
// refund windows.
//
//	POST /v1/payments                          create a payment
//	GET  /v1/payments/{id}                     one payment
//	GET  /v1/payments                          many payments
//	POST /v1/payments/{id}/cancel              call a payment off
//	POST /v1/payments/{id}/refunds             give money back
//	GET  /v1/payments/{id}/refunds             a payment's refunds
//	GET  /v1/payments/{id}/refunds/{refund}    one refund
//	GET  /v1/account                           what the account may do
//
// # Payments
//
// A payment is created from
//
//	{
//	  "amount": 2000,              required; in the currency's smallest unit
//	  "currency": "THB",           required; THB, JPY or KWD, within the limits of GET /v1/account
//	  "method": "wallet",          required; the only one
//	  "return_url": "https://...", required; absolute http or https, at most 2048 bytes
//	  "reference": "order-77",     optional; at most 255 bytes; kept as it is, may repeat
//	  "description": "Two teas",   optional; at most 255 bytes
//	  "metadata": {"k": "v"}       optional; at most 20 pairs of 40 and 255 bytes
//	}
//
// and a required header Idempotency-Key of 1 to 64 letters, digits, _ and -.
// The answer is 201 with the payment. The same key with the same body is
// answered with 200, the same payment as it is now, and the header
// "Idempotent-Replayed: true"; with another body it is 409 key_reused, and the
// error names the payment_id. A key is remembered as long as its payment.
//
//	{
//	  "id": "pay_1f...", "object": "payment", "live": false,
//	  "idempotency_key": "...",    absent: made in the dashboard
//	  "amount": 2000, "currency": "THB", "amount_refunded": 0,
//	  "method": "wallet", "status": "pending",
//	  "failure_code": "declined",  only when failed, with failure_message
//	  "reference": "", "description": "", "metadata": {}, "return_url": "...",
//	  "pay_url": "http://...",     only while pending: where to send the payer
//	  "created_at": "2026-02-03T04:05:06.789Z", "updated_at": "...",
//	  "expires_at": "...",         30 minutes after created_at
//	  "paid_at": "..."             only when succeeded
//	}
//
// A payment is pending until it is succeeded, failed, expired or canceled.
// One that is failed, expired or canceled may still become succeeded, when the
// payer's money arrives late. A payment that is pending may be canceled;
// repeating that is harmless; any other status is 409 payment_not_cancelable.
//
// Failure codes are declined, insufficient_funds, payer_canceled,
// payer_timeout, limit_exceeded, fraud_suspected and processing_error; there
// will be more.
//
// GET /v1/payments takes idempotency_key alone, or created_from (inclusive)
// and created_until (exclusive), both RFC 3339 and optional, with page_size (1
// to 100, else 20) and page_token. It answers {"payments": [...],
// "next_page_token": "..."}, oldest first; without next_page_token there are
// no more.
//
// # Refunds
//
// A refund is created from {"amount": 500, "currency": "THB", "reason": "..."}
// (reason is optional, at most 255 bytes) and a required Idempotency-Key,
// unique within its payment, with the same promises as above; a reused key
// names the refund_id.
//
//	{
//	  "id": "rfd_9c...", "object": "refund", "live": false,
//	  "payment_id": "pay_1f...", "idempotency_key": "...",
//	  "amount": 500, "currency": "THB", "status": "pending", "reason": "",
//	  "failure_code": "...",       only when failed
//	  "created_at": "...", "updated_at": "..."
//	}
//
// A refund is pending for a minute, then succeeded, unless it failed. Refunds
// that did not fail count in the payment's amount_refunded, and never come to
// more than its amount. A payment can be refunded 15 times, in parts, until
// the end of the 90th day (UTC) after paid_at.
//
// GET /v1/payments/{id}/refunds answers {"refunds": [...]}, all of them,
// oldest first; idempotency_key narrows it to one.
//
// # Account
//
//	{
//	  "id": "acct_...", "object": "account", "country": "TH", "live": false,
//	  "methods": [{
//	    "method": "wallet", "payment_lifetime_seconds": 1800,
//	    "refund_window_days": 90, "max_refunds": 15,
//	    "limits": [{"currency": "THB", "min_amount": 100, "max_amount": 5000000}, ...]
//	  }]
//	}
//
// # Errors
//
//	{"error": {"code": "...", "message": "...", "field": "...", "payment_id": "...", "refund_id": "..."}}
//
// The last three only where they say something.
//
//	400  invalid_request, amount_out_of_range, currency_unsupported, method_unsupported
//	401  unauthorized
//	404  not_found (no such path), payment_not_found, refund_not_found
//	409  key_reused, payment_not_cancelable, payment_not_refundable, refund_exceeds_payment,
//	     refund_window_expired, too_many_refunds, account_full
//	413  body_too_large
//	415  content_type_unsupported
//
// # Webhooks
//
// When the status of a payment or refund changes, and when a refund is made,
// the account's webhook URL gets a POST of
//
//	{"id": "evt_...", "object": "event", "type": "payment.updated", "live": false, "created_at": "...", "data": {...}}
//
// type is payment.updated or refund.updated, there will be more, and data is
// the payment or refund as it was then. An answer other than 2xx within 5
// seconds is followed by three more tries, with the same id. Order is not
// promised. The time in the signature is the real one, whatever the account's
// clock says: a receiver compares it with its own.
//
// The header "Memory-Signature: t=1770091506,v1=5257a8..." carries the time of
// sending in seconds since 1970, and the HMAC-SHA256 of that number, a dot and
// the body, keyed with the account's webhook secret (all its characters,
// whsec_ too), in lower-case hex. While a secret is being replaced there are
// two v1, one by each secret.
//
// # Pay page
//
// pay_url is a plain HTML page for the payer. Its form posts outcome=succeeded
// or outcome=failed (application/x-www-form-urlencoded) to the same address,
// and is answered with 303 to the return_url. Nothing is added to that URL:
// who comes back has proved nothing.
//
// # Limits
//
// All is in memory and bounded: 100 000 payments in one account, 2 000
// accounts. Webhooks go to loopback addresses only.
package sandbox
