package main

import (
	"context"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/internal/wire"
)

// witness stands at the connection to a provider and sees what becomes of one call
// there, so that a refusal can say whose it is: checks of the same words are made at
// both ends.
type witness struct {
	operation string        // of the call that is looked at
	raw       proto.Message // is sent in place of the request; nil: the request is

	sent     bool // the request went to the provider
	answered bool // an answer came back, and no error
	refused  bool // an error of the contract came back
}

// begin forgets the call before.
func (w *witness) begin(operation string) { *w = witness{operation: operation} }

// intercept is a grpc.UnaryClientInterceptor.
func (w *witness) intercept(
	ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if !strings.HasSuffix(method, "/"+w.operation) {
		return invoke(ctx, method, request, reply, conn, options...)
	}
	if w.raw != nil {
		request = w.raw
	}
	w.sent = true
	err := invoke(ctx, method, request, reply, conn, options...)
	w.answered, w.refused = err == nil, isOfContract(err)
	return err
}

// isOfContract reports whether an error is one that a provider made.
func isOfContract(err error) bool {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && info.GetDomain() == wire.Domain {
			return true
		}
	}
	return false
}

// who says whose the refusal of the call is. Gone is whether the provider's process
// has ended.
func (w *witness) who(gone bool) string {
	switch {
	case !w.sent && gone:
		return "the runtime: nothing was sent, since the provider's process is gone"
	case !w.sent:
		return "this tool, as by a host: nothing was sent; with --unchecked the provider itself answers"
	case w.refused:
		return "the provider"
	case w.answered:
		return "the runtime: the provider answered, and this answer is kept from a host"
	default:
		return "the runtime: the request was sent, and no answer came in the contract's form"
	}
}
