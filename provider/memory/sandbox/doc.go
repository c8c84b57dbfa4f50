// Package sandbox is the Memory gateway: a small payment gateway that takes no
// real money, keeps everything in memory, and behaves as a good gateway does.
// Read it if you want a simple gateway to write a provider for, or if you run the
// conformance suite against the memory provider.
//
// It serves two handlers. One is the gateway's API and pay page, which this page
// documents. The other is the control protocol gwctl/1 (package
// conformance/gateway), by which a test controls the gateway.
//
// # Requests
//
// The API is JSON over HTTP, below a base URL. Every request has the account's
// secret key, "Authorization: Bearer mk_test_...". There is only a test mode.
// Bodies have "Content-Type: application/json" and at most 64 KiB. Fields, query
// parameters and values that are not described here are refused. The header Date
// of an answer is the account's clock, which also decides about expiry and refund
// windows.
//
//	POST /v1/payments                          create a payment
//	GET  /v1/payments/{id}                     one payment
//	GET  /v1/payments                          a list of payments
//	POST /v1/payments/{id}/cancel              cancel a payment
//	POST /v1/payments/{id}/refunds             create a refund
//	GET  /v1/payments/{id}/refunds             the refunds of a payment
//	GET  /v1/payments/{id}/refunds/{refund}    one refund
//	GET  /v1/account                           the account and its limits
//
// # Payments
//
// A payment is created from
//
//	{
//	  "amount": 2000,              required; in the currency's smallest unit
//	  "currency": "THB",           required; one of the method's, within the limits of GET /v1/account
//	  "method": "wallet",          required; wallet (on the pay page), qr (with a code; never refunded)
//	                               or phone (in an app that rings on the payer's phone)
//	  "payer_phone": "+6681...",   required for phone, and refused for others
//	  "return_url": "https://...", required; absolute http or https, at most 2048 bytes of ASCII
//	  "reference": "order-77",     optional; at most 255 bytes; need not be unique
//	  "description": "Two teas",   optional; at most 255 bytes
//	  "metadata": {"k": "v"}       optional; at most 20 pairs of 40 and 255 bytes
//	}
//
// and a required header Idempotency-Key of 1 to 64 letters, digits, _ and -. The
// answer is 201 with the payment. The same key with the same body is answered
// with 200, the payment as it is now, and the header "Idempotent-Replayed: true".
// With another body the answer is 409 key_reused, with the payment_id. A key is
// kept as long as its payment.
//
//	{
//	  "id": "pay_1f...", "object": "payment", "live": false,
//	  "idempotency_key": "...",    absent if it was made in the dashboard
//	  "amount": 2000, "currency": "THB", "amount_refunded": 0,
//	  "method": "wallet", "status": "pending",
//	  "failure_code": "declined",  only when failed, with failure_message
//	  "reference": "", "description": "", "metadata": {}, "return_url": "...", "payer_phone": "...",
//	  "pay_url": "http://...",     only of a wallet, while pending: where to send the payer
//	  "qr_payload": "http://...",  only of a qr, while pending: the text of the code
//	  "qr_image_url": "http://...", likewise: a picture (SVG), which shows that text and no real code
//	  "created_at": "2026-02-03T04:05:06.789Z", "updated_at": "...",
//	  "expires_at": "...",         30 minutes after created_at
//	  "paid_at": "..."             only when succeeded
//	}
//
// A payment is pending until it is succeeded, failed, expired or canceled. A
// payment that is failed, expired or canceled may still become succeeded, when
// the payer's money arrives late. Only a pending payment can be canceled;
// otherwise the answer is 409 payment_not_cancelable. To cancel a canceled
// payment again does no harm.
//
// Failure codes are declined, insufficient_funds, payer_canceled,
// payer_timeout, limit_exceeded, fraud_suspected and processing_error. Others may
// be added.
//
// GET /v1/payments has the parameter idempotency_key alone, or any of
// created_from (inclusive) and created_until (exclusive), both RFC 3339,
// page_size (1 to 100, default 20) and page_token. The answer is
// {"payments": [...], "next_page_token": "..."}, oldest first. The last page has
// no next_page_token.
//
// # Refunds
//
// A refund is created from {"amount": 500, "currency": "THB", "reason": "..."}
// (reason is optional, at most 255 bytes) and a required Idempotency-Key, which is
// unique within its payment and otherwise works as above; 409 key_reused has the
// refund_id.
//
//	{
//	  "id": "rfd_9c...", "object": "refund", "live": false,
//	  "payment_id": "pay_1f...", "idempotency_key": "...",
//	  "amount": 500, "currency": "THB", "status": "pending", "reason": "",
//	  "failure_code": "...",       only when failed
//	  "created_at": "...", "updated_at": "..."
//	}
//
// A refund is pending for a minute, then succeeded, unless it failed. The
// payment's amount_refunded is the sum of its refunds that did not fail, and
// never exceeds its amount. A payment can be refunded 15 times, in parts, until
// the end of the 90th day (UTC) after paid_at. One with a qr cannot be refunded: 409
// payment_not_refundable.
//
// The answer to GET /v1/payments/{id}/refunds is {"refunds": [...]} with all
// refunds of the payment, oldest first, or with the one that has the parameter
// idempotency_key.
//
// # Account
//
//	{
//	  "id": "acct_...", "object": "account", "country": "TH", "live": false,
//	  "methods": [{
//	    "method": "wallet", "payment_lifetime_seconds": 1800,
//	    "refundable": true, "refund_window_days": 90, "max_refunds": 15,
//	    "limits": [{"currency": "THB", "min_amount": 100, "max_amount": 5000000}, ...]
//	  }, {
//	    "method": "qr", "payment_lifetime_seconds": 1800, "refundable": false,
//	    "limits": [{"currency": "THB", "min_amount": 100, "max_amount": 200000}]
//	  }, {
//	    "method": "phone", "payment_lifetime_seconds": 1800, "needs_phone": true,
//	    "refundable": true, "refund_window_days": 90, "max_refunds": 15,
//	    "limits": [{"currency": "THB", "min_amount": 100, "max_amount": 200000}]
//	  }]
//	}
//
// # Errors
//
//	{"error": {"code": "...", "message": "...", "field": "...", "payment_id": "...", "refund_id": "..."}}
//
// field, payment_id and refund_id are absent if they do not apply.
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
// When the status of a payment or refund changes, and when a refund is created,
// the gateway sends to the account's webhook URL a POST of
//
//	{"id": "evt_...", "object": "event", "type": "payment.updated", "live": false, "created_at": "...", "data": {...}}
//
// The type is payment.updated or refund.updated; others may be added. data is
// the payment or refund as it was then. If no 2xx answer arrives within 5
// seconds, the gateway sends the same event again, three times at most. The order
// of events is not guaranteed. The time in the signature is the real time and not
// the account's clock, since the receiver compares it with its own.
//
// The header "Memory-Signature: t=1770091506,v1=5257a8..." has the time of sending
// in seconds since 1970, and the HMAC-SHA256 of that number, a dot and the body,
// in lower-case hex. Its key is the account's webhook secret, with the prefix
// whsec_. While the secret is being replaced there are two v1, one for each
// secret.
//
// # Pay page
//
// pay_url, and the text of a qr, is the address of a plain HTML page for the payer.
// Its form posts outcome=succeeded or outcome=failed
// (application/x-www-form-urlencoded) to the same address. The answer is 303 to the
// return_url, to which nothing is added: the return of the payer proves nothing.
//
// # Limits
//
// Everything is kept in memory and bounded: 2 000 accounts with 100 000 payments
// each. Webhooks are sent to loopback addresses only.
package sandbox
