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
// duty that the conformance suite checks, a may leaves the choice open, and
// what is guaranteed was ensured before the call.
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
// refund that it wants an idempotency key, keeps the key in its database before
// the first call, and uses the same key for every repetition. The provider
// must make at most one payment (refund) at the gateway for one key. [Attempt]
// has the rules; in short:
//
//   - The first call with a key carries the key alone, and costs no look-up.
//   - Every later call carries FirstAt, when the first call began, and, if any
//     earlier call ended without a certain result, LastUnknownAt, when the
//     latest such call ended.
//   - A provider that is given FirstAt finds the earlier payment before it
//     makes one, either because the gateway honours keys ([IdempotencyNative])
//     or by looking it up ([IdempotencyLookup]).
//   - A look-up that finds nothing proves nothing until the settle time has
//     passed since LastUnknownAt, because the lost request may still be under
//     way. Until then the provider answers [AttemptUnsettled].
//   - A host must never have two calls with one key in flight; across
//     processes no provider can serialise them.
//
// # Outcomes: what the caller may do after an error
//
// A payment that the payer or the gateway declined is an answer, with status
// [PaymentFailed], and no error. An error means that there is no payment to
// trust. The three operations that move money, CreatePayment, CancelPayment
// and Refund, say with every error what is certain about this one call:
//
//   - [NotAttempted]: certainly nothing was executed. The host may repeat the
//     call with the same key, later.
//   - [Rejected]: certainly nothing moved, the gateway refused the request.
//     The host must not repeat it unchanged.
//   - [Indeterminate]: it may have happened, or may still happen. The host
//     keeps the attempt open and finds out with the same key.
//
// An error without an outcome is Indeterminate: a crash, a deadline of the
// host's own, a broken connection. [OutcomeOf] applies this rule, so hosts ask
// it and never the field.
//
// An outcome speaks of one call; the host decides per key. Once any call with
// a key was Indeterminate, a later NotAttempted or Rejected does not close the
// attempt, because neither says anything about the earlier call. Only these
// close it: a payment (or refund) given back for the key, or a
// [PaymentNotFound] ([RefundNotFound]) that says it was complete and settled,
// see [Error.ProvesAbsence]. Another key, or another provider, for the same
// order may be used only when every call with the key was NotAttempted or
// Rejected, or when the attempt is closed.
//
// To find out, a host asks GetStatus with the key where the descriptor says
// LookupByKey, or else repeats the call with the same key while the gateway
// remembers it. Repeating CreatePayment with the key is safe in either case.
//
// Reads (GetStatus, GetRefund, ListPayments, ParseWebhook) and Configure and
// Describe move nothing; their errors carry no outcome, and they may be
// repeated at will.
//
// # Errors
//
// Every error of an operation is an [*Error] with a [Reason]. Reasons are
// strings, and later versions may add some: act on the outcome first, and on
// the reason only to do better than that.
//
// # Time
//
// All times are instants in UTC; the zero time.Time means absent. Lengths of
// time are time.Duration.
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
