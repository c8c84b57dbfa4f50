package contract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is the error of every operation. A host receives the same value that the
// provider returned, except for the error that it wraps, which stays in the
// provider's process.
//
// Its texts are for developers and operators, and say what to do. They must not
// contain a secret or a part of one of twelve bytes or more, a signature that a
// webhook would be accepted with, the raw body of a gateway's response, or a
// stack trace.
type Error struct {
	// Reason says why the call failed.
	Reason Reason

	// Outcome says what is certain about the call. It is set exactly on errors
	// of operations that move money. Read it with OutcomeOf, which also takes
	// errors that are not an *Error.
	Outcome Outcome

	// Message says what was wrong, where, and what to do; up to 4 KiB.
	Message string

	// Violations are the fields of the request that were refused.
	Violations []Violation

	// RetryAfter is how long to wait before repeating the call; 0 if unknown.
	RetryAfter time.Duration

	// Metadata has details, by the keys that the Meta constants list; nil if
	// there are none.
	Metadata map[string]string

	// cause and neverSent stay in the process in which the error was made.
	cause     error
	neverSent bool
}

// Violation is one field of a request that was refused.
type Violation struct {
	// Field is the path of the field in the request, in the names of the
	// .proto: "amount.minor_units", "metadata[order]", "settings[api_base]".
	Field string

	// Description says what is wrong with the field. It does not show the value
	// of a secret.
	Description string
}

// The keys of Error.Metadata.
const (
	MetaPaymentID    = "payment_id"    // the payment that exists in spite of the error
	MetaPaymentIDs   = "payment_ids"   // all such payments, separated by commas
	MetaRefundID     = "refund_id"     // the refund that exists in spite of the error
	MetaRefundIDs    = "refund_ids"    // all such refunds, separated by commas
	MetaProviderCode = "provider_code" // the gateway's own code for its error
	MetaHTTPStatus   = "http_status"   // the HTTP status of the gateway's response
	MetaRequestID    = "request_id"    // the gateway's id of the request, for its support

	// The keys of PaymentNotFound and RefundNotFound after a look-up by key.
	MetaComplete      = "complete"       // "true" if the whole window was read, and the key of all that is in it; else "false"
	MetaSettled       = "settled"        // "true" if Attempt.SettledAt is true, as without LastUnknownAt; else "false"
	MetaSearchedFrom  = "searched_from"  // start of the window; RFC 3339, UTC
	MetaSearchedUntil = "searched_until" // end of the window; RFC 3339, UTC
)

// NewError returns an error with the first outcome that the comment of the reason
// names, which for most is the one before anything was sent to the gateway; see
// [Reason]. Package plugin removes the outcome from
// the error of an operation that moves no money.
func NewError(reason Reason, message string) *Error {
	return &Error{Reason: reason, Outcome: reason.firstOutcome(), Message: message}
}

// Errorf is like [NewError], with a formatted message. If the format has one %w,
// the error wraps that operand.
func Errorf(reason Reason, format string, args ...any) *Error {
	formatted := fmt.Errorf(format, args...)
	e := NewError(reason, formatted.Error())
	e.cause = errors.Unwrap(formatted)
	return e
}

// Unsupported returns the error of an operation that the provider does not have.
func Unsupported(operation Operation) *Error {
	return Errorf(CapabilityUnsupported, "this provider does not have the operation %s; its descriptor lists the operations that it has", operation)
}

// Error returns the reason, outcome, message and violations as one text.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(string(e.Reason))
	if e.Outcome != "" {
		text.WriteString(" (" + string(e.Outcome) + ")")
	}
	if e.Message != "" {
		text.WriteString(": " + e.Message)
	}
	for _, v := range e.Violations {
		text.WriteString("; " + v.Field + ": " + v.Description)
	}
	return text.String()
}

// Unwrap returns the error that caused this one. It returns nil in any process
// but the one in which the error was made.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the error's reason. It is what makes
// errors.Is(err, PaymentNotFound) work.
func (e *Error) Is(target error) bool {
	reason, ok := target.(Reason)
	return ok && reason == e.Reason
}

// With returns a copy of the error with one more entry in its metadata. An empty
// value adds nothing.
func (e *Error) With(key, value string) *Error {
	if value == "" {
		return e
	}
	c := *e
	c.Metadata = maps.Clone(e.Metadata)
	if c.Metadata == nil {
		c.Metadata = make(map[string]string, 1)
	}
	c.Metadata[key] = value
	return &c
}

// WithViolation returns a copy of the error with one more violation.
func (e *Error) WithViolation(field, format string, args ...any) *Error {
	c := *e
	c.Violations = append(slices.Clone(e.Violations), Violation{Field: field, Description: fmt.Sprintf(format, args...)})
	return &c
}

// WithOutcome returns a copy of the error with another outcome.
func (e *Error) WithOutcome(outcome Outcome) *Error {
	c := *e
	c.Outcome = outcome
	return &c
}

// WithCause returns a copy of the error that wraps cause.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// WithRetryAfter returns a copy of the error with a time to wait before the call
// is repeated.
func (e *Error) WithRetryAfter(wait time.Duration) *Error {
	c := *e
	c.RetryAfter = wait
	return &c
}

// ForAttempt returns e as the error of a call with this attempt. If the result of
// an earlier call is unknown, that is a copy with the outcome Indeterminate,
// because what went wrong in this call says nothing about the earlier one. Use
// ForAttempt for every error that is met before the result of the earlier call is
// known.
func (e *Error) ForAttempt(attempt *Attempt) *Error {
	if !attempt.Unknown() {
		return e
	}
	return e.WithOutcome(Indeterminate)
}

// ProvesAbsence reports whether the error proves that the attempt made no payment
// (refund). That is so for a [PaymentNotFound] or [RefundNotFound] by key, if the
// provider read the whole window and the settle time has passed. Without both, the
// error proves nothing. The package documentation says what follows from a proof.
func (e *Error) ProvesAbsence() bool {
	return (e.Reason == PaymentNotFound || e.Reason == RefundNotFound) &&
		e.Metadata[MetaComplete] == strconv.FormatBool(true) &&
		e.Metadata[MetaSettled] == strconv.FormatBool(true)
}

// NotFoundByKey returns the error of a look-up by key that found nothing in the
// window from..until. Reason is [PaymentNotFound] or [RefundNotFound]. Complete
// says that every page of the window was read, and that nothing in it has a key
// that cannot be read. Settled says that the settle time has passed.
func NotFoundByKey(reason Reason, complete, settled bool, from, until time.Time) *Error {
	message := "nothing was found for this idempotency key"
	if !complete || !settled {
		message += ", which proves nothing yet; look it up again later"
	}
	return NewError(reason, message).
		With(MetaComplete, strconv.FormatBool(complete)).
		With(MetaSettled, strconv.FormatBool(settled)).
		With(MetaSearchedFrom, from.UTC().Format(time.RFC3339)).
		With(MetaSearchedUntil, until.UTC().Format(time.RFC3339))
}

// ReasonOf returns the reason of an error, or "" if it has none or is nil. Use it
// for logs, or in a switch. To test for one reason, use errors.Is.
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// OutcomeOf returns what is certain after a call of CreatePayment, CancelPayment
// or Refund that returned err. It returns "" for nil, and the outcome of an error
// that has one. Every other error, such as that of a context or a broken
// connection, is Indeterminate. For other operations the result has no meaning.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Outcome != "" {
		return e.Outcome
	}
	return Indeterminate
}

// NeverSent reports whether an error says that its call did not reach the
// provider; see [Call.NotSent]. Such a call leaves an attempt as it was, also if
// the outcome is Indeterminate because of an earlier call. It is known only in the
// process that refused the call: no provider can say it.
func NeverSent(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.neverSent
}

// FromContext returns nil until ctx ends, and then a [DeadlineTooShort]. Call it
// before a request that could move money is sent, and not after: the error says
// that nothing was sent. It wraps the error of ctx.
func FromContext(ctx context.Context) error {
	cause := ctx.Err()
	if cause == nil {
		return nil
	}
	message := "the deadline passed before anything was sent to the gateway"
	if errors.Is(cause, context.Canceled) {
		message = "the call was canceled before anything was sent to the gateway"
	}
	return NewError(DeadlineTooShort, message).WithCause(cause)
}
