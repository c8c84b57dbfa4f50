package plugin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/contract/wire"
)

// Client is a provider that [Open] or [InProcess] has made ready. It is for one
// process: once that is gone, see Done, every call fails at once with
// [contract.ProviderUnreachable], which was not attempted. A call that was in
// flight then ends with [contract.ConnectionLost], of which nothing is certain.
//
// It repeats no call. It may be used by many goroutines at once.
type Client struct {
	handler // of send, with the caller's interceptors around it

	wire       *wire.Client
	conn       grpc.ClientConnInterface
	descriptor *contract.Descriptor
	account    atomic.Pointer[contract.Account]
	process    *Process
	child      *process         // nil in process
	lost       <-chan struct{}  // closed when the connection broke; nil in process
	hardening  func() Hardening // what the process last reported; nil without one
	output     *output
	logger     *slog.Logger

	done      chan struct{}
	finish    sync.Once
	closing   sync.Once
	closeErr  error
	stop      func() error // ends what is behind conn, within its bound
	closeDone chan struct{}
}

var _ contract.PaymentProvider = (*Client)(nil)

// handler is embedded for the operations of a provider, and is not shown.
type handler = contract.Handler

// Process is the process behind a Client.
type Process struct {
	// PID is its process id, which is also that of its process group.
	PID int

	// Path is the binary that was executed, as an absolute path.
	Path string

	// SHA256 is the binary's sum, in lower-case hex, from just before it was
	// executed.
	SHA256 string
}

func newClient(conn grpc.ClientConnInterface, out *output, logger *slog.Logger, around []contract.Interceptor, stop func() error) *Client {
	c := &Client{
		wire: wire.NewClient(conn, nil), conn: conn, output: out, logger: logger, stop: stop,
		done: make(chan struct{}), closeDone: make(chan struct{}),
	}
	c.handler = contract.Chain(c.send, around...)
	return c
}

// Handler returns the operations as one function, for those who pass calls of
// all of them on.
func (c *Client) Handler() contract.Handler { return c.handler }

// send makes one call, unless nobody is there to answer it. The secrets of a
// configuration are struck out of what the provider prints from now on, until
// Close.
func (c *Client) send(ctx context.Context, call contract.Call) (any, error) {
	if c.isDone() {
		return nil, call.NotSent(contract.NewError(contract.ProviderUnreachable,
			"nothing was sent: the provider's process is gone; open it again, and find the cause in its log"))
	}
	configuration, _ := call.Request.(*contract.Configuration)
	if configuration != nil && c.output != nil {
		c.output.hide(configuration.Secrets)
	}
	answer, err := c.wire.Call(ctx, call)
	if account, ok := answer.(*contract.Account); ok && err == nil {
		c.account.Store(account)
	}
	return answer, err
}

// finished ends the time of the Client: from now on no call is sent.
func (c *Client) finished() { c.finish.Do(func() { close(c.done) }) }

func (c *Client) isDone() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Err says why the Client is finished: a [*LostError] once Done is closed, nil
// before. It waits a moment, if it has to, for the end of a process whose
// connection broke, to say how it ended. After Close its Stderr is complete.
func (c *Client) Err() error {
	if !c.isDone() {
		return nil
	}
	lost := &LostError{Err: errors.New("the connection to it broke")}
	if c.process != nil {
		lost.PID = c.process.PID
	}
	if how, ended := c.exitStatus(outputGrace); ended {
		lost.Err = fmt.Errorf("it ended: %s", how)
	}
	lost.Stderr = c.Stderr()
	return lost
}

// exitStatus waits at most limit for the process to end by itself, and says how
// it ended.
func (c *Client) exitStatus(limit time.Duration) (text string, ended bool) {
	if c.child == nil || !closedWithin(c.child.exited, limit) {
		return "", false
	}
	return c.child.exit()
}

// Stderr returns the end of what the process has printed so far, up to 2 KiB,
// with the secrets struck out; empty if there is no process.
func (c *Client) Stderr() string {
	if c.output == nil {
		return ""
	}
	return c.output.end()
}

// Health asks the provider once whether it takes calls. Its error is
// [ErrNotServing] if that is the provider's own word.
func (c *Client) Health(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	answer, err := grpc_health_v1.NewHealthClient(c.conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: healthService})
	switch {
	case err != nil:
		return fmt.Errorf("its health service %q does not answer: %w", healthService, err)
	case answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING:
		return fmt.Errorf("%w: its health is %s", ErrNotServing, answer.GetStatus())
	default:
		return nil
	}
}

// ErrNotServing is the error of [Client.Health] when the provider says that it
// takes no calls, because its process is about to end.
var ErrNotServing = errors.New("it says that it takes no calls")

// Descriptor gives what the provider said of itself when it was opened. It must
// not be changed.
func (c *Client) Descriptor() *contract.Descriptor { return c.descriptor }

// Account gives the answer of the last successful Configure; nil if there was
// none. It must not be changed.
func (c *Client) Account() *contract.Account { return c.account.Load() }

// Process gives the provider's process; nil for InProcess and
// Attach.
func (c *Client) Process() *Process { return c.process }

// Hardening gives what the provider's process gave up, as its last answer to
// Describe or Configure reported it. The ports follow with Configure.
func (c *Client) Hardening() Hardening {
	if c.hardening == nil {
		return Hardening{}
	}
	return c.hardening()
}

// Done is closed when the Client is finished: its process is gone, the
// connection to it broke, or it was closed. Close it in each case.
func (c *Client) Done() <-chan struct{} { return c.done }

// Close ends the provider's process and removes what was made for it. It takes
// no longer than OpenOptions.CloseTimeout and some two seconds, whatever the
// process does. Calls in flight end with [contract.ConnectionLost]: wait for
// them first if that matters. Later calls of Close wait for the first and give
// the same answer.
func (c *Client) Close() error {
	c.closing.Do(func() {
		c.finished()
		c.closeErr = c.stop()
		close(c.closeDone)
	})
	<-c.closeDone
	return c.closeErr
}
