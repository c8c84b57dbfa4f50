// Package contract is what a host and every payment provider agree on: the
// operations, the words for a payment's state, and what an error allows the
// caller to do next.
//
// Read it if you load providers into a platform, or if you write one. It is
// plain Go on the standard library alone; package contract/wire carries it
// over gRPC and package plugin over a process border, and neither adds a
// meaning of its own.
//
// The roles are these. A merchant asks a payer for money. A host is the
// program that sells for merchants and loads providers. A gateway is the
// company whose service moves the money. A provider, an implementation of
// [PaymentProvider], translates between this package and one gateway.
//
// The words "must", "may" and "is guaranteed" are used exactly: a must is a
// duty, a may leaves the choice open, and what is guaranteed was ensured before
// the call. The conformance suite checks every must of a provider; those of a
// host are what the provider's promises rest on.
//
// # Life cycle of a provider
//
// Describe works at once and says what the provider can do. Configure gives
// it settings, secrets and a mode; every other operation before the first
// successful Configure fails with [NotConfigured]. Configure may be repeated
// at any time: calls in flight keep the configuration that they began with,
// and a Configure that fails changes nothing.
//
// # Life cycle of a payment
//
// CreatePayment makes a payment, normally [PaymentPending] with a [NextAction]
// for the payer. The host sends the payer there. What happens next is learnt
// from GetStatus, always fresh, or announced by a webhook through
// ParseWebhook. That the payer came back to the return URL proves nothing.
// See [PaymentStatus] for the states and which of them end a payment.
//
// # Attempts and idempotency keys
//
// A call that moves money can be lost: its answer may never arrive although
// the gateway did what it was asked. So the host gives every payment and every
// refund that it wants an idempotency key, and uses the same key for every call
// that tries to get it. That one wish, over all its calls, is an attempt. The
// provider must make at most one payment (refund) at the gateway for one key.
//
// Before each call the host keeps in its database the key, when the call
// begins, and its deadline. After the call it keeps what [Attempt.Next] gives,
// which is what the next call with the key has to carry:
//
//   - The first call carries the key alone, and costs no look-up.
//   - Every later call carries FirstAt, when the first call began, and, if the
//     result of any earlier call is not known, LastUnknownAt, when the latest
//     such call ended.
//   - A provider that is given FirstAt finds the earlier payment before it
//     makes one: either the gateway honours keys ([IdempotencyNative]), or the
//     provider searches the gateway's payments for the key
//     ([IdempotencyLookup]), in the window from FirstAt until LastUnknownAt, or
//     now if that is absent, with a margin on both sides for clocks that differ.
//   - A search that finds nothing proves nothing until the settle time
//     ([Idempotency.SettleTime]) has passed since LastUnknownAt, because the
//     lost request may still be under way. Until then the provider creates
//     nothing and answers [AttemptUnsettled].
//
// Only calls of CreatePayment and Refund count; reads by key change nothing.
//
// A host must never have two calls with one key in flight, not from two of its
// own processes either. Within one process of a provider concurrent calls meet;
// across processes no provider can serialise them. A host that was given a
// payment reads it by its id from then on, and does not create with the key
// again.
//
// # Outcomes: what the caller may do after an error
//
// If the payer declines, or the gateway makes a payment and declines it at
// once, that is an answer, with status [PaymentFailed], and no error. An error
// means that there is no payment to trust. The three operations that move
// money, CreatePayment, CancelPayment and Refund, say with every error what is
// certain about this one call:
//
//   - [NotAttempted]: certainly nothing was executed. The host may repeat the
//     call with the same key, after RetryAfter or a wait of its own.
//   - [Rejected]: certainly nothing moved, the gateway refused the request.
//     The host must not repeat it unchanged.
//   - [Indeterminate]: it may have happened, or may still happen. The host
//     keeps the attempt open and finds out with the same key.
//
// An error without an outcome is Indeterminate: a crash, a deadline of the
// host's own, a broken connection. [OutcomeOf] applies this rule, so hosts ask
// it and never the field.
//
// An outcome speaks of one call; the host decides per key:
//
//	calls with the key so far            what the host may do
//	every one NotAttempted or Rejected   give the key up and use another, or
//	                                     another provider; after NotAttempted
//	                                     also repeat
//	one gave a payment (refund)          the attempt is closed; the payment
//	                                     decides, see below
//	one Indeterminate or without answer  find out with the same key; whatever
//	                                     later calls end with, no other key
//
// The last row holds even when a later call ends NotAttempted or Rejected,
// because that says nothing about the earlier one. To find out, a host asks
// GetStatus (GetRefund) by the key where the descriptor says LookupByKey.
// Otherwise it repeats the same call with the same key, as long as the gateway
// honours it ([Idempotency.KeyLife], counted from FirstAt). Repeating is safe
// in both cases. An open attempt is closed by a payment (refund) for the key,
// or by a [PaymentNotFound] ([RefundNotFound]) for which [Error.ProvesAbsence]
// holds. If neither can be had any more, or the gateway has several payments
// for the key ([DuplicatePayments]), or one that is not what was asked for
// ([IdempotencyKeyReused]), only a person can close it.
//
// A closed attempt allows another one for the same order when nothing was
// found, or when its payment is FAILED, EXPIRED or CANCELED. Those may still
// succeed late; then the order was paid twice, and the host gives one payment
// back or asks a person.
//
// CancelPayment has no key and needs none. After an error of it, of whatever
// outcome, ask GetStatus by the payment's id, and cancel again if it is still
// pending.
//
// Reads (GetStatus, GetRefund, ListPayments, ParseWebhook) and Configure and
// Describe move nothing; their errors carry no outcome, and they may be
// repeated at will.
//
// # Errors
//
// Every error of a provider's operation is an [*Error] with a [Reason]. Reasons
// are strings, and later versions may add some: act on the outcome first, and
// on the reason only to do better than that. Code between host and provider may
// add errors of its own kind, which is why [OutcomeOf] takes any error.
//
// # Time
//
// All times are instants in UTC; the zero time.Time means absent. Lengths of
// time are time.Duration. A provider runs beside its host, and the two are
// taken to read one clock; where a provider compares it with a gateway's, it
// allows for a difference.
//
// # Concurrency
//
// All operations of a provider may be called by many goroutines at once,
// Configure included. A context that ends stops the caller's waiting; it does
// not undo what the gateway was asked.
//
// # Compatibility
//
// Until v1 is tagged anything may change with a note in the change log. After
// that, fields and reasons may be added and none changes its meaning. Embed
// [UnimplementedPaymentProvider] in a provider so that operations of later
// versions do not break its build.
package contract
