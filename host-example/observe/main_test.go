package observe_test

import (
	"context"
	"os"
	"testing"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// roleKey makes the test binary run as a provider that traces.
const roleKey = "PAYSOCKET_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleKey) != "" {
		plugin.Serve(tracingProvider{}, &plugin.ServeOptions{Interceptors: []contract.Interceptor{continueTrace}})
	}
	os.Exit(m.Run())
}

// continueTrace continues the trace in a call's header.
func continueTrace(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	return next(propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier(call.Header)), call)
}

// tracingProvider is a provider that names a payment after its trace.
type tracingProvider struct {
	contract.UnimplementedPaymentProvider
}

func (tracingProvider) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID: "tracer", DisplayName: "Tracer", Version: "1.2.3", SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{contract.OperationCreatePayment},
		PaymentMethods: []contract.PaymentMethod{{
			Code: "wallet", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionNone,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
		}},
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour},
		Modes:             []contract.Mode{contract.ModeTest},
	}, nil
}

func (p tracingProvider) Configure(ctx context.Context, _ *contract.Configuration) (*contract.Account, error) {
	descriptor, err := p.Describe(ctx)
	return &contract.Account{ID: "account_1", PaymentMethods: descriptor.PaymentMethods}, err
}

func (tracingProvider) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return &contract.Payment{
		PaymentID:      "trace_" + trace.SpanContextFromContext(ctx).TraceID().String(),
		IdempotencyKey: r.Attempt.Key, Reference: r.Reference, Method: r.Method,
		Status: contract.PaymentPending, Amount: r.Amount, AmountRefunded: contract.Money{Currency: r.Amount.Currency},
		CreatedAt: time.Unix(1700000000, 0).UTC(),
	}, nil
}
