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
	"github.com/paysocket/paysocket/internal/wire"
)

// ServeOptions change how a provider is served. Nil means the defaults.
type ServeOptions struct {
	// Logger gets a record of every call, at level debug, and of what ends the
	// process. It must not write to the standard output, or to os.Stderr after
	// Serve has begun; NewLogger returns one that does not. Nil means
	// NewLogger(nil).
	Logger *slog.Logger

	// MaxCallDuration bounds every call, a minute by default.
	MaxCallDuration time.Duration

	// Interceptors run around the provider, the first of them outermost. They see
	// calls that have passed all checks, with the headers that hosts send along.
	Interceptors []contract.Interceptor

	// ReadPaths are files and folders that the provider has to read, besides
	// what its [Confinement] leaves it anyway. Those that do not exist when
	// Serve begins are left out.
	ReadPaths []string

	// ConnectPorts are TCP ports that the provider connects to, besides 443, 53
	// and those that its configuration names in a URL or as host:port.
	ConnectPorts []uint16
}

// NewLogger returns the logger of a plugin. It writes to the standard error output
// as it is now, so call it before Serve, and pass it to the provider and to Serve.
// The host turns its lines back into records with their levels. A nil level means
// the one that the host asks for in [LogLevelKey], or slog.LevelInfo. A line of
// more than 60 KiB is dropped, and a warning is logged in its place.
func NewLogger(level slog.Leveler) *slog.Logger {
	if level == nil {
		level = levelOf(os.Getenv(LogLevelKey))
	}
	return slog.New(newLineHandler(os.Stderr, level))
}

// How long the end may wait for calls in flight.
const (
	afterHost = 1500 * time.Millisecond // go-plugin kills after 2 s
	afterTerm = 10 * time.Second        // the host still waits for the calls
)

// Serve serves the provider to the host that started this process, and ends the
// process when the host asks for it, when the host dies, or on SIGTERM. It does
// not return. Until it is called the process must print nothing to its standard
// output.
//
// In a process that no host started, Serve prints how a host uses the provider
// to the standard error output, and exits with 2. With the arguments --version,
// --describe and --help it prints the provider's version, its descriptor as JSON
// or that explanation to the standard output and exits with 0, and with
// "completion bash", zsh or fish a script for that shell. With --debug it serves
// until Ctrl-C, and prints the line that [Attach] needs.
//
// Serve lets a process that keeps little collect its garbage less often than Go does by
// itself, unless GOGC is set.
func Serve(provider contract.PaymentProvider, options *ServeOptions) {
	var o ServeOptions
	if options != nil {
		o = *options
	}
	if o.Logger == nil {
		o.Logger = NewLogger(nil)
	}
	command := commandLine{provider: provider, name: os.Args[0], stdout: os.Stdout, stderr: os.Stderr}
	switch {
	case len(os.Args) == 2 && os.Args[1] == "--debug":
		os.Exit(command.debug(context.Background(), &o))
	case len(os.Args) > 1 || os.Getenv(MagicCookieKey) != MagicCookieValue:
		os.Exit(command.run(context.Background(), os.Args[1:]))
	}
	nameProcess(os.Args[0])
	collectSeldom()
	// A terminal sends SIGINT to host and plugin alike, and SIGHUP, which tells a
	// host to reload, may be sent to all of its processes. When the host is
	// gone, SIGPIPE from a log line must not end the calls in flight.
	signal.Ignore(os.Interrupt, syscall.SIGHUP, syscall.SIGPIPE)
	exit(serve(provider, &o)) // a host that was killed meanwhile removes nothing
}

// serve serves until the host ends it, and returns the exit code.
func serve(provider contract.PaymentProvider, o *ServeOptions) int {
	calls := newCalls()
	endOnSignal(calls, o.Logger)
	go endWithHost(calls, o.Logger)

	confined := newConfinedProvider(provider, Confinement(os.Getenv(ConfinementKey)), o)
	served := false
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshakeConfig(),
		VersionedPlugins: map[int]goplugin.PluginSet{ProtocolVersion: {pluginName: &pluginSide{
			register: func(registrar grpc.ServiceRegistrar) {
				served = true
				wire.Register(registrar, confined, &wire.ServerOptions{
					Logger: o.Logger, MaxCallDuration: o.MaxCallDuration,
					Interceptors: append([]contract.Interceptor{calls.admit}, o.Interceptors...), Headers: len(o.Interceptors) > 0,
				})
			},
		}}},
		Logger: newBridge(o.Logger),
		GRPCServer: func(tls []grpc.ServerOption) *grpc.Server {
			options := append(serverOptions(), grpc.ChainUnaryInterceptor(calls.intercept, confined.health, confined.report))
			return grpc.NewServer(append(options, tls...)...)
		},
	})
	if !served {
		return 1 // go-plugin has logged why
	}
	calls.end(afterHost) // their connection is closed, and nobody waits for the answers
	return 0
}

// serverOptions returns the caller's options and ours after them, so that sizes
// stay bounded.
func serverOptions(callers ...grpc.ServerOption) []grpc.ServerOption {
	return append(append([]grpc.ServerOption(nil), callers...),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxSendMsgSize(maxMessage),
		// Without it a host that pings every ten seconds is disconnected.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)
}

// endOnSignal has the process end on SIGTERM from now on: a host may send it as soon as
// it has read the handshake, and the socket is to be removed.
func endOnSignal(calls *calls, logger *slog.Logger) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		logger.LogAttrs(context.Background(), slog.LevelInfo, "the plugin ends: SIGTERM")
		calls.answer(afterTerm)
		exit(0)
	}()
}
