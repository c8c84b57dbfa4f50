package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/grpcseam"
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/internal/trust"
)

// attachment is what a host needs to find a process that runs with --debug. It
// holds no secret.
type attachment struct {
	Protocol int    `json:"protocol"`
	PID      int    `json:"pid"`
	Socket   string `json:"socket"`
}

func (a attachment) line() string {
	text, _ := json.Marshal(a) // of numbers and a string
	return string(text)
}

// maxAttachment bounds the line; a socket's path takes about a hundred bytes.
const maxAttachment = 4 << 10

// Attach connects to a provider that a person has started by hand, so that its
// calls can be followed in a debugger:
//
//	$ dlv exec bin/payment-provider-memory -- --debug
//	{"protocol":1,"pid":4711,"socket":"/run/user/1000/paysocket-2203/debug"}
//
// Pass the line that it prints. The process has not been checked, so this is for
// development only: options must set Debug, must have no SHA256, and must not
// configure live mode; otherwise the error is FailureRefused. Other users must
// not be able to reach the socket.
//
// Only ctx bounds the calls, because a person may be at a breakpoint. Close ends
// the connection and not the process, to which the next host can attach. Options
// that concern a process have no effect.
func Attach(ctx context.Context, line string, options *OpenOptions) (*Client, error) {
	o := options.orDefaults()
	a, openErr := readAttachment(line, &o)
	if openErr != nil {
		return nil, openErr
	}
	connection := newConnection(func() string { return a.Socket })
	latest := &latestReport{}
	seam := grpcseam.From(ctx)
	conn, err := grpc.NewClient("passthrough:///debug", append(dialOptions(seam.DialOptions, connection.dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithChainUnaryInterceptor(latest.intercept))...)
	if err != nil {
		return nil, &OpenError{Failure: FailureConnection, Err: err}
	}
	seam.Conn = conn
	client := newClient(conn, seam.Unchecked, &text.Redactor{}, o.Logger, append(o.Interceptors, testModeOnly), func() error {
		defer connection.lose()
		return conn.Close()
	})
	client.latest = latest
	connection.onLoss(client.finish)
	if openErr := client.attached(ctx, &o); openErr != nil {
		_ = client.Close()
		return nil, openErr
	}
	return client, nil
}

// attached makes the provider ready, without time limits.
func (c *Client) attached(ctx context.Context, o *OpenOptions) *OpenError {
	configuration := o.Configuration
	o.Configuration = nil
	if openErr := c.becomeReady(ctx, ctx, func() bool { return true }, o); openErr != nil || configuration == nil {
		return openErr
	}
	if _, err := c.Configure(ctx, configuration); err != nil {
		return &OpenError{Failure: FailureConfigure, Err: fmt.Errorf("it refused its configuration: %w", err)}
	}
	return nil
}

// readAttachment returns what to attach to, if this host may.
func readAttachment(line string, o *OpenOptions) (*attachment, *OpenError) {
	refuse := func(failure Failure, format string, args ...any) (*attachment, *OpenError) {
		return nil, &OpenError{Failure: failure, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case !o.Debug:
		return refuse(FailureRefused, "this host does not attach to running processes; set OpenOptions.Debug in development, and never in production")
	case o.SHA256 != "":
		return refuse(FailureRefused, "a process that runs already cannot be checked against a checksum; open the binary, or leave SHA256 out")
	case o.Configuration != nil && o.Configuration.Mode == contract.ModeLive:
		return refuse(FailureRefused, "a host does not attach in live mode; use test mode")
	}
	var a attachment
	decoder := json.NewDecoder(bytes.NewReader([]byte(line[:min(len(line), maxAttachment)])))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&a); {
	case err != nil || decoder.More() || len(line) > maxAttachment || !filepath.IsAbs(a.Socket):
		return refuse(FailureHandshake, "%q is not the line that a provider prints with --debug", excerpt(line))
	case a.Protocol != ProtocolVersion:
		return refuse(FailureProtocol, "it uses protocol version %d, and this host version %d; build both against the same release",
			a.Protocol, ProtocolVersion)
	}
	switch info, err := trust.Path(filepath.Clean(a.Socket)); {
	case errors.Is(err, fs.ErrNotExist):
		return refuse(FailureMissing, "process %d has ended or ran on another machine; start it with --debug again", a.PID)
	case err != nil:
		return refuse(FailurePermissions, "its socket is not trusted: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return refuse(FailureHandshake, "%s is not a socket", excerpt(a.Socket))
	}
	return &a, nil
}
