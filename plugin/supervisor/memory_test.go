package supervisor

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/plugin"
)

func TestSupervisor_NeverFailsAProviderForItsMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var checks atomic.Int32
		w := &world{dialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
				if method == grpc_health_v1.Health_Check_FullMethodName {
					if checks.Add(1)%3 == 0 { // two are those of its start
						return plugin.ErrMemoryLimit
					}
				}
				return invoke(ctx, method, in, out, conn, o...)
			})}}
		s := w.supervise(t, nil)
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		for range 20 {
			pass(defaultBackoff().most*2 + time.Second)
			state, _ := s.State("wallet")
			require.Contains(t, []Status{StatusReady, StatusBackoff}, state.Status)
			require.Equal(t, 0, state.MissedChecks)
		}
		assert.Greater(t, w.starts(), 10, "as often as it takes")
		assert.Less(t, w.starts(), 60, "and with delays")
	})
}
