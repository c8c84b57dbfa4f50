package plugin_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/contract"
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
	"traced": func() {
		logger := plugin.NewLogger(nil)
		plugin.Serve(&provider{logger: logger}, &plugin.ServeOptions{
			Logger: logger, Interceptors: []contract.Interceptor{logTrace(logger)},
		})
	},
	"exits": func() {
		fmt.Fprintln(os.Stderr, "the library libfoo.so.1 was not found")
		os.Exit(3)
	},
	"garbage": func() {
		fmt.Fprintln(os.Stdout, "Hello from a program that is no plugin!")
		block()
	},
	"mute":            block,
	"other protocol":  func() { handshakeThenBlock("1|99|unix|%s/socket|grpc|") },
	"net/rpc":         func() { handshakeThenBlock("1|1|unix|%s/socket|netrpc|") },
	"no certificate":  func() { handshakeThenBlock("1|1|unix|%s/socket|grpc|") },
	"odd certificate": func() { handshakeThenBlock("1|1|unix|%s/socket|grpc|MIIBeQ==") },
	"another's name":  func() { serveTLS(func() { block() }) },
	"goes at once":    func() { serveTLS(func() { os.Exit(5) }) },
	"elsewhere":       func() { handshakeThenBlock("1|1|unix|/tmp/socket|grpc|%s") },
	"no socket":       func() { handshakeThenBlock("1|1|unix|%s/socket|grpc|") },
	"foreign":         func() { serveForeign(nil) },
	"huge errors":     func() { serveForeign(hugeErrors) },
	"host":            beHost,

	"supervising host":        beSupervisingHost,
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

// serveTLS tells a certificate that is for no name, serves one connection with
// it, and goes on.
func serveTLS(then func()) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fatal(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	fatal(err)
	path := filepath.Join(os.Getenv(goplugin.EnvUnixSocketDir), "socket")
	listener, err := tls.Listen("unix", path, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	})
	fatal(err)
	fmt.Fprintf(os.Stdout, "1|1|unix|%s|grpc|%s\n", path, base64.RawStdEncoding.EncodeToString(der))
	conn, err := listener.Accept()
	fatal(err)
	_ = conn.(*tls.Conn).HandshakeContext(context.Background())
	then()
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveForeign is a plugin that was made without package plugin, and bounds
// nothing.
func serveForeign(intercept grpc.UnaryServerInterceptor) {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			MagicCookieKey: plugin.MagicCookieKey, MagicCookieValue: plugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{plugin.ProtocolVersion: {"paymentprovider": foreign{}}},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			if intercept != nil {
				options = append(options, grpc.UnaryInterceptor(intercept))
			}
			return goplugin.DefaultGRPCServer(options)
		},
	})
}

// hugeErrors makes the error of a cancellation larger than a connection bears.
func hugeErrors(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if strings.HasSuffix(info.FullMethod, "/CancelPayment") {
		return nil, status.Error(codes.Internal, strings.Repeat("e", 6<<20))
	}
	return handler(ctx, request)
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

// beSupervisingHost is a host with three providers, one of which is in the
// middle of a swap, that waits to be killed.
func beSupervisingHost() {
	s := plugin.NewSupervisor(&plugin.SupervisorOptions{
		Env: []string{roleKey + "=provider"}, SocketFolder: os.Getenv("SOCKET_FOLDER"), StartTimeout: time.Minute,
		Configure: func(context.Context, *plugin.Entry) (*contract.Configuration, error) {
			return &contract.Configuration{Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("key")}}, nil
		},
	})
	catalog := &plugin.Catalog{Entries: []plugin.Entry{{Name: "aa", Path: os.Args[0]}, {Name: "bb", Path: os.Args[0]}}}
	if err := s.Apply(context.Background(), catalog); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	aa, _ := s.Client("aa")
	bb, _ := s.State("bb")
	before, _ := s.State("aa")
	go func() { // it keeps the old process from ending
		_, _ = aa.CreatePayment(context.Background(), payment(waitFor+os.Getenv("PIPE")))
	}()
	for before.InFlight == 0 {
		before, _ = s.State("aa")
		<-time.After(time.Millisecond)
	}
	if err := s.Restart(context.Background(), "aa"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	after, _ := s.State("aa")
	fmt.Fprintln(os.Stdout, before.PID, after.PID, bb.PID)
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
