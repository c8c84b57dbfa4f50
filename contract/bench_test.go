package contract

import (
	"context"
	"testing"
)

// BenchmarkChain compares a call of a provider's method with one through a
// handler, alone and with three interceptors around it.
func BenchmarkChain(b *testing.B) {
	payment := &Payment{}
	direct := Handler(func(context.Context, Call) (any, error) { return payment, nil })
	pass := func(ctx context.Context, call Call, next Handler) (any, error) { return next(ctx, call) }
	ctx, request := b.Context(), &CreatePaymentRequest{}
	for _, test := range []struct {
		name     string
		provider PaymentProvider
	}{
		{"provider", direct},
		{"handler", HandlerOf(direct)},
		{"three interceptors", Chain(HandlerOf(direct), pass, pass, pass)},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = test.provider.CreatePayment(ctx, request)
			}
		})
	}
}
