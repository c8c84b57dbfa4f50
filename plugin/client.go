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
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/internal/wire"
)

// Client is a provider that [Open], [InProcess] or [Attach] has made ready. It
// belongs to one process. Once that process is gone (see Done), every call
// fails at once with [contract.ProviderUnreachable] and was not attempted. A
// call that was in flight ends with [contract.ConnectionLost]; whether it was
// executed is unknown.
//
// It never repeats a call. It may be used by many goroutines at once.
type Client struct {
	handler // of send, with the caller's interceptors around it

	wire       *wire.Client
	conn       grpc.ClientConnInterface
	descriptor *contract.Descriptor
	account    atomic.Pointer[contract.Account]
	around     []contract.Interceptor // the caller's
	configured *configurations
	process    *Process
	child      *process        // nil in process
	memory     memoryLimit     // of the child
	lost       <-chan struct{} // closed when the connection broke; nil in process
	output     *output         // nil in process
	secrets    *text.Redactor  // of all its configurations
	logger     *slog.Logger

	latest *latestReport // of its confinement; nil in process

	done       chan struct{}
	finishOnce sync.Once
	closing    sync.Once
	closed     atomic.Bool // by Close, while it served
	closeErr   error
	stop       func() error // ends what is behind conn, within its bound
	closeDone  chan struct{}
}

var _ contract.PaymentProvider = (*Client)(nil)

// handler is embedded for the operations of a provider without showing a field.
type handler = contract.Handler

// Process is the process behind a Client.
type Process struct {
	// PID is its process id, which is also that of its process group.
	PID int

	// Path is the binary that was executed, as an absolute path.
	Path string

	// SHA256 is the sum of the binary, in lower-case hex, taken just before it
	// was executed.
	SHA256 string
}

// newClient returns a client that redacts the secrets that it sends, also by the
// redactor of others.
func newClient(
	conn grpc.ClientConnInterface, unchecked bool, secrets *text.Redactor, logger *slog.Logger, around []contract.Interceptor, stop func() error,
) *Client {
	c := &Client{
		wire: wire.NewClient(conn, &wire.ClientOptions{Unchecked: unchecked}), conn: conn, secrets: secrets, logger: logger, stop: stop,
		around: around, configured: newConfigurations(), done: make(chan struct{}), closeDone: make(chan struct{}),
	}
	c.handler = contract.Chain(c.send, around...)
	return c
}

// send makes one call, unless the process is gone. The secrets of a configuration
// are redacted in all that the provider says from then on.
func (c *Client) send(ctx context.Context, call contract.Call) (any, error) {
	if c.isDone() {
		return nil, call.NotSent(goneError())
	}
	configuration, _ := call.Request.(*contract.Configuration)
	hide(c.secrets, configuration)
	if call.Operation == contract.OperationConfigure {
		return c.configure(ctx, call)
	}
	answer, err := c.wire.Call(ctx, call)
	return c.discreet(call, answer, err)
}

// goneError returns the error of a call that finds no process.
func goneError() *contract.Error {
	return contract.NewError(contract.ProviderUnreachable,
		"nothing was sent: the provider's process is gone; open it again, and see its log for the cause")
}

// discreet returns the results of a call without the secrets.
func (c *Client) discreet(call contract.Call, answer any, err error) (any, error) {
	discreet := newDiscretion(c.secrets, call, c.descriptor)
	if err != nil {
		return nil, discreet.error(err)
	}
	if err := discreet.answer(answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// discreetly returns an error of gRPC without the secrets.
func (c *Client) discreetly(err error) error {
	return newDiscretion(c.secrets, contract.Call{}, nil).cause(err)
}

// finish closes Done: no call is sent from then on.
func (c *Client) finish() { c.finishOnce.Do(func() { close(c.done) }) }

func (c *Client) isDone() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Err returns why the Client is finished: a [*LostError] once Done is closed, nil
// before. If the connection broke it waits a moment for the end of the process,
// to say how it ended. After Close its Stderr is complete.
func (c *Client) Err() error {
	if !c.isDone() {
		return nil
	}
	lost := &LostError{Err: errors.New("the connection to it broke")}
	if c.process != nil {
		lost.PID = c.process.PID
	}
	if c.closed.Load() {
		lost.Err = errors.New("this host closed it")
	} else if err := c.overran(); err != nil {
		lost.Err = err
	} else if status, ended := c.exitStatus(outputGrace); ended {
		lost.Err = fmt.Errorf("it ended: %s", status)
	}
	lost.Stderr = c.Stderr()
	return lost
}

// overran returns why the process was killed for its memory; nil if it was not.
func (c *Client) overran() error {
	if c.child == nil {
		return nil
	}
	return c.child.overran()
}

// exitStatus waits at most limit for the process to end by itself, and returns
// how it ended.
func (c *Client) exitStatus(limit time.Duration) (status string, ended bool) {
	if c.child == nil || !closedWithin(c.child.exited, limit) {
		return "", false
	}
	return c.child.exit()
}

// Stderr returns the end of what the process has printed so far, up to 2 KiB,
// with secrets redacted; empty if there is no process.
func (c *Client) Stderr() string {
	if c.output == nil {
		return ""
	}
	return c.output.end()
}

// Health asks the provider once whether it takes calls. The error wraps
// [ErrNotServing] if the provider itself says that it does not, and [ErrMemoryLimit] if
// its process has too much memory.
func (c *Client) Health(ctx context.Context) error {
	if c.child != nil && !c.child.hasExited() { // its number may be another process's then
		if err := c.memory.check(c.process.PID, 1); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	answer, err := grpc_health_v1.NewHealthClient(c.conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: healthService})
	switch {
	case err != nil:
		return fmt.Errorf("its health service %q does not answer: %w", healthService, c.discreetly(err))
	case answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING:
		return fmt.Errorf("%w: its health is %s", ErrNotServing, answer.GetStatus())
	default:
		return nil
	}
}

// ErrNotServing is the error of [Client.Health] when the provider says that another
// process has to take the calls: this one is about to end, or its confinement keeps
// it from a file that was replaced, such as resolv.conf.
var ErrNotServing = errors.New("it says that it takes no calls")

// Descriptor returns the provider's description from when it was opened. It must
// not be modified.
func (c *Client) Descriptor() *contract.Descriptor { return c.descriptor }

// Account returns the answer of the last successful Configure; nil if there was
// none. It must not be modified.
func (c *Client) Account() *contract.Account { return c.account.Load() }

// Process returns the provider's process; nil for InProcess and Attach.
func (c *Client) Process() *Process { return c.process }

// Confinement returns what the provider's process gave up, as its last answer to
// Describe or Configure reported it. The ports follow with Configure.
func (c *Client) Confinement() ConfinementReport {
	if c.latest == nil {
		return ConfinementReport{}
	}
	report := c.latest.get()
	report.Why = c.secrets.RedactFragment(report.Why)
	return report
}

// Done returns a channel that is closed when the Client is finished: its process
// is gone, the connection to it broke, or it was closed. Call Close in each case.
func (c *Client) Done() <-chan struct{} { return c.done }

// Close ends the provider's process and removes what was made for it. It takes at
// most OpenOptions.CloseTimeout and about two seconds, whatever the process does.
// Calls in flight end with [contract.ConnectionLost]: wait for them first if they
// matter. Later calls of Close wait for the first and return the same error.
func (c *Client) Close() error {
	c.closing.Do(func() {
		c.closed.Store(!c.isDone())
		c.finish()
		c.closeErr = c.stop()
		close(c.closeDone)
	})
	<-c.closeDone
	return c.closeErr
}
