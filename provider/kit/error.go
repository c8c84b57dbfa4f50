package kit

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// TimeLeft returns an error if a request must not begin: the context has ended, or
// its deadline is less than least away. Before a request that moves money, least
// is the time that the gateway needs to answer; before any other it is 0.
func TimeLeft(ctx context.Context, least time.Duration) *contract.Error {
	if err := contract.FromContext(ctx); err != nil {
		return AsError(err)
	}
	if until, limited := ctx.Deadline(); limited && time.Until(until) < least {
		return contract.NewError(contract.DeadlineTooShort,
			"too little time is left to begin a request that moves money; use a longer deadline, or lower min_time_left")
	}
	return nil
}

// NoAnswer returns the error of a request without a complete answer, or nil if
// there is a complete answer, whatever it says. ctx is the request's context.
func NoAnswer(ctx context.Context, x *roundtrip.Exchange) *contract.Error {
	switch {
	case !x.Tried:
		return contract.NewError(contract.InvalidRequest, "the request cannot be written for the gateway; nothing was sent")
	case errors.Is(x.Err, roundtrip.ErrTooLarge):
		return Malformed(x.Err)
	case x.ProxyFailure != "":
		return blocked(ctx, x)
	case x.Err != nil && !x.Sent():
		return unsent(ctx, x.Err)
	case x.Err != nil:
		return lost(ctx, x.Err)
	default:
		return nil
	}
}

// unsent returns the error of a request that certainly did not reach the gateway:
// not one byte of it was sent.
func unsent(ctx context.Context, cause error) *contract.Error {
	if err := contract.FromContext(ctx); err != nil {
		return AsError(err)
	}
	return contract.NewError(contract.ProviderUnreachable,
		"the gateway could not be reached, and nothing was sent; check api_base and the network").WithCause(cause)
}

// lost returns the error of a request that may have been executed, but has no
// complete answer.
func lost(ctx context.Context, cause error) *contract.Error {
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.DeadlineExceeded):
		return contract.NewError(contract.ProviderTimeout, "the gateway did not answer in time").WithCause(cause)
	case ended != nil:
		return contract.NewError(contract.ConnectionLost, "the call was canceled while the gateway was processing the request").WithCause(cause)
	default:
		return contract.NewError(contract.ConnectionLost, "the connection broke before the gateway's answer was complete").WithCause(cause)
	}
}

// Malformed returns the error of an answer that cannot be used, because of cause.
// If cause is an error of one of package contract's checks, its violations are
// kept.
func Malformed(cause error) *contract.Error {
	e := contract.Errorf(contract.MalformedResponse, "the gateway's answer cannot be used: %w", cause)
	if found, ok := errors.AsType[*contract.Error](cause); ok {
		e.Message = "the gateway's answer cannot be used, or does not match the request"
		e.Violations = found.Violations
	}
	return e
}

// MalformedWebhook is Malformed for a webhook with a valid signature.
func MalformedWebhook(cause error) *contract.Error {
	e := contract.Errorf(contract.WebhookMalformed, "the webhook is genuine but cannot be read; report it to the gateway: %w", cause)
	if found, ok := errors.AsType[*contract.Error](cause); ok {
		e.Message = "the webhook is genuine, but its content cannot be right; report it to the gateway"
		e.Violations = found.Violations
	}
	return e
}

// AsError returns the *contract.Error in err, which must come from one of package
// contract's checks.
func AsError(err error) *contract.Error {
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return e
	}
	return contract.NewError(contract.ProviderBug, "a check of package contract returned an unknown error; report this to the provider's author")
}

// ReasonOfStatus returns the reason for an HTTP status, for answers that the
// provider's own table of refusals does not cover. A status that leaves open
// whether the request was executed has a reason that leaves it open too.
func ReasonOfStatus(status int) contract.Reason {
	switch {
	case status == 401, status == 403:
		return contract.ProviderAuthFailed
	case status == 408:
		return contract.ProviderTimeout
	case status == 409, status == 425: // a request with the same key may be in progress
		return contract.AttemptUnsettled
	case status == 424: // a system behind the gateway failed, at an unknown step
		return contract.ProviderFault
	case status == 429:
		return contract.ProviderRateLimited
	case status >= 400 && status <= 499:
		return contract.ProviderRejected
	case status >= 500 && status <= 599:
		return contract.ProviderFault
	default: // redirects, and successes other than 200 and 201
		return contract.MalformedResponse
	}
}

// Refusal returns the error of a complete answer that is not a success. code is
// the gateway's own error code. message says what to do; the gateway's own message
// must not be used, since it may quote secrets. If message is empty, the reason
// has a standard one.
func Refusal(x *roundtrip.Exchange, reason contract.Reason, code, message string) *contract.Error {
	if message == "" {
		message = advice(reason, x.Status)
	}
	e := contract.NewError(reason, message).WithRetryAfter(x.RetryAfter()).
		With(contract.MetaHTTPStatus, strconv.Itoa(x.Status)).
		With(contract.MetaProviderCode, code)
	if reason.Allows(contract.Rejected) {
		e = e.WithOutcome(contract.Rejected) // NewError assumes that nothing was sent
	}
	return e
}

func advice(reason contract.Reason, status int) string {
	switch reason { //nolint:exhaustive // the gateway's own reasons have a message from the provider
	case contract.ProviderAuthFailed:
		return "the gateway refused the secret key; check secret_key in the configuration"
	case contract.ProviderTimeout:
		return "the gateway gave up waiting for the request"
	case contract.AttemptUnsettled:
		return "the gateway is still processing this request; repeat the call later, with the same key"
	case contract.ProviderRateLimited:
		return "the gateway limits the rate of requests; repeat the call later"
	case contract.ProviderFault:
		return "the gateway failed"
	case contract.MalformedResponse:
		return "the gateway's answer has an HTTP status that the gateway does not document"
	case contract.IdempotencyKeyReused:
		return "the idempotency key belongs to another request"
	case contract.PaymentNotFound:
		return "the gateway has no such payment"
	case contract.RefundNotFound:
		return "the gateway has no such refund"
	}
	if status == http.StatusNotFound && reason == contract.ProviderRejected {
		return "the gateway has nothing at this address; check api_base, and the path in the provider's code"
	}
	return "the gateway refused the request; look up provider_code or the HTTP status in its documentation"
}
