package contract

import (
	"context"
	"slices"
)

// Call is one call of one operation of a [PaymentProvider], in the form in
// which a [Handler] and an [Interceptor] see it.
type Call struct {
	// Operation is the one that is called.
	Operation Operation

	// Request is what the operation's method takes, a *CreatePaymentRequest for
	// CreatePayment and so on; nil for Describe. It must not be changed.
	Request any

	// Header travels beside the request and crosses the process border, for
	// what is neither the merchant's nor the gateway's: a trace's context. Names
	// are in lower case. Nil means none. It must hold no secret and decide
	// nothing about money.
	Header map[string]string
}

// Attempt returns the attempt of a request that may make a payment or a
// refund; nil for every other call.
func (c Call) Attempt() *Attempt {
	switch r := c.Request.(type) {
	case *CreatePaymentRequest:
		if r != nil {
			return &r.Attempt
		}
	case *RefundRequest:
		if r != nil {
			return &r.Attempt
		}
	}
	return nil
}

// NotSent returns e as the error of this call, which certainly did not reach
// the provider: without an outcome if the operation moves no money, and
// Indeterminate if an earlier call with the key may have. See
// [Error.ForAttempt].
func (c Call) NotSent(e *Error) error {
	if !c.Operation.MovesMoney() {
		return e.WithOutcome("")
	}
	return e.ForAttempt(c.Attempt())
}

// Interceptor stands around calls: it may look at a call, refuse it, or let it
// through by calling next, at most once. What it returns is what the caller
// gets. An error of its own, for a call that it did not let through, must be an
// *Error made by [Call.NotSent]. It may be used by many goroutines at once.
type Interceptor func(ctx context.Context, call Call, next Handler) (any, error)

// Chain returns a handler that runs the interceptors around end, the first of
// them outermost. Build it once: a call through it allocates nothing.
func Chain(end Handler, around ...Interceptor) Handler {
	for _, interceptor := range slices.Backward(around) {
		end = end.within(interceptor)
	}
	return end
}

func (h Handler) within(around Interceptor) Handler {
	return func(ctx context.Context, call Call) (any, error) { return around(ctx, call, h) }
}
