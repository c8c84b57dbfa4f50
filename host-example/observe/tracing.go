package observe

import (
	"context"
	"log/slog"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// Tracing makes a span of every call of a provider, and sends its trace along:
// a provider that traces too, with otelgrpc's server handler in its
// plugin.ServeOptions, goes on with it. Finished spans become lines of the log.
//
// It costs about a fifth of the calls per second that a connection can carry,
// so a host has it only when it is asked for.
type Tracing struct{ provider *sdktrace.TracerProvider }

// NewTracing begins to trace. End it with Shutdown.
func NewTracing(logger *slog.Logger) *Tracing {
	// In batches, on a goroutine of its own: no call waits for a log that is
	// slow to write. When the queue is full spans are lost, and calls are not.
	return &Tracing{provider: sdktrace.NewTracerProvider(sdktrace.WithBatcher(&spanLog{logger: logger}))}
}

// DialOption is for plugin.SupervisorOptions.DialOptions.
func (t *Tracing) DialOption() grpc.DialOption {
	return grpc.WithStatsHandler(otelgrpc.NewClientHandler(
		otelgrpc.WithTracerProvider(t.provider),
		otelgrpc.WithPropagators(propagation.TraceContext{}),
		otelgrpc.WithFilter(isCall),
	))
}

// isCall leaves out what host and plugin tell each other all the time: whether
// the plugin is healthy, and what it prints.
func isCall(info *stats.RPCTagInfo) bool {
	return !strings.HasPrefix(info.FullMethodName, "/grpc.health.") && !strings.HasPrefix(info.FullMethodName, "/plugin.")
}

// Shutdown writes what is left, until the context ends.
func (t *Tracing) Shutdown(ctx context.Context) error { return t.provider.Shutdown(ctx) }
