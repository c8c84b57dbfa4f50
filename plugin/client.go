package plugin

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

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
	doorkeeper

	conn       grpc.ClientConnInterface
	descriptor *contract.Descriptor
	account    atomic.Pointer[contract.Account]
	process    *Process
	child      *process        // nil in process
	lost       <-chan struct{} // closed before done when the connection broke; nil in process
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

func newClient(conn grpc.ClientConnInterface, out *output, logger *slog.Logger, stop func() error) *Client {
	c := &Client{
		conn: conn, output: out, logger: logger, stop: stop,
		done: make(chan struct{}), closeDone: make(chan struct{}),
	}
	c.doorkeeper = doorkeeper{provider: wire.NewClient(conn, nil), refuse: c.unreachable}
	return c
}

// unreachable is the error of a call that is not sent, because nobody is there.
func (c *Client) unreachable() *contract.Error {
	if !c.isDone() {
		return nil
	}
	return contract.NewError(contract.ProviderUnreachable,
		"nothing was sent: the provider's process is gone; open it again, and find the cause in its log")
}

// finished ends the time of the Client: from now on no call is sent.
func (c *Client) finished() { c.finish.Do(func() { close(c.done) }) }

// isDone reports whether no call can be sent any more. When a connection breaks
// that is known before its calls have ended, so the next call is not sent into
// the dark.
func (c *Client) isDone() bool {
	select {
	case <-c.done:
		return true
	case <-c.lost:
		return true
	default:
		return false
	}
}

// howItEnded waits at most limit for the end of the process, and says how it
// ended.
func (c *Client) howItEnded(limit time.Duration) (text string, ended bool) {
	if c.child == nil || !closedWithin(c.child.exited, limit) {
		return "", false
	}
	return c.child.exit(), true
}

// lastWords gives the end of what the process has printed so far.
func (c *Client) lastWords() string {
	if c.output == nil {
		return ""
	}
	return c.output.end()
}

// Configure implements [contract.PaymentProvider]. The secrets are struck out
// of what the provider prints from now on, until Close.
func (c *Client) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	if c.output != nil && configuration != nil {
		c.output.hide(configuration.Secrets)
	}
	account, err := c.doorkeeper.Configure(ctx, configuration)
	if err != nil {
		return nil, err
	}
	c.account.Store(account)
	return account, nil
}

// Descriptor gives what the provider said of itself when it was opened. It must
// not be changed.
func (c *Client) Descriptor() *contract.Descriptor { return c.descriptor }

// Account gives the answer of the last successful Configure; nil if there was
// none. It must not be changed.
func (c *Client) Account() *contract.Account { return c.account.Load() }

// Process gives the provider's process; nil for InProcess.
func (c *Client) Process() *Process { return c.process }

// Conn gives the connection that the provider is served at, for calls that the
// contract does not have: raw messages, the health service. It has no
// reconnects and no retries, and messages on it are bounded by 4 MiB.
func (c *Client) Conn() grpc.ClientConnInterface { return c.conn }

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
