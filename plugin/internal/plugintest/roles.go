package plugintest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	goplugin "github.com/hashicorp/go-plugin"

	"github.com/paysocket/paysocket/plugin"
)

// The roles that every test binary can play.
const (
	// RoleProvider is a [Provider], served.
	RoleProvider = "provider"

	// RoleForeign is a [Provider] that go-plugin serves without package plugin,
	// which bounds nothing and reports no confinement.
	RoleForeign = "foreign"

	// RoleHugeErrors is RoleForeign, and the error of a cancellation is larger
	// than a connection bears.
	RoleHugeErrors = "huge errors"

	// RoleHost is a host that opens a provider, prints the provider's process
	// id, and waits to be killed. Its variable SOCKET_FOLDER is the folder for
	// sockets.
	RoleHost = "host"

	// RoleExits ends at once, with a line on the standard error output.
	RoleExits = "exits"

	// RoleGarbage prints something that is not a handshake.
	RoleGarbage = "garbage"

	// RoleMute prints nothing and does not end.
	RoleMute = "mute"

	// RoleOtherProtocol announces a protocol version that no host supports.
	RoleOtherProtocol = "other protocol"

	// RoleNetRPC announces go-plugin's other transport.
	RoleNetRPC = "net/rpc"

	// RoleNoCertificate announces no certificate, and RoleNoSocket is the same
	// for a host that wants none: it listens nowhere.
	RoleNoCertificate = "no certificate"
	RoleNoSocket      = "no socket"

	// RoleOddCertificate announces a certificate in base64 with padding.
	RoleOddCertificate = "odd certificate"

	// RoleOtherName serves with a certificate that is not for localhost.
	RoleOtherName = "another's name"

	// RoleGoesAtOnce announces a socket, takes one connection, and ends.
	RoleGoesAtOnce = "goes at once"

	// RoleElsewhere announces a socket outside the folder that it was given.
	RoleElsewhere = "elsewhere"
)

func roles() map[string]func() {
	return map[string]func(){
		RoleProvider: func() {
			logger := plugin.NewLogger(nil)
			// Calls wait for named pipes in the tests' folders.
			plugin.Serve(NewProvider(logger), &plugin.ServeOptions{Logger: logger, ReadPaths: []string{os.TempDir()}})
		},
		RoleExits: func() {
			fmt.Fprintln(os.Stderr, "the library libfoo.so.1 was not found")
			os.Exit(3)
		},
		RoleGarbage: func() {
			fmt.Fprintln(os.Stdout, "Hello from a program that is no plugin!")
			Block()
		},
		RoleMute:           Block,
		RoleOtherProtocol:  func() { announceAndBlock("1|99|unix|%s/socket|grpc|") },
		RoleNetRPC:         func() { announceAndBlock("1|1|unix|%s/socket|netrpc|") },
		RoleNoCertificate:  func() { announceAndBlock("1|1|unix|%s/socket|grpc|") },
		RoleOddCertificate: func() { announceAndBlock("1|1|unix|%s/socket|grpc|MIIBeQ==") },
		RoleOtherName:      func() { serveTLS(Block) },
		RoleGoesAtOnce:     func() { serveTLS(func() { os.Exit(5) }) },
		RoleElsewhere:      func() { announceAndBlock("1|1|unix|/tmp/socket|grpc|%s") },
		RoleNoSocket:       func() { announceAndBlock("1|1|unix|%s/socket|grpc|") },
		RoleForeign:        func() { serveForeign(nil) },
		RoleHugeErrors:     func() { serveForeign(hugeErrors) },
		RoleHost:           beHost,
	}
}

// Block waits until the process is killed.
func Block() {
	forever := make(chan os.Signal, 1)
	signal.Notify(forever, os.Interrupt)
	<-forever
}

// Check ends a process with 1 if err is not nil.
func Check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func announceAndBlock(line string) {
	fmt.Fprintf(os.Stdout, line+"\n", os.Getenv(goplugin.EnvUnixSocketDir))
	Block()
}

// serveTLS announces a certificate that is for no name, serves one connection
// with it, and goes on.
func serveTLS(then func()) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	Check(err)
	path := filepath.Join(os.Getenv(goplugin.EnvUnixSocketDir), "socket")
	listener, err := tls.Listen("unix", path, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	})
	Check(err)
	fmt.Fprintf(os.Stdout, "1|1|unix|%s|grpc|%s\n", path, base64.RawStdEncoding.EncodeToString(der))
	conn, err := listener.Accept()
	Check(err)
	_ = conn.(*tls.Conn).HandshakeContext(context.Background())
	then()
}

// beHost plays RoleHost.
func beHost() {
	client, err := plugin.Open(context.Background(), os.Args[0], &plugin.OpenOptions{
		Configuration: Configuration(), StartTimeout: time.Minute, Env: []string{As(RoleProvider)}, SocketFolder: os.Getenv("SOCKET_FOLDER"),
	})
	Check(err)
	fmt.Fprintln(os.Stdout, client.Process().PID)
	Block()
}
