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

// TimeLeft returns the error of a request that must not be begun, and nil for
// one that may be: the context goes on, and has at least so much time left. Ask
// for as much as the gateway needs to answer before a request that moves money,
// and for 0 before any other.
func TimeLeft(ctx context.Context, least time.Duration) *contract.Error {
	if err := contract.FromContext(ctx); err != nil {
		return AsError(err)
	}
	if until, limited := ctx.Deadline(); limited && time.Until(until) < least {
		return contract.NewError(contract.DeadlineTooShort,
			"too little time was left to begin a request that moves money; give the call more, or lower min_time_left")
	}
	return nil
}

// NoAnswer returns the error of a request that has no whole answer, and nil for
// one that has, whatever the answer says. The context is the request's.
func NoAnswer(ctx context.Context, x *roundtrip.Exchange) *contract.Error {
	switch {
	case !x.Tried:
		return contract.NewError(contract.InvalidRequest, "the request cannot be written for the gateway; nothing was sent")
	case errors.Is(x.Err, roundtrip.ErrTooLarge):
		return Malformed(x.Err)
	case x.Err != nil && !x.Sent():
		return Unsent(ctx, x.Err)
	case x.Err != nil:
		return Lost(ctx, x.Err)
	default:
		return nil
	}
}

// Unsent returns the error of a request of which no byte can have left.
func Unsent(ctx context.Context, cause error) *contract.Error {
	if err := contract.FromContext(ctx); err != nil {
		return AsError(err)
	}
	return contract.NewError(contract.ProviderUnreachable,
		"the gateway could not be reached, and nothing was sent; check api_base and the network").WithCause(cause)
}

// Lost returns the error of a request that may have been executed, though no
// answer, or not a whole one, came.
func Lost(ctx context.Context, cause error) *contract.Error {
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.DeadlineExceeded):
		return contract.NewError(contract.ProviderTimeout, "the gateway did not answer in time").WithCause(cause)
	case ended != nil:
		return contract.NewError(contract.ConnectionLost, "the call was canceled while the gateway was at work").WithCause(cause)
	default:
		return contract.NewError(contract.ConnectionLost, "the connection broke before the gateway's answer had come").WithCause(cause)
	}
}

// Malformed returns the error of an answer that cannot be used. Of an error of
// package contract's checks it keeps the violations: they hold the provider to
// the contract, but here they were asked about the gateway.
func Malformed(cause error) *contract.Error {
	e := contract.Errorf(contract.MalformedResponse, "the gateway's answer cannot be used: %w", cause)
	if found, ok := errors.AsType[*contract.Error](cause); ok {
		e.Message = "the gateway's answer cannot be used, or is about something else than was asked for"
		e.Violations = found.Violations
	}
	return e
}

// MalformedWebhook is Malformed for a webhook that is signed as it should be, and
// tells what cannot be.
func MalformedWebhook(cause error) *contract.Error {
	e := contract.Errorf(contract.WebhookMalformed, "the webhook is genuine and cannot be read; report it to the gateway: %w", cause)
	if found, ok := errors.AsType[*contract.Error](cause); ok {
		e.Message = "the webhook is genuine, and what it tells cannot be; report it to the gateway"
		e.Violations = found.Violations
	}
	return e
}

// AsError returns the error of one of package contract's checks as what it is.
func AsError(err error) *contract.Error {
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return e
	}
	return contract.NewError(contract.ProviderBug, "a check failed in a way that it cannot")
}

// ReasonOfStatus judges an answer by its HTTP status alone, for those that the
// provider's table of refusals does not have. A status that leaves open whether
// the request was executed is no refusal.
func ReasonOfStatus(status int) contract.Reason {
	switch {
	case status == 401, status == 403:
		return contract.ProviderAuthFailed
	case status == 408:
		return contract.ProviderTimeout
	case status == 409, status == 425: // the key may be at work at this moment
		return contract.AttemptUnsettled
	case status == 424: // somebody behind the gateway failed, and how far it got is not said
		return contract.ProviderFault
	case status == 429:
		return contract.ProviderRateLimited
	case status >= 400 && status <= 499:
		return contract.ProviderRejected
	case status >= 500 && status <= 599:
		return contract.ProviderFault
	default: // redirects, and successes that the gateway does not have
		return contract.MalformedResponse
	}
}

// Refusal returns the error of a whole answer that is no success. The code is
// the gateway's own word, as far as it has a form that can be shown. The message
// says what to do, in the provider's words, since the gateway's may quote what
// it was sent; empty, it is a common one for the reason.
func Refusal(x *roundtrip.Exchange, reason contract.Reason, code, message string) *contract.Error {
	if message == "" {
		message = advice(reason, x.Status)
	}
	e := contract.NewError(reason, message).WithRetryAfter(x.RetryAfter()).
		With(contract.MetaHTTPStatus, strconv.Itoa(x.Status)).
		With(contract.MetaProviderCode, code)
	if reason.Allows(contract.Rejected) {
		e = e.WithOutcome(contract.Rejected) // NewError spoke of the time before sending
	}
	return e
}

func advice(reason contract.Reason, status int) string {
	switch reason { //nolint:exhaustive // the others are the gateway's own
	case contract.ProviderAuthFailed:
		return "the gateway refused the secret key; check secret_key in the configuration"
	case contract.ProviderTimeout:
		return "the gateway gave up waiting for the request"
	case contract.AttemptUnsettled:
		return "the gateway is at work on this already; repeat the call later, with the same key"
	case contract.ProviderRateLimited:
		return "the gateway takes no more requests at the moment; repeat the call later"
	case contract.ProviderFault:
		return "the gateway failed"
	case contract.MalformedResponse:
		return "the gateway's answer has an HTTP status that it does not document"
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
	return "the gateway refused the request; its documentation says why, under provider_code or the HTTP status"
}
