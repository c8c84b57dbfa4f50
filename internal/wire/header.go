package wire

import (
	"context"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/paysocket/paysocket/contract"
)

// What a call's header may hold at most.
const (
	maxHeaderNames = 16
	maxHeaderSize  = 4 << 10
)

// checkHeader makes sure that a header can travel as it is: gRPC ends a call
// with one that cannot, and does not say whether it was sent.
func checkHeader(header map[string]string) error {
	size := 0
	for name, value := range header {
		size += len(name) + len(value)
		if !isHeaderName(name) || !isPrintable(value) {
			return contract.Errorf(contract.InvalidRequest, "the header %q of the call cannot be sent: "+
				"a name is made of a-z, 0-9, -, _ and . and is not one of gRPC's own, and a value is printable ASCII; nothing was sent", name)
		}
	}
	if len(header) > maxHeaderNames || size > maxHeaderSize {
		return contract.Errorf(contract.InvalidRequest, "the header of the call is too large: at most %d names and %d bytes can be sent; nothing was sent",
			maxHeaderNames, maxHeaderSize)
	}
	return nil
}

// withHeader returns a context with which gRPC sends the header.
func withHeader(ctx context.Context, header map[string]string) context.Context {
	pairs := make([]string, 0, 2*len(header))
	for name, value := range header {
		pairs = append(pairs, name, value)
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...)
}

// headerOf returns the header that a call came with; nil if it has none.
func headerOf(ctx context.Context) map[string]string {
	incoming, _ := metadata.FromIncomingContext(ctx)
	var header map[string]string
	for name, values := range incoming {
		if !isHeaderName(name) || len(values) == 0 {
			continue
		}
		if header == nil {
			header = make(map[string]string, len(incoming))
		}
		header[name] = values[0]
	}
	return header
}

// isHeaderName leaves out what HTTP/2 and gRPC send by themselves, and names
// whose values gRPC takes for binary.
func isHeaderName(name string) bool {
	switch name {
	case "", "content-type", "user-agent", "te", "host", "connection":
		return false
	}
	return !strings.HasPrefix(name, "grpc-") && !strings.HasSuffix(name, "-bin") &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}
