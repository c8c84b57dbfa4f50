// Package contract defines what a host and every payment provider agree on: the
// operations, their requests and answers, the status of a payment, and what an
// error allows the caller to do next.
//
// Read it if you load providers into a platform, or if you write a provider. It
// is plain Go and imports only the standard library. Package plugin carries it
// to a provider in a process of its own, and adds no meaning.
//
// # Terms
//
// A merchant asks a payer for money. A host is the program that sells for
// merchants and loads providers. A gateway is the company whose service moves
// the money. A provider, an implementation of [PaymentProvider], translates
// between this package and one gateway. An answer is what an operation returns
// when it does not return an error.
//
// The words "must", "may" and "is guaranteed" are exact. A must is a duty. A
// may leaves the choice open. What is guaranteed was ensured before the call.
// The conformance suite checks every must of a provider. The promises of a
// provider hold for a host that does what a host must.
//
// # Life cycle of a provider
//
// Describe works at any time and returns what the provider can do. Configure
// takes settings, secrets and a mode. Before the first successful Configure,
// every other operation fails with [NotConfigured]. Configure may be called
// again at any time: calls in flight keep the configuration that they began
// with, and a Configure that fails changes nothing.
//
// # Life cycle of a payment
//
// CreatePayment creates a payment, normally [PaymentPending] with a
// [NextAction], which the host passes on to the payer. After that, the host
// learns what happened from GetStatus, which reads the gateway anew on every
// call, or from a webhook, which it passes to ParseWebhook. A payer who comes
// back to the return URL proves nothing. See [PaymentStatus] for the states of
// a payment and for those that end it.
//
// # Attempts and idempotency keys
//
// The answer to a call that moves money can be lost, although the gateway did
// what it was asked to do. So the host assigns an idempotency key to every
// payment and every refund that it wants, and sends the same key with every
// call that tries to make it. One such payment or refund, over all the calls
// with its key, is an attempt. The provider must make at most one payment
// (refund) at the gateway for one key.
//
// Before each call the host stores in its database the key, the time at which
// the call begins, and its deadline. After the call it stores the result of
// [Attempt.Next], which the next call with the key has to carry. The rules are:
//
//   - The first call carries only the key, and costs no look-up.
//   - Every later call carries FirstAt, the time at which the first call began.
//     If the result of any earlier call is unknown, it also carries
//     LastUnknownAt, the time at which the latest such call ended.
//   - A provider that receives FirstAt finds the earlier payment before it
//     creates one. Either the gateway honours keys ([IdempotencyNative]), or
//     the provider searches the gateway's payments for the key
//     ([IdempotencyLookup]). The search covers the window from FirstAt until
//     LastUnknownAt, or until now if LastUnknownAt is absent, with a margin of
//     at least a minute on both sides for clocks that differ.
//   - A search that finds nothing proves nothing until the settle time
//     ([Idempotency.SettleTime]) has passed since LastUnknownAt, because the
//     lost request may still be executed. Until then the provider creates
//     nothing and returns [AttemptUnsettled], whose RetryAfter is what is left
//     of the settle time; after that it creates.
//
// Only calls of CreatePayment and Refund belong to an attempt. Reads by key do
// not change it.
//
// A key belongs to the account in which it is used, and outlives a
// configuration. A call with a key is open until it has ended with a payment
// (refund) or as NotAttempted or Rejected, or until a look-up in its account
// proves absence. While a call is open, and once it has made a payment (refund):
//
//   - A call with the key for another account sends nothing and ends as
//     [AttemptUnsettled]. So does one for an account of which the provider
//     cannot tell that it is the same. It can tell if the credentials are equal,
//     or if a probe found the same account with both.
//   - A look-up by the key in such an account does not prove absence, and neither
//     does one in the same account while the call is under way.
//   - For other credentials of the same account, all is as for the same.
//
// A provider may forget calls that have settled to bound its memory, and forgets
// all when its process ends. Then the times in the attempt make up for that, in
// the account of the calls only. So a host that has an open attempt from an
// earlier process closes it in its account before it uses the key in another.
//
// A host must never have two calls with the same key in flight, not even from
// two of its processes. One provider process makes a single payment of
// concurrent calls with one key, but several processes cannot coordinate their
// calls. Once a host has received a payment, it reads the payment by its id, and
// does not create with the key again.
//
// # Outcomes: what the caller may do after an error
//
// If the payer declines, or if the gateway creates a payment and declines it at
// once, the result is an answer with the status [PaymentFailed], and no error.
// An error means that there is no payment to trust. Three operations move
// money: CreatePayment, CancelPayment and Refund. Every error that a provider
// returns from them has an outcome, which says what is certain about this one
// call:
//
//   - [NotAttempted]: it is certain that nothing was executed. The host may
//     repeat the call with the same key, after RetryAfter or a delay of its own.
//   - [Rejected]: it is certain that no money moved, because the gateway
//     rejected the request. The host must not repeat the call unchanged.
//   - [Indeterminate]: the request may have been executed, or may still be. The
//     host keeps the attempt open and finds out with the same key.
//
// Errors from elsewhere have no outcome: those of a crash, of a deadline of the
// host's own, of a broken connection. An error without an outcome counts as
// Indeterminate. [OutcomeOf] applies this rule, so a host calls OutcomeOf and
// does not read the field.
//
// An outcome is about one call, but a host decides about a key:
//
//	results of the calls with the key    what the host may do
//	all are NotAttempted or Rejected     abandon the key, and use another key or
//	                                     another provider; after NotAttempted,
//	                                     also repeat the call
//	one is a payment (refund)            close the attempt; what comes next
//	                                     depends on the payment, see below
//	one is Indeterminate or missing      find out with the same key, and use no
//	                                     other key, whatever later calls return
//
// The last row holds even if a later call ends as NotAttempted or Rejected,
// because that says nothing about the earlier call. To find out, a host calls
// GetStatus (GetRefund) with the key if the descriptor says LookupByKey.
// Otherwise it repeats the same call with the same key, for as long as the gateway
// honours the key ([Idempotency.KeyLife], counted from FirstAt). Both are safe
// to repeat. An open attempt is closed by a payment (refund) for the key. A
// [PaymentNotFound] ([RefundNotFound]) for which [Error.ProvesAbsence] returns
// true, in the account of the calls, proves that nothing was made:
//
//   - A refund may then be made by another call with the same key.
//   - A payment that cannot be paid unless the payer acts
//     ([PayerActionRequired]), and of which no NextAction was passed on, is
//     closed: if it appears after all, nobody can pay it.
//   - Any other payment is left to a person.
//
// If neither can be had any more, only a person can close the attempt. The same
// holds if the gateway has several payments for the key ([DuplicatePayments],
// [DuplicateRefunds]), or one that is not what was asked for
// ([IdempotencyKeyReused]).
//
// A closed attempt allows a new attempt for the same order if nothing was
// made, or if its payment is FAILED, EXPIRED or CANCELED. Such a payment may
// still succeed late. Then the order was paid twice, and the host refunds one
// payment or asks a person. [Decide] is all of these rules as code.
//
// CancelPayment has no key and needs none. After any error of CancelPayment,
// whatever its outcome, call GetStatus with the payment's id, and cancel again
// if the payment is still pending.
//
// The other operations move no money: GetStatus, GetRefund, ListPayments,
// ParseWebhook, Configure and Describe. Their errors have no outcome, and a
// call may be repeated at any time.
//
// # Errors
//
// Every error of a provider's operation is an [*Error] with a [Reason]. Reasons
// are strings, and later versions may add some. So act on the outcome first,
// and use the reason only to do better than that. Code between host and
// provider may return errors of other types, which is why [OutcomeOf] takes any
// error.
//
// # Time
//
// All times are instants in UTC; the zero time.Time means absent. Durations are
// of type time.Duration. A provider runs beside its host, and both are assumed
// to read the same clock. Where a provider compares that clock with the
// gateway's, it allows for a difference.
//
// # Concurrency
//
// All operations of a provider, Configure included, may be called by many
// goroutines at once. When a context ends, the caller stops waiting; this does
// not undo what the gateway was asked to do. At the deadline, requests to the
// gateway that only read end too, in whatever call.
//
// # Compatibility
//
// Until v1 is tagged, anything may change, with a note in the change log. After
// that, fields and reasons may be added, and none changes its meaning. Embed
// [UnimplementedPaymentProvider] in a provider, so that operations of later
// versions do not break its build.
package contract
