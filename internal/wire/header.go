package wire

import (
	"context"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/paysocket/paysocket/contract"
)

// The most that the header of a call can hold.
const (
	maxHeaderNames = 16
	maxHeaderSize  = 4 << 10
)

// checkHeader makes sure that gRPC can send a header unchanged. With any other,
// gRPC ends the call, and does not say whether it was sent.
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

// withHeader returns a context that makes gRPC send the header.
func withHeader(ctx context.Context, header map[string]string) context.Context {
	pairs := make([]string, 0, 2*len(header))
	for name, value := range header {
		pairs = append(pairs, name, value)
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...)
}

// headerOf returns the header of a received call; nil if it has none.
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

// isHeaderName reports whether a header can have the name. Names that HTTP/2 and
// gRPC use themselves cannot, nor those whose values gRPC encodes as binary.
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
