// Package omisealipay lets a host take payments by Alipay and the wallets of its
// family through Omise: it translates between package contract and Omise's sources
// and charges. Read it to know what a payment becomes at Omise, or to compare a
// provider of your own with one whose gateway has no idempotency keys. Its files
// have the names that package memory lists. docs/omise.md says what is known of
// Omise, and how surely.
//
// # What a payment becomes
//
// CreatePayment makes a source and a charge with it (or both in one request; see
// the setting creation). The payment's id is the charge's. The idempotency key and
// the merchant's reference are kept in the charge's metadata. The payer is sent to
// the charge's authorize_uri. Omise's status is translated by one table, in
// status.go, wherever it comes from.
//
// # Methods
//
// The table in method.go has a row for each method, with what is known of it in
// every account. Which of them an account has, and in which currencies, is in its
// capability (offer.go), so most of them need a Configure with a probe.
//
// # At most one charge for a key
//
// Omise has no idempotency keys, so this package keeps the promise by itself, in
// three layers:
//
//   - Concurrent calls with one key share one piece of work (shared_calls.go).
//   - What a key led to is remembered in the process, as long as there is room
//     (key_cache.go).
//   - A call that may repeat another one searches Omise's list of charges for the
//     key before it makes a charge (get_status.go). A search that finds nothing
//     counts only after the settle time.
//
// Refunds have the same layers.
//
// # Errors
//
// Every error is a *contract.Error. The tables in error.go and rejection.go say
// what each failure at Omise means, and nothing else does.
//
// # Concurrency
//
// A Provider is safe for concurrent use. Configure replaces the session, which is
// the settings and connections, in one step; calls under way end with the session
// that they began with. The first two layers belong to the Provider and outlive a
// session, because a call that began before a Configure can still make a charge
// after it. While such a call runs under other credentials, a call with its key
// creates nothing and fails with AttemptUnsettled, since nobody can tell whether
// both are of one account.
package omisealipay
