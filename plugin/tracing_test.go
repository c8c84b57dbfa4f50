package plugin_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"

	"github.com/paysocket/paysocket/plugin"
)

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

type traceKey struct{}

// tracer is a stats handler for either end, in the way of a tracing library:
// it sends the trace of the context along, and logs the one that came.
type tracer struct {
	logger *slog.Logger // of the plugin; nil at the host
}

var _ stats.Handler = (*tracer)(nil)

func (h *tracer) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if h.logger == nil {
		if trace, ok := ctx.Value(traceKey{}).(string); ok {
			return metadata.AppendToOutgoingContext(ctx, "traceparent", trace)
		}
		return ctx
	}
	incoming, _ := metadata.FromIncomingContext(ctx)
	for _, trace := range incoming.Get("traceparent") {
		h.logger.LogAttrs(ctx, slog.LevelInfo, "span", slog.String("method", info.FullMethodName), slog.String("trace", trace))
	}
	return ctx
}

func (*tracer) HandleRPC(context.Context, stats.RPCStats) {}

func (*tracer) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (*tracer) HandleConn(context.Context, stats.ConnStats) {}

func TestATraceCrossesTheProcessBorder(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	s := supervised(t, plugin.SupervisorOptions{Logger: logger, DialOptions: []grpc.DialOption{grpc.WithStatsHandler(&tracer{})}})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", "traced"))))
	_, err := clientOf(t, s, "wallet").CreatePayment(context.WithValue(t.Context(), traceKey{}, traceparent), payment("order 1"))
	require.NoError(t, err)
	require.Eventually(t, log.has("span"), patience, 1e6)
	assert.Equal(t, map[string]any{
		"method": "/paymentprovider.v1.PaymentProvider/CreatePayment", "trace": traceparent,
	}, log.record("span")["fields"])
	assert.Equal(t, "wallet", log.record("span")["provider"], "and its log says whose it is")
}
