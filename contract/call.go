package contract

import (
	"context"
	"slices"
)

// Call is one call of one operation of a [PaymentProvider], as a [Handler] and
// an [Interceptor] see it.
type Call struct {
	// Operation is the operation that is called.
	Operation Operation

	// Request is what the operation's method takes, such as a
	// *CreatePaymentRequest for CreatePayment; nil for Describe. It must not be
	// changed.
	Request any

	// Header is sent with the request, also to a provider in another process.
	// It is for what concerns neither the merchant nor the gateway, such as the
	// context of a trace. Names are in lower case. Header may be nil. It must
	// not hold a secret, and nothing about money may depend on it.
	Header map[string]string
}

// Attempt returns the attempt of a call of CreatePayment or Refund, and nil for
// every other call.
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

// NotSent returns e as the error of this call, when it is certain that the call
// did not reach the provider. If the operation moves no money, the error has no
// outcome. If the result of an earlier call with the same key is unknown, the
// outcome is Indeterminate; see [Error.ForAttempt]. [NeverSent] is true of it.
func (c Call) NotSent(e *Error) error {
	unsent := *e
	unsent.neverSent = true
	e = &unsent
	if !c.Operation.MovesMoney() {
		return e.WithOutcome("")
	}
	return e.ForAttempt(c.Attempt())
}

// Interceptor wraps calls. It may inspect a call, and either refuse it or make it
// by calling next, at most once. The caller gets what the interceptor returns.
// If it refuses a call, its error must be an *Error made by [Call.NotSent]. It
// may be called by many goroutines at once.
type Interceptor func(ctx context.Context, call Call, next Handler) (any, error)

// Chain returns a handler that wraps end in the interceptors, the first of them
// outermost. Build the chain once: a call through it allocates nothing.
func Chain(end Handler, around ...Interceptor) Handler {
	for _, interceptor := range slices.Backward(around) {
		end = end.within(interceptor)
	}
	return end
}

func (h Handler) within(around Interceptor) Handler {
	return func(ctx context.Context, call Call) (any, error) { return around(ctx, call, h) }
}
