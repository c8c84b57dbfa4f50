// Package bare is the floor of what package plugin does: hashicorp/go-plugin with its own certificates, the messages of the
// contract, and nothing around them. A program of it must never take payments: nothing is checked, bounded or redacted.
package bare

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	pb "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

const name = "bare"

func handshake() goplugin.HandshakeConfig {
	return goplugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "PAYSOCKET_BARE", MagicCookieValue: "bare"}
}

// Serve serves a provider in a process that Open started, and returns when the host is done with it.
func Serve(provider pb.PaymentProviderServer) {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshake(), Plugins: goplugin.PluginSet{name: &side{provider: provider}}, GRPCServer: goplugin.DefaultGRPCServer,
		Logger: hclog.NewNullLogger(),
	})
}

// A Client calls a provider in another process.
type Client struct {
	pb.PaymentProviderClient

	process *goplugin.Client
}

// Open starts a binary with variables in its environment, and connects to it. The binary must have the sum, unless that is nil.
func Open(ctx context.Context, path string, sum []byte, env ...string) (*Client, error) {
	config := &goplugin.ClientConfig{
		HandshakeConfig: handshake(), Plugins: goplugin.PluginSet{name: &side{}}, AutoMTLS: true, SkipHostEnv: true,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC}, Logger: hclog.NewNullLogger(),
	}
	config.Cmd = exec.CommandContext(ctx, path)
	config.Cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	if sum != nil {
		config.SecureConfig = &goplugin.SecureConfig{Checksum: sum, Hash: sha256.New()}
	}
	process := goplugin.NewClient(config)
	protocol, err := process.Client()
	if err != nil {
		process.Kill()
		return nil, err
	}
	dispensed, err := protocol.Dispense(name)
	if err != nil {
		process.Kill()
		return nil, err
	}
	provider, ok := dispensed.(pb.PaymentProviderClient)
	if !ok {
		process.Kill()
		return nil, fmt.Errorf("%s is a %T", name, dispensed)
	}
	return &Client{PaymentProviderClient: provider, process: process}, nil
}

// PID is the process.
func (c *Client) PID() int { return c.process.ReattachConfig().Pid }

// Close ends the process.
func (c *Client) Close() { c.process.Kill() }

// side is both ends.
type side struct {
	goplugin.NetRPCUnsupportedPlugin

	provider pb.PaymentProviderServer
}

// GRPCServer implements goplugin.GRPCPlugin.
func (s *side) GRPCServer(_ *goplugin.GRPCBroker, server *grpc.Server) error {
	if s.provider == nil {
		return errors.New("a host serves nothing")
	}
	pb.RegisterPaymentProviderServer(server, s.provider)
	return nil
}

// GRPCClient implements goplugin.GRPCPlugin.
func (s *side) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return pb.NewPaymentProviderClient(conn), nil
}
