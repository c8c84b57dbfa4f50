package plugin

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/flood"
	"github.com/paysocket/paysocket/internal/grpcseam"
)

// OpenOptions change how a provider is opened. Nil means the defaults.
type OpenOptions struct {
	// SHA256 is the sum, in hex, of the only binary that may be executed. The
	// file, the folders above it and the links that lead to it must then belong
	// to root or to the host's user, and nobody else may be able to write to
	// them; a sticky folder such as /tmp is accepted. On Linux the very file
	// that was read is executed. Elsewhere, and for a script, which its
	// interpreter reads again, it is the file at the path.
	//
	// Without a sum every file is executed. A warning is logged that names its
	// sum and what is wrong with its permissions.
	SHA256 string

	// Configuration is what the provider is configured with before Open
	// returns. Nil leaves that to the caller.
	Configuration *contract.Configuration

	// Logger gets the provider's log records with their levels, whatever else it
	// prints, and what happens to its process. Of what it prints at most 4 MiB at
	// once, 1 MiB a second and 256 MiB an hour are logged, and how much was
	// dropped. Nil discards them.
	Logger *slog.Logger

	// Stderr gets all that the provider prints, line by line, with secrets
	// redacted and lines truncated at 64 KiB. One goroutine at a time writes to
	// it; it must not block. Nil discards the output.
	Stderr io.Writer

	// StartTimeout bounds the time from the start to the answer of Describe, 10 s
	// by default. Configure has 30 s more, since it may ask the gateway.
	StartTimeout time.Duration

	// CloseTimeout is how long a process may take to end by itself before it
	// is killed, 5 s by default.
	CloseTimeout time.Duration

	// Interceptors run around every call of the Client, the first of them
	// outermost.
	Interceptors []contract.Interceptor

	// DisableAutoMTLS opens a provider that cannot make a certificate. Only the
	// mode of the socket's folder keeps other users out then.
	DisableAutoMTLS bool

	// Debug allows Attach. Set it from a switch that is never used in
	// production.
	Debug bool

	// Unchecked makes Open return as soon as it is connected: the provider is
	// neither described nor configured, nor known to be healthy, and
	// Client.Descriptor returns nil. It is for tests of the start itself.
	Unchecked bool

	// Confinement is how much the process has to give up, ConfinementFull by
	// default. Client.Confinement returns how far it went.
	Confinement Confinement

	// MemoryLimit is how many bytes of memory the process may have resident; 0 is
	// any number. A process with more is replaced by a supervisor, as
	// [ErrMemoryLimit] says, and one with twice as many is killed, within about a
	// tenth of a second. Children of the process do not count. A program in Go
	// gets nine tenths as GOMEMLIMIT, unless Env has another. Other systems than
	// Linux do no more than that. To keep a process from a sudden allocation, use
	// the control group of a service manager or container as well.
	MemoryLimit int64

	// Env are variables for the process, as "NAME=value". Of the host's own
	// environment it gets only TZ, SSL_CERT_FILE, SSL_CERT_DIR and GOMEMLIMIT.
	// The proxy variables are not among them, because they decide whom a
	// provider talks to and may hold a password. They change nothing if they are
	// passed here: the providers of this module ignore them, and a confined
	// process keeps no port for them. A proxy is a setting of the Configuration.
	// Never put a secret here: other processes can read an environment.
	Env []string

	// SocketFolder is where the folder for the socket is made. The default is
	// the first of /run/user/UID, /run and the temporary folder that can be
	// written to. The system bounds the path of a socket: on Linux the folder's
	// may have 68 bytes. It must have no "|" and no control characters.
	SocketFolder string
}

const (
	defaultStartTimeout = 10 * time.Second
	defaultCloseTimeout = 5 * time.Second
	configureTimeout    = 30 * time.Second
	healthTimeout       = 5 * time.Second
)

func (o *OpenOptions) orDefaults() OpenOptions {
	var options OpenOptions
	if o != nil {
		options = *o
	}
	options.Logger = discard(options.Logger)
	options.Interceptors = slices.Clip(options.Interceptors)
	options.StartTimeout = timeOr(options.StartTimeout, defaultStartTimeout)
	options.CloseTimeout = timeOr(options.CloseTimeout, defaultCloseTimeout)
	return options
}

// Open starts the provider's binary at path and returns when it is ready: it has
// described itself, has been configured if the options have a Configuration, and
// is healthy. The context bounds the opening; it does not end the provider
// later. The error is an [*OpenError], and nothing is left running then.
//
// Every call of Open starts a new process.
func Open(ctx context.Context, path string, options *OpenOptions) (*Client, error) {
	o := options.orDefaults()
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, &OpenError{Failure: FailureSystem, Path: path, Err: err}
	}
	binary, openErr := checkBinary(ctx, absolute, o.SHA256, o.Logger)
	if openErr != nil {
		openErr.Path = path
		return nil, openErr
	}
	defer binary.close()
	l, err := newLaunch(ctx, binary, &o)
	if err != nil {
		return nil, &OpenError{Failure: FailureSystem, Path: path, Err: err}
	}
	client, openErr := l.open(ctx)
	if openErr != nil {
		openErr.Path = path
		return nil, openErr
	}
	if client.descriptor != nil {
		client.logConfinement(ctx, &o)
	}
	return client, nil
}

// launch is one start of a binary. It cannot be used for a second one.
type launch struct {
	options    *OpenOptions
	seam       *grpcseam.Seam
	binary     *binaryFile
	folder     *socketFolder
	output     *output
	process    *process
	connection *connection
	latest     latestReport
	plugin     *goplugin.Client
}

func newLaunch(ctx context.Context, binary *binaryFile, o *OpenOptions) (*launch, error) {
	folder, err := makeSocketFolder(o.SocketFolder)
	if err != nil {
		return nil, err
	}
	logger := o.Logger.With(slog.String("plugin", filepath.Base(binary.path)))
	seam := grpcseam.From(ctx)
	l := &launch{options: o, seam: seam, binary: binary, folder: folder, output: newOutput(logger, o.Stderr, flood.From(ctx))}
	hide(l.output.secrets, o.Configuration)
	l.process = &process{
		binary: binary, socketFolder: folder.path, wantCertificate: !o.DisableAutoMTLS,
		output: l.output, exited: make(chan struct{}), swept: make(chan struct{}),
		memory: memoryLimit(o.MemoryLimit), logger: o.Logger,
	}
	l.connection = newConnection(l.process.socket)
	supported := map[int]goplugin.PluginSet{}
	for _, version := range protocolsOf(ProtocolVersion) {
		supported[version] = goplugin.PluginSet{pluginName: &hostSide{}}
	}
	l.plugin = goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig:  handshakeConfig(),
		VersionedPlugins: supported,
		RunnerFunc:       l.run,
		StartTimeout:     o.StartTimeout,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           newBridge(discreetly(logger, l.output.secrets)),
		AutoMTLS:         !o.DisableAutoMTLS,
		SkipHostEnv:      true,
		SyncStdout:       l.output.lines("stdout"),
		SyncStderr:       l.output.lines("stderr"),
		GRPCDialOptions:  append(dialOptions(seam.DialOptions, l.connection.dial), grpc.WithChainUnaryInterceptor(l.latest.intercept)),
		UnixSocketConfig: &goplugin.UnixSocketConfig{TempDir: folder.path},
	})
	return l, nil
}

// run is go-plugin's RunnerFunc; cmd has the variables that go-plugin sets.
func (l *launch) run(_ hclog.Logger, cmd *exec.Cmd, inner string) (runner.Runner, error) {
	// The folder that go-plugin made in ours would only make the socket's path longer.
	_ = os.Remove(inner)
	limit := memoryLimit(l.options.MemoryLimit).environment()
	l.process.env = append(environment(append(limit, l.options.Env...), cmd.Env, l.options.Confinement), goplugin.EnvUnixSocketDir+"="+l.folder.path)
	return l.process, nil
}

// environment returns the whole environment of a provider's process. The host's
// own may hold what is none of a provider's business, such as the password of a
// database.
func environment(callers, handshake []string, confinement Confinement) []string {
	var env []string
	for _, name := range []string{"TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "GOMEMLIMIT"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	env = append(env, callers...)
	env = append(env, handshake...)
	return append(env, HostFDKey+"="+hostFD, ConfinementKey+"="+string(confinement.orDefault()))
}

func (l *launch) open(ctx context.Context) (*Client, *OpenError) {
	started, cancel := context.WithTimeout(ctx, l.options.StartTimeout)
	defer cancel()
	// go-plugin knows no context: it waits until the process ends.
	var late atomic.Bool
	stop := context.AfterFunc(started, func() {
		late.Store(true)
		l.process.kill()
	})
	defer stop()

	client, openErr := l.start()
	if openErr == nil {
		openErr = client.becomeReady(started, ctx, stop, l.options)
	}
	if openErr == nil {
		return client, nil
	}
	short := l.connection.shortage()
	switch {
	case l.process.overran() != nil:
		openErr.Failure, openErr.Err = FailureExited, l.process.overran()
	case short != nil:
		openErr.Failure, openErr.Err = FailureSystem, fmt.Errorf("it started and cannot be connected to: %w", short)
	case ctx.Err() != nil:
		openErr.Failure, openErr.Err = FailureCanceled, fmt.Errorf("its context ended: %w", context.Cause(ctx))
	case late.Load() || openErr.Failure == FailureDescribe && started.Err() != nil:
		openErr.Failure, openErr.Err = FailureTimeout, fmt.Errorf(
			"it was not ready within %s; set a longer StartTimeout if it needs one: %w", l.options.StartTimeout, started.Err())
	}
	if client != nil {
		_ = client.Close()
	} else {
		_ = l.stop() //nolint:contextcheck // What it logs is about the process, whatever the context.
	}
	openErr.Stderr = l.output.end()
	return nil, openErr
}

// start starts the process and connects to it.
func (l *launch) start() (*Client, *OpenError) {
	if _, err := l.plugin.Start(); err != nil {
		failure, err := l.process.startFailure(err)
		return nil, &OpenError{Failure: failure, Err: err}
	}
	conn, err := l.dispense()
	if err != nil {
		return nil, &OpenError{Failure: FailureConnection, Err: fmt.Errorf("it started and cannot be connected to: %w", err)}
	}
	l.seam.Conn = conn
	client := newClient(conn, l.seam.Unchecked, l.output.secrets, l.options.Logger, l.options.Interceptors, l.stop)
	client.child, client.lost, client.output = l.process, l.connection.lost, l.output
	client.latest = &l.latest
	client.memory = l.process.memory
	client.process = &Process{PID: l.process.id(), Path: l.binary.path, SHA256: l.binary.sum}
	l.connection.onLoss(client.finish)
	go func() {
		<-l.process.exited
		client.finish()
	}()
	return client, nil
}

func (l *launch) dispense() (grpc.ClientConnInterface, error) {
	protocol, err := l.plugin.Client()
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense(pluginName)
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(grpc.ClientConnInterface)
	if !ok {
		return nil, fmt.Errorf("go-plugin returned a %T instead of a connection", raw)
	}
	return conn, nil
}
