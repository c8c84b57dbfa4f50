package plugintest

import (
	"context"
	"io"
	"strings"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

// serveForeign plays RoleForeign.
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

// hugeErrors is the interceptor of RoleHugeErrors.
func hugeErrors(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if strings.HasSuffix(info.FullMethod, "/CancelPayment") {
		return nil, status.Error(codes.Internal, strings.Repeat("e", 6<<20))
	}
	return handler(ctx, request)
}

type foreign struct {
	goplugin.NetRPCUnsupportedPlugin
}

// GRPCServer implements goplugin.GRPCPlugin.
func (foreign) GRPCServer(_ *goplugin.GRPCBroker, server *grpc.Server) error {
	wire.Register(server, NewProvider(plugin.NewLogger(nil)), nil)
	return nil
}

// GRPCClient implements goplugin.GRPCPlugin.
func (foreign) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, io.EOF
}
