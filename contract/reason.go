package contract

import "slices"

// Outcome says what is certain about one call of an operation that moves money,
// after an error. The package documentation says what a host does with it.
type Outcome string

// The outcomes.
const (
	// NotAttempted means that it is certain that the gateway executed no request
	// of this call that could move money. Nothing was sent, or the gateway
	// refused to process what was sent, as it does to limit the rate of requests.
	NotAttempted Outcome = "NOT_ATTEMPTED"

	// Rejected means that it is certain that the gateway rejected the request,
	// and that no money moved.
	Rejected Outcome = "REJECTED"

	// Indeterminate means that the request may have been executed, or may still
	// be.
	Indeterminate Outcome = "INDETERMINATE"
)

// Reason says why a call failed. The comment of each constant says when it is
// used, what to do, and which outcome the error has on operations that move
// money; the first is that of [NewError]. "NotAttempted before sending, Rejected by
// the gateway" means that the outcome is NotAttempted if nothing was sent, and
// Rejected if the gateway refused. Every reason may also be Indeterminate; see
// [Error.ForAttempt].
//
// A reason is a target for errors.Is, as in errors.Is(err, PaymentNotFound). A
// provider does not return a bare reason, which has no outcome. It returns an
// error that it makes with [NewError].
type Reason string

// Error returns the reason as a string, so that it can be the target of
// errors.Is.
func (r Reason) Error() string { return string(r) }

// Reasons that lie in the request or the configuration.
const (
	// InvalidRequest: a field is missing, malformed or too long; the violations
	// name it. Fix the caller. NotAttempted before sending, Rejected by the
	// gateway.
	InvalidRequest Reason = "INVALID_REQUEST"

	// CurrencyUnsupported: the payment method or the gateway does not accept the
	// currency. NotAttempted before sending, Rejected by the gateway.
	CurrencyUnsupported Reason = "CURRENCY_UNSUPPORTED"

	// CurrencyExponentMismatch: the host and the provider do not agree on the
	// minor unit of the currency. Update the older of the two. NotAttempted
	// before sending, Rejected by the gateway.
	CurrencyExponentMismatch Reason = "CURRENCY_EXPONENT_MISMATCH"

	// AmountOutOfRange: the amount is outside the limits in force. NotAttempted
	// before sending, Rejected by the gateway.
	AmountOutOfRange Reason = "AMOUNT_OUT_OF_RANGE"

	// MethodUnsupported: the provider or the gateway does not have the payment
	// method. NotAttempted before sending, Rejected by the gateway.
	MethodUnsupported Reason = "METHOD_UNSUPPORTED"

	// MethodNotEnabled: the gateway has the payment method, but this account may
	// not use it. The message says whom to ask. NotAttempted before sending,
	// Rejected by the gateway.
	MethodNotEnabled Reason = "METHOD_NOT_ENABLED"

	// InvalidConfig: a setting or secret is missing, unknown or malformed; the
	// violations name it, and never show its value. Only Configure returns it.
	InvalidConfig Reason = "INVALID_CONFIG"

	// NotConfigured: no Configure has succeeded yet. NotAttempted.
	NotConfigured Reason = "NOT_CONFIGURED"

	// ModeMismatch: the test mode was used where the live mode was meant, or the
	// reverse. NotAttempted.
	ModeMismatch Reason = "MODE_MISMATCH"

	// CapabilityUnsupported: the provider does not have the operation or the
	// feature, as its descriptor says. NotAttempted.
	CapabilityUnsupported Reason = "CAPABILITY_UNSUPPORTED"
)

// Reasons that lie in what the gateway allows, or in the state of a payment.
const (
	// ProviderAuthFailed: the gateway refused the credentials. Fix the
	// configuration, and do not repeat the call before that. Rejected.
	ProviderAuthFailed Reason = "PROVIDER_AUTH_FAILED"

	// ProviderRejected: the gateway rejected the request for good, and no other
	// reason fits. MetaProviderCode has the gateway's code. Rejected.
	ProviderRejected Reason = "PROVIDER_REJECTED"

	// PaymentNotFound: the gateway has no such payment. Rejected, for Refund and
	// CancelPayment. For a look-up by key, see Error.ProvesAbsence.
	PaymentNotFound Reason = "PAYMENT_NOT_FOUND"

	// RefundNotFound: the payment has no such refund. Rejected, for Refund. For a
	// look-up by key, see Error.ProvesAbsence.
	RefundNotFound Reason = "REFUND_NOT_FOUND"

	// PaymentNotRefundable: a payment in this state cannot be refunded, for
	// example because it is not paid. NotAttempted before sending, Rejected by
	// the gateway.
	PaymentNotRefundable Reason = "PAYMENT_NOT_REFUNDABLE"

	// RefundExceedsPayment: the refund is more than what is left of the payment.
	// NotAttempted before sending, Rejected by the gateway.
	RefundExceedsPayment Reason = "REFUND_EXCEEDS_PAYMENT"

	// RefundWindowExpired: it is too late for a refund. Pay the money back in
	// another way. NotAttempted before sending, Rejected by the gateway.
	RefundWindowExpired Reason = "REFUND_WINDOW_EXPIRED"

	// PaymentNotCancelable: the gateway refused to cancel a payment that is
	// still pending. Rejected by the gateway, NotAttempted before sending.
	PaymentNotCancelable Reason = "PAYMENT_NOT_CANCELABLE"
)

// Reasons that lie in the idempotency key.
const (
	// IdempotencyKeyReused: the key already has a payment (refund) with another
	// amount, currency or method; MetaPaymentID (MetaRefundID) names it. This
	// call wrote nothing. The host used one key for two payments (refunds). A
	// person must look at the one that is named, and the other one needs a key
	// of its own. Indeterminate, because something was made with the key.
	IdempotencyKeyReused Reason = "IDEMPOTENCY_KEY_REUSED"

	// AttemptUnsettled: an earlier call with the key may still be executed, or was
	// made in another account, and this call created nothing. Repeat it after
	// RetryAfter, with the result of Attempt.Next, in the account of the earlier
	// call. Indeterminate.
	AttemptUnsettled Reason = "ATTEMPT_UNSETTLED"

	// DuplicatePayments: the gateway has several payments for one key;
	// MetaPaymentIDs names all of them. They can be read by their ids. A person
	// must decide which of them counts. Indeterminate.
	DuplicatePayments Reason = "DUPLICATE_PAYMENTS"

	// DuplicateRefunds: the gateway has several refunds for one key;
	// MetaRefundIDs names all of them. A person must decide which of them
	// counts. Indeterminate.
	DuplicateRefunds Reason = "DUPLICATE_REFUNDS"
)

// Reasons that lie in the connection to the gateway, or in its response.
const (
	// ProviderRateLimited: the gateway did not process the request, because it
	// received too many. Repeat the call after RetryAfter. NotAttempted.
	ProviderRateLimited Reason = "PROVIDER_RATE_LIMITED"

	// ProviderUnreachable: nothing was sent, because there was no connection, no
	// DNS, no TLS, too many calls at once, or because the plugin does not run.
	// NotAttempted.
	ProviderUnreachable Reason = "PROVIDER_UNREACHABLE"

	// DeadlineTooShort: before a request that could move money was sent, the
	// deadline of the call passed or was too near, or the call was canceled.
	// NotAttempted.
	DeadlineTooShort Reason = "DEADLINE_TOO_SHORT"

	// ProviderTimeout: the gateway did not respond in time. Indeterminate.
	ProviderTimeout Reason = "PROVIDER_TIMEOUT"

	// ConnectionLost: the connection to the gateway or to the plugin broke after
	// something was sent. Indeterminate.
	ConnectionLost Reason = "CONNECTION_LOST"

	// ProviderFault: the gateway failed, with a 5xx, a 424 or an error that blames
	// its own back end. Indeterminate.
	ProviderFault Reason = "PROVIDER_FAULT"

	// MalformedResponse: the gateway's response cannot be read, or does not match
	// the request. If it has a readable id, that is in MetaPaymentID
	// (MetaRefundID). Indeterminate.
	MalformedResponse Reason = "MALFORMED_RESPONSE"

	// ProviderBug: the provider broke the contract: it panicked, or its answer
	// is invalid. Report it to the provider's author. Indeterminate.
	ProviderBug Reason = "PROVIDER_BUG"
)

// Reasons that lie in a webhook. Only ParseWebhook returns them.
const (
	// WebhookSignatureMissing: the request is not signed.
	WebhookSignatureMissing Reason = "WEBHOOK_SIGNATURE_MISSING"

	// WebhookSignatureInvalid: no signature was made with a configured secret,
	// or the gateway does not know the event.
	WebhookSignatureInvalid Reason = "WEBHOOK_SIGNATURE_INVALID"

	// WebhookSignatureStale: the time in the signature is too far from
	// WebhookRequest.ReceivedAt, before or after it.
	WebhookSignatureStale Reason = "WEBHOOK_SIGNATURE_STALE"

	// WebhookMalformed: the request is genuine, but cannot be read.
	WebhookMalformed Reason = "WEBHOOK_MALFORMED"
)

// outcomes are those of a reason, the one that NewError sets first.
type outcomes []Outcome

// reasons has, for every reason, the outcomes that it may have on operations that
// move money, in addition to Indeterminate, which every reason may have, and its
// remedy. The comment of each constant names the same outcomes, in the same order.
var reasons = map[Reason]struct {
	outcomes outcomes
	remedy   Remedy
}{
	InvalidRequest:           {outcomes{NotAttempted, Rejected}, RemedyRequest},
	CurrencyUnsupported:      {outcomes{NotAttempted, Rejected}, RemedyRequest},
	CurrencyExponentMismatch: {outcomes{NotAttempted, Rejected}, RemedyOperator},
	AmountOutOfRange:         {outcomes{NotAttempted, Rejected}, RemedyRequest},
	MethodUnsupported:        {outcomes{NotAttempted, Rejected}, RemedyRequest},
	MethodNotEnabled:         {outcomes{NotAttempted, Rejected}, RemedyOperator},
	InvalidConfig:            {nil, RemedyOperator},
	NotConfigured:            {outcomes{NotAttempted}, RemedyOperator},
	ModeMismatch:             {outcomes{NotAttempted}, RemedyOperator},
	CapabilityUnsupported:    {outcomes{NotAttempted}, RemedyRequest},
	ProviderAuthFailed:       {outcomes{Rejected}, RemedyOperator},
	ProviderRejected:         {outcomes{Rejected}, RemedyRequest},
	PaymentNotFound:          {outcomes{Rejected}, RemedyRequest},
	RefundNotFound:           {outcomes{Rejected}, RemedyRequest},
	PaymentNotRefundable:     {outcomes{NotAttempted, Rejected}, RemedyRequest},
	RefundExceedsPayment:     {outcomes{NotAttempted, Rejected}, RemedyRequest},
	RefundWindowExpired:      {outcomes{NotAttempted, Rejected}, RemedyRequest},
	PaymentNotCancelable:     {outcomes{Rejected, NotAttempted}, RemedyRequest},
	IdempotencyKeyReused:     {nil, RemedyDecision},
	AttemptUnsettled:         {nil, RemedyTime},
	DuplicatePayments:        {nil, RemedyDecision},
	DuplicateRefunds:         {nil, RemedyDecision},
	ProviderRateLimited:      {outcomes{NotAttempted}, RemedyTime},
	ProviderUnreachable:      {outcomes{NotAttempted}, RemedyTime},
	DeadlineTooShort:         {outcomes{NotAttempted}, RemedyTime},
	ProviderTimeout:          {nil, RemedyTime},
	ConnectionLost:           {nil, RemedyTime},
	ProviderFault:            {nil, RemedyTime},
	MalformedResponse:        {nil, RemedyTime},
	ProviderBug:              {nil, RemedyAuthor},
	WebhookSignatureMissing:  {nil, RemedyOperator},
	WebhookSignatureInvalid:  {nil, RemedyOperator},
	WebhookSignatureStale:    {nil, RemedyOperator},
	WebhookMalformed:         {nil, RemedyAuthor},
}

// Known reports whether this version of the contract has the reason.
func (r Reason) Known() bool {
	_, known := reasons[r]
	return known
}

// Allows reports whether an error of an operation that moves money may have this
// reason with this outcome. For example, a ProviderTimeout cannot be Rejected.
// Package plugin makes an error with an outcome that is not allowed
// Indeterminate. A reason that this version does not know may have any outcome.
func (r Reason) Allows(outcome Outcome) bool {
	switch outcome {
	case Indeterminate:
		return true
	case NotAttempted, Rejected:
		return slices.Contains(reasons[r].outcomes, outcome) || !r.Known()
	default:
		return false
	}
}

// firstOutcome returns the first outcome that the reason may have.
func (r Reason) firstOutcome() Outcome {
	if known := reasons[r].outcomes; len(known) > 0 {
		return known[0]
	}
	return Indeterminate
}
