package supervisor_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

type traceKey struct{}

// sendTrace is an interceptor of a host, in the way of a tracing library: it
// sends the trace of the context along.
func sendTrace(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	if trace, ok := ctx.Value(traceKey{}).(string); ok {
		call.Header = map[string]string{"traceparent": trace}
	}
	return next(ctx, call)
}

// logTrace is one of a provider, which logs the trace that came.
func logTrace(logger *slog.Logger) contract.Interceptor {
	return func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
		if trace, ok := call.Header["traceparent"]; ok {
			logger.LogAttrs(ctx, slog.LevelInfo, "span", slog.String("operation", string(call.Operation)), slog.String("trace", trace))
		}
		return next(ctx, call)
	}
}

func TestInterceptors_CarryATraceAcrossTheProcessBorder(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	s := supervised(t, supervisor.Options{Logger: logger, Interceptors: []contract.Interceptor{sendTrace}})
	require.NoError(t, s.Apply(t.Context(), catalog(acting(t, "wallet", roleTraced))))
	_, err := clientOf(t, s, "wallet").CreatePayment(context.WithValue(t.Context(), traceKey{}, traceparent), plugintest.Payment("order 1"))
	require.NoError(t, err)
	require.Eventually(t, log.Has("span"), plugintest.Patience, 1e6)
	assert.Equal(t, map[string]any{
		"operation": "CREATE_PAYMENT", "trace": traceparent,
	}, log.Record("span")["fields"])
	assert.Equal(t, "wallet", log.Record("span")["provider"], "and its log says whose it is")
}
