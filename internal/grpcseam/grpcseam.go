// Package grpcseam lets the conformance suite and tests reach the gRPC
// connection that package plugin makes, which is no part of what plugin
// promises: a host knows calls, and not what carries them.
//
// A [Seam] travels in the context of plugin.Open, plugin.Attach and
// plugin.InProcess, in the way of net/http/httptrace.
package grpcseam

import (
	"context"

	"google.golang.org/grpc"
)

// Seam is what is added to one connection, and the connection.
type Seam struct {
	// DialOptions go to gRPC at the host's end. Those that bound sizes, dial, or
	// retry have no effect.
	DialOptions []grpc.DialOption

	// ServerOptions go to gRPC's server of plugin.InProcess.
	ServerOptions []grpc.ServerOption

	// Unchecked makes the plugin.Client send requests as they are, valid or not;
	// see wire.ClientOptions.
	Unchecked bool

	// Conn is the connection, set when it is open: for raw messages and other
	// services. It has no reconnects and no retries.
	Conn grpc.ClientConnInterface
}

type key struct{}

// With returns a context with which one provider is opened through the seam.
func With(ctx context.Context, seam *Seam) context.Context {
	return context.WithValue(ctx, key{}, seam)
}

// From returns the seam of a context; an empty one if it has none.
func From(ctx context.Context) *Seam {
	if seam, ok := ctx.Value(key{}).(*Seam); ok {
		return seam
	}
	return &Seam{}
}
