package plugin

import (
	"context"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/grpcseam"
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/internal/wire"
)

// InProcess opens a provider in this process, for tests. Calls go through the same
// checks and the same conversions as those of [Open], over gRPC in memory. Options
// that concern a process have no effect, and Logger gets what a provider's own
// process would log of each call.
func InProcess(ctx context.Context, provider contract.PaymentProvider, options *OpenOptions) (*Client, error) {
	o := options.orDefaults()
	listener := bufconn.Listen(256 << 10)
	seam := grpcseam.From(ctx)
	server := grpc.NewServer(serverOptions(seam.ServerOptions...)...)
	secrets := &text.Redactor{}
	wire.Register(server, provider, &wire.ServerOptions{Logger: discreetly(o.Logger, secrets)})
	healthy := health.NewServer()
	healthy.SetServingStatus(healthService, grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(server, healthy)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // it ends with Stop, which is no error
	}()

	dial := func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }
	conn, err := grpc.NewClient("passthrough:///in-process", append(dialOptions(seam.DialOptions, dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		server.Stop()
		return nil, &OpenError{Failure: FailureConnection, Err: fmt.Errorf("connecting in memory: %w", err)}
	}
	seam.Conn = conn
	client := newClient(conn, seam.Unchecked, secrets, o.Logger, o.Interceptors, func() error {
		err := conn.Close()
		server.Stop()
		<-served
		return err
	})
	start, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()
	if openErr := client.becomeReady(start, ctx, func() bool { return true }, &o); openErr != nil {
		_ = client.Close()
		return nil, openErr
	}
	return client, nil
}
