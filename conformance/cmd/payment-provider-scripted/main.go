// Command payment-provider-scripted is the provider with which the conformance suite
// judges hosts. It knows nothing: it forwards each call to the suite, which answers, and
// may answer anything. A host loads it like any other provider, and is not told that it is
// one of the suite's.
//
// The suite makes a copy for each run that says where the suite is; see package link. So
// the file itself cannot be started by a host.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
	"github.com/paysocket/paysocket/internal/commandline"
	"github.com/paysocket/paysocket/plugin"
)

func main() {
	if len(os.Args) > 1 || os.Getenv(plugin.MagicCookieKey) != plugin.MagicCookieValue {
		os.Exit(explain(os.Args[1:]))
	}
	signal.Ignore(os.Interrupt, syscall.SIGHUP, syscall.SIGPIPE)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		end(1)
	}
	end(0)
}

// explain answers a person, and returns the exit code.
func explain(args []string) int {
	program := commandline.Program{Name: filepath.Base(os.Args[0]), Examples: []string{"--help"}, About: `A payment provider of the conformance suite, which starts hosts with copies of it ("paysocket
conformance host run"). By itself it does nothing.`}
	asked, err := program.Answer(os.Stdout, args)
	switch {
	case err == nil && asked:
		return 0
	case err == nil && len(args) > 0:
		err = fmt.Errorf("unexpected argument %q", args[0])
	case err == nil:
		err = errors.New("no host has started this program")
	}
	program.Misused(os.Stderr, err)
	return 2
}

// run serves until the host says that this is enough.
func run() error {
	stamp, err := link.Read(self())
	if err != nil {
		return err
	}
	conn, err := grpc.NewClient("passthrough:///"+stamp.Control,
		grpc.WithTransportCredentials(insecure.NewCredentials()), // the address is on loopback
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(link.Codec()), grpc.MaxCallRecvMsgSize(maxForwarded), grpc.MaxCallSendMsgSize(maxForwarded)),
		grpc.WithDisableRetry(), grpc.WithDisableServiceConfig(), grpc.WithIdleTimeout(0), grpc.WithNoProxy(),
	)
	if err != nil {
		return fmt.Errorf("the address of the suite: %w", err)
	}
	f := &forwarder{conn: conn, calls: newCalls(), metadata: metadata.Pairs(
		link.Token, stamp.Token, link.Version, stamp.Version,
		link.PID, strconv.Itoa(os.Getpid()), link.Host, strconv.Itoa(os.Getppid()), link.Nonce, rand.Text(),
	)}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM) // before the handshake: the host may end it at once
	go endOnSignal(signals, f.calls)
	go endWithHost(f.calls)
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  goplugin.HandshakeConfig{MagicCookieKey: plugin.MagicCookieKey, MagicCookieValue: plugin.MagicCookieValue},
		VersionedPlugins: map[int]goplugin.PluginSet{plugin.ProtocolVersion: {"paymentprovider": nothing{}}},
		GRPCServer:       f.server,
	})
	f.calls.end(afterHost)
	return nil
}

// self returns the path of this program, also where it was executed by a descriptor.
func self() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// nothing registers nothing: all calls are of services that the server does not know.
type nothing struct {
	goplugin.NetRPCUnsupportedPlugin
}

var _ goplugin.GRPCPlugin = nothing{}

// GRPCServer implements goplugin.GRPCPlugin.
func (nothing) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error { return nil }

// GRPCClient implements goplugin.GRPCPlugin.
func (nothing) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("a plugin calls nobody")
}

func endOnSignal(signals <-chan os.Signal, calls *calls) {
	<-signals
	calls.answer(afterTerm)
	end(0)
}

// endWithHost ends the process when the host is gone, which closes the pipe.
func endWithHost(calls *calls) {
	fd, err := strconv.ParseUint(os.Getenv(plugin.HostFDKey), 10, 16)
	if err != nil {
		return
	}
	pipe := os.NewFile(uintptr(fd), "host")
	if pipe == nil {
		return
	}
	_, _ = io.Copy(io.Discard, pipe)
	calls.end(afterHost)
	end(0)
}

// end removes the socket, and the folders if they are empty, and ends the process.
func end(code int) {
	if folder := os.Getenv(goplugin.EnvUnixSocketDir); filepath.IsAbs(folder) {
		sockets, _ := filepath.Glob(filepath.Join(folder, "plugin*"))
		for _, socket := range sockets {
			_ = os.Remove(socket) //nolint:gosec // The host chose the folder, which is for this process alone.
		}
		_ = os.Remove(folder) //nolint:gosec // Likewise; what is not empty stays.
		if parent := filepath.Dir(folder); strings.HasPrefix(filepath.Base(parent), "paysocket-") {
			_ = os.Remove(parent) //nolint:gosec // Likewise.
		}
	}
	os.Exit(code)
}
