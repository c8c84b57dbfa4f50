package contract

import "slices"

// Outcome says what is certain about one call of an operation that moves
// money, after an error. See the package documentation for what a host does
// with it.
type Outcome string

// The outcomes.
const (
	// NotAttempted is certain: the gateway executed no request of this call
	// that could move money. Nothing was sent, or the gateway turned it away
	// without reading it, as when it limits the rate of requests.
	NotAttempted Outcome = "NOT_ATTEMPTED"

	// Rejected is certain: the gateway refused this request, and nothing moved.
	Rejected Outcome = "REJECTED"

	// Indeterminate means that it may have happened or may still happen.
	Indeterminate Outcome = "INDETERMINATE"
)

// Reason is the cause of an error. Each constant says when it is used and what
// to do; its outcome is that on operations that move money. "Before sending"
// and "by the gateway" tell who refused.
//
// A reason is what errors.Is looks for: errors.Is(err, PaymentNotFound). By
// itself it is not an error of a provider's, because it has no outcome; make one
// with [NewError].
type Reason string

// Error returns the reason's word.
func (r Reason) Error() string { return string(r) }

// Errors of the request or the configuration.
const (
	// InvalidRequest: a field is missing, malformed or too long; the
	// violations name it. Mend the caller. NotAttempted before sending,
	// Rejected by the gateway.
	InvalidRequest Reason = "INVALID_REQUEST"

	// CurrencyUnsupported: the method or the gateway does not take the
	// currency. NotAttempted before sending, Rejected by the gateway.
	CurrencyUnsupported Reason = "CURRENCY_UNSUPPORTED"

	// CurrencyExponentMismatch: the two ends of the wire count the currency's
	// minor unit differently. Update the older side. NotAttempted.
	CurrencyExponentMismatch Reason = "CURRENCY_EXPONENT_MISMATCH"

	// AmountOutOfRange: the amount is not within the limits in force.
	// NotAttempted before sending, Rejected by the gateway.
	AmountOutOfRange Reason = "AMOUNT_OUT_OF_RANGE"

	// MethodUnsupported: the provider or the gateway does not know the payment
	// method. NotAttempted before sending, Rejected by the gateway.
	MethodUnsupported Reason = "METHOD_UNSUPPORTED"

	// MethodNotEnabled: the gateway has the method but this account may not
	// use it; the message says whom to ask. NotAttempted before sending,
	// Rejected by the gateway.
	MethodNotEnabled Reason = "METHOD_NOT_ENABLED"

	// InvalidConfig: a setting or secret is missing, unknown or malformed; the
	// violations name it, never its value. Of Configure only.
	InvalidConfig Reason = "INVALID_CONFIG"

	// NotConfigured: no Configure has succeeded yet. NotAttempted.
	NotConfigured Reason = "NOT_CONFIGURED"

	// ModeMismatch: test where live was meant, or the reverse. NotAttempted.
	ModeMismatch Reason = "MODE_MISMATCH"

	// CapabilityUnsupported: the provider does not have the operation or the
	// feature; the descriptor says so. NotAttempted.
	CapabilityUnsupported Reason = "CAPABILITY_UNSUPPORTED"
)

// Refusals by the state of things at the gateway.
const (
	// ProviderAuthFailed: the gateway refused the credentials. Mend the
	// configuration and do not retry until then. Rejected.
	ProviderAuthFailed Reason = "PROVIDER_AUTH_FAILED"

	// ProviderRejected: the gateway definitely refused, for a cause that has no
	// reason of its own; the metadata has its word. Rejected.
	ProviderRejected Reason = "PROVIDER_REJECTED"

	// PaymentNotFound: the gateway knows no such payment. Rejected for Refund
	// and CancelPayment. By key, see Error.ProvesAbsence.
	PaymentNotFound Reason = "PAYMENT_NOT_FOUND"

	// RefundNotFound: the payment has no such refund. By key, see
	// Error.ProvesAbsence.
	RefundNotFound Reason = "REFUND_NOT_FOUND"

	// PaymentNotRefundable: the payment is in a state without refunds, such as
	// not paid. NotAttempted before sending, Rejected by the gateway.
	PaymentNotRefundable Reason = "PAYMENT_NOT_REFUNDABLE"

	// RefundExceedsPayment: the refund is more than what is left of the
	// payment. NotAttempted before sending, Rejected by the gateway.
	RefundExceedsPayment Reason = "REFUND_EXCEEDS_PAYMENT"

	// RefundWindowExpired: it is too late for a refund. Pay the money back in
	// another way. NotAttempted before sending, Rejected by the gateway.
	RefundWindowExpired Reason = "REFUND_WINDOW_EXPIRED"

	// PaymentNotCancelable: the gateway refused to stop a payment that is still
	// pending. Rejected.
	PaymentNotCancelable Reason = "PAYMENT_NOT_CANCELABLE"
)

// Findings about an idempotency key.
const (
	// IdempotencyKeyReused: the key has a payment (refund) with another
	// amount, currency or method; MetaPaymentID (MetaRefundID) names it. This
	// call wrote nothing. The host has used one key for two wishes: a person
	// must look at the named one, and the second wish needs a key of its own.
	// Indeterminate, because the key did lead to something.
	IdempotencyKeyReused Reason = "IDEMPOTENCY_KEY_REUSED"

	// AttemptUnsettled: an earlier call with the key may still be under way,
	// and this one created nothing. Repeat after RetryAfter, with the same key
	// and what Attempt.Next gives. Indeterminate.
	AttemptUnsettled Reason = "ATTEMPT_UNSETTLED"

	// DuplicatePayments: the gateway has several payments for one key;
	// MetaPaymentIDs names all. They can be read by their ids; which of them
	// counts, a person must decide. Indeterminate.
	DuplicatePayments Reason = "DUPLICATE_PAYMENTS"

	// DuplicateRefunds: the same for refunds, with MetaRefundIDs.
	// Indeterminate.
	DuplicateRefunds Reason = "DUPLICATE_REFUNDS"
)

// Trouble on the way to the gateway and back.
const (
	// ProviderRateLimited: the gateway turned the request away unread. Repeat
	// after RetryAfter. NotAttempted.
	ProviderRateLimited Reason = "PROVIDER_RATE_LIMITED"

	// ProviderUnreachable: nothing was sent: no connection, no DNS, no TLS, too
	// much at once, or the plugin does not run. NotAttempted.
	ProviderUnreachable Reason = "PROVIDER_UNREACHABLE"

	// DeadlineTooShort: the call's deadline had passed, was too near to begin
	// anything, or the call was canceled, before a request that could move
	// money was sent. NotAttempted.
	DeadlineTooShort Reason = "DEADLINE_TOO_SHORT"

	// ProviderTimeout: the gateway did not answer in time. Indeterminate.
	ProviderTimeout Reason = "PROVIDER_TIMEOUT"

	// ConnectionLost: the connection broke after something was sent, to the
	// gateway or to the plugin. Indeterminate.
	ConnectionLost Reason = "CONNECTION_LOST"

	// ProviderFault: the gateway failed (5xx, or an error that blames its own
	// back end). Indeterminate.
	ProviderFault Reason = "PROVIDER_FAULT"

	// MalformedResponse: the gateway's answer cannot be read, or does not
	// answer what was asked. With a readable id, MetaPaymentID (MetaRefundID)
	// has it. Indeterminate.
	MalformedResponse Reason = "MALFORMED_RESPONSE"

	// ProviderBug: the provider broke the contract: it panicked, or its answer
	// is not legal. Report it to the provider's author. Indeterminate.
	ProviderBug Reason = "PROVIDER_BUG"
)

// Errors of ParseWebhook.
const (
	// WebhookSignatureMissing: the request is not signed.
	WebhookSignatureMissing Reason = "WEBHOOK_SIGNATURE_MISSING"

	// WebhookSignatureInvalid: no signature is by a configured secret, or the
	// gateway does not know the event.
	WebhookSignatureInvalid Reason = "WEBHOOK_SIGNATURE_INVALID"

	// WebhookSignatureStale: the signature's time is too far from ReceivedAt,
	// before or after.
	WebhookSignatureStale Reason = "WEBHOOK_SIGNATURE_STALE"

	// WebhookMalformed: the request is genuine and cannot be read.
	WebhookMalformed Reason = "WEBHOOK_MALFORMED"
)

// reasonOutcomes lists, for every reason, the outcomes that it may have on
// operations that move money, besides Indeterminate, which each may have. The
// first is the one that it has before sending.
var reasonOutcomes = map[Reason][]Outcome{
	InvalidRequest:           {NotAttempted, Rejected},
	CurrencyUnsupported:      {NotAttempted, Rejected},
	CurrencyExponentMismatch: {NotAttempted, Rejected},
	AmountOutOfRange:         {NotAttempted, Rejected},
	MethodUnsupported:        {NotAttempted, Rejected},
	MethodNotEnabled:         {NotAttempted, Rejected},
	InvalidConfig:            {},
	NotConfigured:            {NotAttempted},
	ModeMismatch:             {NotAttempted},
	CapabilityUnsupported:    {NotAttempted},
	ProviderAuthFailed:       {Rejected},
	ProviderRejected:         {Rejected},
	PaymentNotFound:          {Rejected},
	RefundNotFound:           {Rejected},
	PaymentNotRefundable:     {NotAttempted, Rejected},
	RefundExceedsPayment:     {NotAttempted, Rejected},
	RefundWindowExpired:      {NotAttempted, Rejected},
	PaymentNotCancelable:     {Rejected, NotAttempted},
	IdempotencyKeyReused:     {},
	AttemptUnsettled:         {},
	DuplicatePayments:        {},
	DuplicateRefunds:         {},
	ProviderRateLimited:      {NotAttempted},
	ProviderUnreachable:      {NotAttempted},
	DeadlineTooShort:         {NotAttempted},
	ProviderTimeout:          {},
	ConnectionLost:           {},
	ProviderFault:            {},
	MalformedResponse:        {},
	ProviderBug:              {},
	WebhookSignatureMissing:  {},
	WebhookSignatureInvalid:  {},
	WebhookSignatureStale:    {},
	WebhookMalformed:         {},
}

// Known reports whether this version of the contract has the reason.
func (r Reason) Known() bool {
	_, known := reasonOutcomes[r]
	return known
}

// Allows reports whether an error of an operation that moves money may have
// this reason and this outcome together. A time-out that claims to be Rejected
// is a contradiction, and the receiving end makes it Indeterminate. A reason
// that this version does not know may have any outcome.
func (r Reason) Allows(outcome Outcome) bool {
	switch outcome {
	case Indeterminate:
		return true
	case NotAttempted, Rejected:
		return slices.Contains(reasonOutcomes[r], outcome) || !r.Known()
	default:
		return false
	}
}

func (r Reason) outcomeBeforeSending() Outcome {
	if outcomes := reasonOutcomes[r]; len(outcomes) > 0 {
		return outcomes[0]
	}
	return Indeterminate
}
