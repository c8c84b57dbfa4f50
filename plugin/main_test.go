package plugin_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"testing"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract/wire"
	"github.com/paysocket/paysocket/plugin"
)

// roleKey names what this binary is to be: the tests' processes are the test
// binary itself.
const roleKey = "PAYSOCKET_TEST_ROLE"

// roles are what the binary can be, besides the tests.
var roles = map[string]func(){
	"provider": func() {
		logger := plugin.NewLogger(nil)
		// Calls wait for named pipes in the tests' folders.
		plugin.Serve(&provider{logger: logger}, &plugin.ServeOptions{Logger: logger, ReadPaths: []string{os.TempDir()}})
	},
	"exits": func() {
		fmt.Fprintln(os.Stderr, "the library libfoo.so.1 was not found")
		os.Exit(3)
	},
	"garbage": func() {
		fmt.Fprintln(os.Stdout, "Hello from a program that is no plugin!")
		block()
	},
	"mute":           block,
	"other protocol": func() { handshakeThenBlock("1|99|unix|%s/socket|grpc|") },
	"net/rpc":        func() { handshakeThenBlock("1|1|unix|%s/socket|netrpc|") },
	"no certificate": func() { handshakeThenBlock("1|1|unix|%s/socket|grpc|") },
	"elsewhere":      func() { handshakeThenBlock("1|1|unix|/tmp/socket|grpc|%s") },
	"no socket":      func() { handshakeThenBlock("1|1|unix|%s/socket|grpc|") },
	"foreign":        serveForeign,
	"host":           beHost,

	"prober":                  serveProber,
	"prober on an old kernel": serveProberOnOldKernel,
}

func TestMain(m *testing.M) {
	if role, ok := roles[os.Getenv(roleKey)]; ok {
		role()
		return
	}
	os.Exit(m.Run())
}

// block waits until it is killed.
func block() {
	forever := make(chan os.Signal, 1)
	signal.Notify(forever, os.Interrupt)
	<-forever
}

func handshakeThenBlock(line string) {
	fmt.Fprintf(os.Stdout, line+"\n", os.Getenv(goplugin.EnvUnixSocketDir))
	block()
}

// serveForeign is a plugin that was made without package plugin, and bounds
// nothing.
func serveForeign() {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			MagicCookieKey: plugin.MagicCookieKey, MagicCookieValue: plugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{plugin.ProtocolVersion: {"paymentprovider": foreign{}}},
		GRPCServer:       goplugin.DefaultGRPCServer,
	})
}

type foreign struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (foreign) GRPCServer(_ *goplugin.GRPCBroker, server *grpc.Server) error {
	wire.Register(server, &provider{logger: plugin.NewLogger(nil)}, nil)
	return nil
}

func (foreign) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, io.EOF
}

// beHost is a host that opens a provider, says which process it has, and waits
// to be killed.
func beHost() {
	client, err := plugin.Open(context.Background(), os.Args[0], &plugin.OpenOptions{
		Configuration: configuration(), StartTimeout: time.Minute, Env: []string{roleKey + "=provider"}, SocketFolder: os.Getenv("SOCKET_FOLDER"),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, client.Process().PID)
	block()
}

// self gives a command that runs this binary in a role, with nothing else in
// its environment.
func self(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t), args...)
	cmd.Env = []string{roleKey + "=" + role}
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func binary(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
