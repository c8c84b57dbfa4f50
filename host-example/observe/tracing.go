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

// Tracing makes a span of every call of a provider, and passes its trace on in the
// call's header. A provider that traces, too, gets it from there in an interceptor of
// its plugin.ServeOptions. Spans that have ended are written to the log.
type Tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// NewTracing starts tracing. End it with Shutdown.
func NewTracing(logger *slog.Logger) *Tracing {
	// A batch is written on a goroutine of its own, so that no call waits for a
	// slow log. When the queue is full, spans are lost.
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(&spanLog{logger: logger}))
	return &Tracing{provider: provider, tracer: provider.Tracer("github.com/paysocket/paysocket/host-example/observe")}
}

// Intercept is one of supervisor.Options.Interceptors. Its span has the operation and,
// if the call failed, the reason and outcome of the error.
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

// Shutdown writes the spans that are left, until ctx ends.
func (t *Tracing) Shutdown(ctx context.Context) error { return t.provider.Shutdown(ctx) }
