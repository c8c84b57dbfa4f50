package observe

import (
	"context"
	"log/slog"
	"maps"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/paysocket/paysocket/contract"
)

// Tracing makes a span of every call of a provider, and sends its trace along
// in the call's header: a provider that traces too takes it from there, in an
// interceptor of its plugin.ServeOptions. Finished spans become lines of the
// log.
type Tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// NewTracing begins to trace. End it with Shutdown.
func NewTracing(logger *slog.Logger) *Tracing {
	// In batches, on a goroutine of its own: no call waits for a log that is
	// slow to write. When the queue is full spans are lost, and calls are not.
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(&spanLog{logger: logger}))
	return &Tracing{provider: provider, tracer: provider.Tracer("github.com/paysocket/paysocket/host-example/observe")}
}

// Intercept is for supervisor.Options.Interceptors. Of the call a span
// has the operation and, if it failed, the error's reason and outcome.
func (t *Tracing) Intercept(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	ctx, span := t.tracer.Start(ctx, string(call.Operation), trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	header := propagation.MapCarrier{}
	maps.Copy(header, call.Header)
	propagation.TraceContext{}.Inject(ctx, header)
	call.Header = header
	answer, err := next(ctx, call)
	if err != nil {
		reason := contract.ReasonOf(err)
		span.SetStatus(codes.Error, string(reason))
		span.SetAttributes(attribute.String("reason", string(reason)))
		if call.Operation.MovesMoney() {
			span.SetAttributes(attribute.String("outcome", string(contract.OutcomeOf(err))))
		}
	}
	return answer, err
}

// Shutdown writes what is left, until the context ends.
func (t *Tracing) Shutdown(ctx context.Context) error { return t.provider.Shutdown(ctx) }
