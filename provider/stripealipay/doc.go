// Package stripealipay takes Alipay payments through Stripe: it translates the
// contract to PaymentIntents, with Stripe's official SDK. Read it if you run
// the provider, or if you write one for a gateway with an SDK, or with keys that
// are forgotten. provider/memory is the simpler one to copy.
//
// # Files
//
// Each operation has a file, and each file reads from top to bottom. The files
// have the same names in every provider:
//
//	provider.go          the Provider, which a host calls
//	describe.go          what the provider can do, and its settings
//	configure.go         settings and secrets; a session is one configuration in use
//	probe.go             which currencies the account may ask for
//	create_payment.go    get_status.go    cancel_payment.go    list_payments.go
//	refund.go            get_refund.go    parse_webhook.go
//
// They share Stripe's objects and tables:
//
//	payment_object.go    a PaymentIntent, and its translation
//	refund_object.go     a refund, and its translation
//	status.go            what Stripe's statuses and failure codes mean
//	error.go             what Stripe's errors mean
//
// Three files exist only in this provider:
//
//	client.go            the SDK, with retries, logs and telemetry switched off
//	amount.go            amounts in currencies whose unit at Stripe differs
//	api_version.go       which API versions events may have
//
// Package kit does what is the same for every provider: it finds the session of a
// call, says what became of a request, and verifies webhooks. The SDK sends its
// requests through a roundtrip.Transport. It decodes answers with encoding/json, so
// strictjson decodes every answer as well, for the mandatory fields.
//
// # What keeps money safe
//
// Stripe honours an idempotency key for at least 24 hours. So a repeated call is
// sent again with the same key, and Stripe makes one payment of concurrent calls
// with one key. Three of Stripe's rules need care:
//
//   - The answer to a repeated key is the first answer, with the status of that
//     time, also if it was a failure of Stripe's own (500). So after a repeated
//     answer the payment is read, and after a repeated failure the list of
//     payments shows whether there is one.
//   - A key is forgotten after a day, and would then make a second payment.
//     After 23 hours the payment is looked up first, in the list of all that
//     was created since the first call, and only a look-up that proves that
//     there is none lets the request be sent.
//   - Stripe compares all parameters of a repeated request, the contract
//     amount, currency and method. When Stripe refuses a key that it knows, the
//     payment that has it decides.
//
// The SDK does not retry here. net/http repeats a request with an Idempotency-Key
// when a kept connection turns out to be closed, which does no harm with a gateway
// that honours keys. Whatever Stripe answers is compared with what was asked.
//
// # Statuses
//
//	PENDING    requires_action, requires_confirmation, processing; requires_payment_method before any attempt
//	SUCCEEDED  succeeded, with all of the amount received, by a charge that is paid and captured
//	FAILED     requires_payment_method with last_payment_error; a payer who did nothing is
//	           payment_intent_payment_attempt_expired, PAYER_TIMEOUT
//	CANCELED   canceled
//	UNKNOWN    everything else, requires_capture included, and whatever contradicts itself
//
// Stripe has no status for a payment that expired, and does not say how long
// the payer has. So no lifetime is declared. A host that does not want a FAILED
// payment to be tried again may cancel it.
//
// Stripe adds payment_intent, payment_intent_client_secret and redirect_status
// to the return URL. They prove nothing, and the second does not belong in a
// log.
//
// # Versions of Stripe's API
//
// Every request asks for the version of the SDK. An event comes in the version of
// its webhook endpoint, which must be 2022-11-15 or later: an older event of the
// host's is WEBHOOK_MALFORMED with its version, since its PaymentIntent has no
// latest_charge. Later versions than the SDK's are read as if nothing of these
// objects had changed.
//
// testdata/versions.json has the fields of the objects in each version, from the
// released modules stripe-go and stripe-mock, and what changed. The command in
// internal/cmd/versions writes it. An update of the SDK needs a row there, and one
// in docs/stripe.md.
//
// # What is known of Stripe, and what is a guess
//
// docs/stripe.md says for each fact how surely it is known, and what the provider
// does if it is not so. Do not build on these guesses:
//
//   - that the 90 days for refunds end with a day in UTC. The provider itself
//     refuses only what is a day past that.
//   - which codes a declined Alipay payment comes with. Unknown ones are OTHER,
//     with Stripe's word kept.
//   - that the list of payments does not lag by more than the settle time of
//     two minutes. Stripe says that its search does, so the search is not used.
//   - that charge.amount_refunded does not count refunds that failed.
//   - what becomes of a payer's money who pays while the payment is canceled.
//
// # Limits
//
// It was tried against stripe-sandbox, and its requests against stripe-mock;
// never against Stripe itself. Whether Alipay is enabled for an account is not
// read: the first payment says METHOD_NOT_ENABLED. Webhooks are verified by
// their signature only, since every endpoint at Stripe has a secret. A look-up
// by key reads all PaymentIntents of its window, a hundred for each request.
// Platforms of Stripe Connect (Stripe-Account) are not served. Metadata with
// empty values, or with [ or ] in a name, is refused, since Stripe would lose
// it.
package stripealipay
