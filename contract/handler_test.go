package contract

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// operationOf returns the operation that a method of PaymentProvider is.
func operationOf(method string) Operation {
	var word strings.Builder
	for i, r := range method {
		if i > 0 && r >= 'A' && r <= 'Z' {
			word.WriteByte('_')
		}
		word.WriteRune(r)
	}
	return Operation(strings.ToUpper(word.String()))
}

// eachMethod calls check for every method of PaymentProvider, so that one which
// is added is left out of no test.
func eachMethod(t *testing.T, check func(name string, operation Operation, signature reflect.Type)) {
	t.Helper()
	provider := reflect.TypeFor[PaymentProvider]()
	require.Positive(t, provider.NumMethod())
	for method := range provider.Methods() {
		check(method.Name, operationOf(method.Name), method.Type)
	}
}

func TestHandler_MakesACallOfEveryMethod(t *testing.T) {
	t.Parallel()
	eachMethod(t, func(name string, operation Operation, signature reflect.Type) {
		var seen Call
		answer := reflect.New(signature.Out(0).Elem())
		handler := Handler(func(_ context.Context, call Call) (any, error) {
			seen = call
			return answer.Interface(), nil
		})
		in := []reflect.Value{reflect.ValueOf(t.Context())}
		if signature.NumIn() > 1 {
			in = append(in, reflect.New(signature.In(1).Elem()))
		}
		out := reflect.ValueOf(handler).MethodByName(name).Call(in)
		assert.Equal(t, answer.Pointer(), out[0].Pointer(), name)
		assert.True(t, out[1].IsNil(), name)
		assert.Equal(t, operation, seen.Operation, name)
		if len(in) > 1 {
			assert.Equal(t, in[1].Interface(), seen.Request, name)
		} else {
			assert.Nil(t, seen.Request, name)
		}
	})
}

func TestInvoke_ReachesEveryMethod(t *testing.T) {
	t.Parallel()
	eachMethod(t, func(name string, operation Operation, signature reflect.Type) {
		call := Call{Operation: operation}
		if signature.NumIn() > 1 {
			call.Request = reflect.New(signature.In(1).Elem()).Interface()
		}
		// A handler is a provider whose methods tell which of them was called.
		reached := Operation("")
		_, err := Invoke(t.Context(), Handler(func(_ context.Context, inner Call) (any, error) {
			reached = inner.Operation
			assert.Equal(t, call.Request, inner.Request, name)
			return nil, errors.New("enough")
		}), call)
		require.EqualError(t, err, "enough", name)
		assert.Equal(t, operation, reached, name)
	})
}

func TestOperations_AreTheMethodsOfAProvider(t *testing.T) {
	t.Parallel()
	var methods []Operation
	eachMethod(t, func(_ string, operation Operation, _ reflect.Type) {
		if operation != OperationDescribe && operation != OperationConfigure {
			methods = append(methods, operation)
		}
	})
	assert.ElementsMatch(t, optionalOperations, methods)
}

func TestInvoke_RefusesAWrongOperationOrRequest(t *testing.T) {
	t.Parallel()
	provider := UnimplementedPaymentProvider{}
	for name, test := range map[string]struct {
		call    Call
		reason  Reason
		outcome Outcome
	}{
		"an unknown operation":   {Call{Operation: "TRANSFER"}, CapabilityUnsupported, ""},
		"another request":        {Call{Operation: OperationCreatePayment, Request: &RefundRequest{}}, InvalidRequest, NotAttempted},
		"no request":             {Call{Operation: OperationRefund}, InvalidRequest, NotAttempted},
		"no request of a read":   {Call{Operation: OperationGetStatus}, InvalidRequest, ""},
		"an unimplemented write": {Call{Operation: OperationRefund, Request: &RefundRequest{}}, CapabilityUnsupported, NotAttempted},
	} {
		answer, err := Invoke(t.Context(), provider, test.call)
		assert.Nil(t, answer, name)
		var e *Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, test.reason, e.Reason, name)
		assert.Equal(t, test.outcome, e.Outcome, name)
	}
}

func TestHandler_RefusesAnAnswerOfAnotherType(t *testing.T) {
	t.Parallel()
	for _, answer := range []any{nil, &Refund{}, Payment{}, (*Payment)(nil)} {
		handler := Handler(func(context.Context, Call) (any, error) { return answer, nil })
		_, err := handler.CreatePayment(t.Context(), &CreatePaymentRequest{})
		assert.Equal(t, ProviderBug, ReasonOf(err), "%T", answer)
		assert.Equal(t, Indeterminate, OutcomeOf(err), "a payment may have been made: %T", answer)
		_, err = handler.GetStatus(t.Context(), &GetStatusRequest{})
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Empty(t, e.Outcome, "%T", answer)
	}
}

func TestChain_RunsTheFirstOutermost(t *testing.T) {
	t.Parallel()
	var trace []string
	around := func(name string) Interceptor {
		return func(ctx context.Context, call Call, next Handler) (any, error) {
			trace = append(trace, name)
			defer func() { trace = append(trace, "/"+name) }()
			return next(ctx, call)
		}
	}
	handler := Chain(func(context.Context, Call) (any, error) {
		trace = append(trace, "end")
		return &Payment{}, nil
	}, around("a"), around("b"))
	_, err := handler.GetStatus(t.Context(), &GetStatusRequest{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "end", "/b", "/a"}, trace)
}

func TestChain_AllocatesNothing(t *testing.T) { //nolint:paralleltest // allocations of other tests would count
	pass := func(ctx context.Context, call Call, next Handler) (any, error) { return next(ctx, call) }
	payment := &Payment{}
	end := HandlerOf(Handler(func(context.Context, Call) (any, error) { return payment, nil }))
	handler := Chain(end, pass, pass, pass)
	ctx, request := t.Context(), &CreatePaymentRequest{}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = handler.CreatePayment(ctx, request) }))
}

func TestCall_NotSentKeepsAnEarlierCallIndeterminate(t *testing.T) {
	t.Parallel()
	gone := NewError(ProviderUnreachable, "gone")
	unknown := Attempt{Key: "k", FirstAt: time.Unix(1, 0), LastUnknownAt: time.Unix(2, 0)}
	for name, test := range map[string]struct {
		call    Call
		outcome Outcome
	}{
		"a first call":                {Call{OperationCreatePayment, &CreatePaymentRequest{}, nil}, NotAttempted},
		"a payment that may exist":    {Call{OperationCreatePayment, &CreatePaymentRequest{Attempt: unknown}, nil}, Indeterminate},
		"a refund that may exist":     {Call{OperationRefund, &RefundRequest{Attempt: unknown}, nil}, Indeterminate},
		"a cancellation":              {Call{OperationCancelPayment, &CancelPaymentRequest{}, nil}, NotAttempted},
		"a read by such a key":        {Call{OperationGetStatus, &GetStatusRequest{Attempt: &unknown}, nil}, ""},
		"a nil request":               {Call{OperationCreatePayment, (*CreatePaymentRequest)(nil), nil}, NotAttempted},
		"a request that is not there": {Call{OperationRefund, nil, nil}, NotAttempted},
	} {
		var e *Error
		require.ErrorAs(t, test.call.NotSent(gone), &e, name)
		assert.Equal(t, test.outcome, e.Outcome, name)
	}
}
