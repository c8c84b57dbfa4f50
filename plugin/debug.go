package plugin

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
)

// debugCallDuration bounds calls while a person steps through them.
const debugCallDuration = 24 * time.Hour

// debug serves the provider to hosts that attach to this process, which a person
// started, perhaps in a debugger. It ends on SIGINT and SIGTERM.
func (c *commandLine) debug(ctx context.Context, o *ServeOptions) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	folder, err := makeSocketFolder("")
	if err != nil {
		fmt.Fprintf(c.stderr, "%s: %v\n", c.name, err)
		return exitFailed
	}
	defer folder.release()
	defer removeSockets(folder.path)
	socket := filepath.Join(folder.path, "debug")
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
	if err != nil {
		fmt.Fprintf(c.stderr, "%s: making a socket: %v\n", c.name, err)
		return exitFailed
	}
	server := newDebugServer(c.provider, o)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	fmt.Fprintf(c.stdout, "%s\n", attachment{Protocol: ProtocolVersion, PID: os.Getpid(), Socket: socket}.line())
	fmt.Fprintf(c.stderr, `%s serves, without confinement and without TLS, to hosts of this user in test mode.
A host attaches to it with the line above:

	provider, err := plugin.Attach(ctx, line, &plugin.OpenOptions{Debug: true, Configuration: ...})

It ends with Ctrl-C.
`, filepath.Base(c.name))
	select {
	case <-ctx.Done():
		stop() // a second Ctrl-C does not wait
		stopWithin(server, afterTerm)
		return 0
	case err := <-served:
		fmt.Fprintf(c.stderr, "%s: %v\n", c.name, err)
		return exitFailed
	}
}

func newDebugServer(provider contract.PaymentProvider, o *ServeOptions) *grpc.Server {
	free := &confinedProvider{
		PaymentProvider: provider, asked: ConfinementOff, logger: o.Logger,
		progress: ConfinementReport{Level: ConfinementLevelNone, Why: "a person started it with --debug"},
	}
	server := grpc.NewServer(append(serverOptions(), grpc.ChainUnaryInterceptor(free.report))...)
	wire.Register(server, free, &wire.ServerOptions{
		Logger: o.Logger, MaxCallDuration: debugCallDuration,
		Interceptors: append([]contract.Interceptor{testModeOnly}, o.Interceptors...), Headers: len(o.Interceptors) > 0,
	})
	healthy := health.NewServer()
	healthy.SetServingStatus(healthService, grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(server, healthy)
	return server
}

// stopWithin stops a server, and waits at most limit for calls in flight.
func stopWithin(server *grpc.Server, limit time.Duration) {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		server.GracefulStop()
	}()
	if !closedWithin(stopped, limit) {
		server.Stop()
	}
}

// testModeOnly is a contract.Interceptor that keeps a provider that is being
// debugged from real money. Both ends have it.
func testModeOnly(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	configuration, ok := call.Request.(*contract.Configuration)
	if ok && configuration != nil && configuration.Mode == contract.ModeLive {
		e := contract.NewError(contract.InvalidConfig,
			"a provider that runs with --debug is not configured for live mode, because its binary was not checked; use test mode")
		e.Violations = []contract.Violation{{Field: "mode", Description: "must be TEST"}}
		return nil, call.NotSent(e)
	}
	return next(ctx, call)
}
