// Package omisealipay lets a host take Alipay payments through Omise: it
// translates between the words of package contract and Omise's sources and
// charges. Read it if you want to know what a payment becomes at Omise, or if
// you write a provider for another gateway and want one to compare with.
//
// # What a payment becomes
//
// CreatePayment makes a source and a charge with it (or the charge alone, see
// the setting creation); the payment's id is the charge's. The idempotency key
// and the merchant's reference are kept in the charge's metadata. The payer is
// sent to the charge's authorize_uri, and Omise's word about the charge goes
// through the one table in status.go, whichever way it came.
//
// # At most one charge for one key
//
// Omise knows no idempotency keys, so this package keeps the promise by
// itself, in three layers: calls with one key meet in one flight within the
// process; what a key led to is remembered there for as long as there is room;
// and a call that may be a repetition searches Omise's list of charges for the
// key before it makes one. A search that finds nothing counts only after the
// settle time. Refunds are kept apart by the same three layers.
//
// # Errors
//
// Every error is a *contract.Error. The table in refusal.go says what each
// failure at Omise means; it is the only place that does.
//
// # Concurrency
//
// A Provider may be used by many goroutines at once. Configure replaces the
// whole session (connections and settings) in one step; calls that are under
// way finish with the one that they began with. The first two layers belong to
// the Provider and outlive a session, because a call that began before a
// Configure can still make a charge after it. While such a call runs under
// other credentials, a call with its key creates nothing and fails with
// AttemptUnsettled, since nobody can tell whether both are of one account.
package omisealipay
