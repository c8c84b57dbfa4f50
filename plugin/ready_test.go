package plugin

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/internal/wire"
)

// describer can say what it is, and nothing else.
type describer struct {
	contract.UnimplementedPaymentProvider
}

func (describer) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID: "describer", DisplayName: "Describer", Version: "1.0.0", SpecVersion: contract.SpecVersion,
		Modes: []contract.Mode{contract.ModeTest},
	}, nil
}

func TestOpen_RefusesAProviderThatIsNotHealthy(t *testing.T) {
	t.Parallel()
	ill := health.NewServer()
	ill.SetServingStatus(healthService, grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	well := health.NewServer()
	well.SetServingStatus(healthService, grpc_health_v1.HealthCheckResponse_SERVING)
	for name, c := range map[string]struct {
		health *health.Server
		want   string
	}{
		"none": {nil, "does not answer"}, "ill": {ill, "NOT_SERVING"}, "well": {well, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := grpc.NewServer()
			wire.Register(server, describer{}, nil)
			if c.health != nil {
				grpc_health_v1.RegisterHealthServer(server, c.health)
			}
			client := newClient(connected(t, server), false, &text.Redactor{}, discard(nil), nil, func() error { return nil })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			openErr := client.becomeReady(ctx, ctx, func() bool { return true }, &OpenOptions{})
			if c.want == "" {
				assert.Nil(t, openErr)
				return
			}
			require.NotNil(t, openErr)
			assert.Equal(t, FailureUnhealthy, openErr.Failure)
			assert.ErrorContains(t, openErr, c.want)
		})
	}
}

// connected serves until the end of the test.
func connected(t *testing.T, server *grpc.Server) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(64 << 10)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///test", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return conn
}
