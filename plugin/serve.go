package plugin

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/contract/wire"
)

// ServeOptions change how a provider is served. Nil means the defaults.
type ServeOptions struct {
	// Logger gets a line for every call, at level debug, and one for what ends
	// the process. It must not write to the standard output or to os.Stderr
	// after Serve has begun; NewLogger makes one that is right. Nil means
	// NewLogger(nil).
	Logger *slog.Logger

	// MaxCallDuration bounds every call, a minute by default.
	MaxCallDuration time.Duration

	// ServerOptions go to gRPC, for interceptors and stats handlers. Those
	// that bound sizes have no effect.
	ServerOptions []grpc.ServerOption
}

// NewLogger gives the logger of a plugin. It writes to the standard error
// output as it is now, so call it before Serve, and pass it to the provider
// and to Serve. The host turns its lines back into records with their levels.
// Nil means what the host asked for by [LogLevelKey], slog.LevelInfo without.
// Lines are bounded by 60 KB.
func NewLogger(level slog.Leveler) *slog.Logger {
	if level == nil {
		level = levelOf(os.Getenv(LogLevelKey))
	}
	return slog.New(newLineHandler(os.Stderr, level))
}

// How long the end may wait for calls in flight.
const (
	afterHost = 1500 * time.Millisecond // go-plugin kills after 2 s
	afterTerm = 10 * time.Second        // the host has work for the calls still
)

// Serve serves the provider to the host that started this process, and ends the
// process when the host says so, when the host dies, or on SIGTERM. It does not
// return. Until it is called the process must print nothing to its standard
// output.
//
// In a process that no host started, it explains itself on the standard error
// output and exits with 2. The arguments --version and --describe print the
// provider's version and its descriptor, as JSON with Go's field names, to the
// standard output.
func Serve(provider contract.PaymentProvider, options *ServeOptions) {
	var o ServeOptions
	if options != nil {
		o = *options
	}
	by := byHand{provider: provider, name: os.Args[0], stdout: os.Stdout, stderr: os.Stderr}
	if len(os.Args) > 1 || os.Getenv(MagicCookieKey) != MagicCookieValue {
		os.Exit(by.run(context.Background(), os.Args[1:]))
	}
	if o.Logger == nil {
		o.Logger = NewLogger(nil)
	}
	// A terminal sends SIGINT to host and plugin alike. And when the host is
	// gone, a log line must not be what ends the calls in flight.
	signal.Ignore(os.Interrupt, syscall.SIGPIPE)
	leave(serve(provider, &o)) // a host that was killed just now removes nothing
}

// serve speaks to the host until it says that this is the end.
func serve(provider contract.PaymentProvider, o *ServeOptions) int {
	calls := newCalls()
	go endOnSignal(calls, o.Logger)
	go endWithHost(calls, o.Logger)

	served := false
	door := &doorkeeper{provider: provider, refuse: calls.refusal}
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshakeConfig(),
		VersionedPlugins: map[int]goplugin.PluginSet{ProtocolVersion: {pluginName: &pluginSide{
			register: func(registrar grpc.ServiceRegistrar) {
				served = true
				wire.Register(registrar, door, &wire.ServerOptions{Logger: o.Logger, MaxCallDuration: o.MaxCallDuration})
			},
		}}},
		Logger: newBridge(o.Logger),
		GRPCServer: func(tls []grpc.ServerOption) *grpc.Server {
			options := append(serverOptions(o.ServerOptions), grpc.ChainUnaryInterceptor(calls.intercept))
			return grpc.NewServer(append(options, tls...)...)
		},
	})
	if !served {
		return 1 // go-plugin has logged why
	}
	calls.end(afterHost)
	return 0
}

// serverOptions are ours after the caller's, so that sizes stay bounded.
func serverOptions(callers []grpc.ServerOption) []grpc.ServerOption {
	return append(append([]grpc.ServerOption(nil), callers...),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxSendMsgSize(maxMessage),
		// Without it a host that pings every ten seconds is turned away, and
		// with it go the streams that do not come back.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)
}

// endOnSignal ends the process on SIGTERM.
func endOnSignal(calls *calls, logger *slog.Logger) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	<-signals
	logger.LogAttrs(context.Background(), slog.LevelInfo, "the plugin ends: SIGTERM")
	calls.end(afterTerm)
	leave(0)
}
