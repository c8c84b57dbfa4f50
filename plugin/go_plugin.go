package plugin

import (
	"context"
	"errors"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// hostSide makes go-plugin return the connection itself, of which package wire
// makes a provider.
type hostSide struct {
	goplugin.NetRPCUnsupportedPlugin
}

var _ goplugin.GRPCPlugin = (*hostSide)(nil)

// GRPCServer implements goplugin.GRPCPlugin.
func (*hostSide) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error {
	return errors.New("a host serves nothing")
}

// GRPCClient implements goplugin.GRPCPlugin.
func (*hostSide) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// pluginSide makes go-plugin serve what register registers.
type pluginSide struct {
	goplugin.NetRPCUnsupportedPlugin

	register func(grpc.ServiceRegistrar)
}

var _ goplugin.GRPCPlugin = (*pluginSide)(nil)

// GRPCServer implements goplugin.GRPCPlugin.
func (p *pluginSide) GRPCServer(_ *goplugin.GRPCBroker, server *grpc.Server) error {
	p.register(server)
	return nil
}

// GRPCClient implements goplugin.GRPCPlugin.
func (*pluginSide) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("a plugin calls nobody")
}
