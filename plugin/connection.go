package plugin

import (
	"context"
	"errors"
	"net"
	"sync"

	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/internal/shortage"
)

// connection is the only connection that a process gets. gRPC would make another
// when it breaks, to whatever the process is by then, and calls would wait for it
// until their deadlines; so a second one is refused, and the loss of the first is
// reported.
type connection struct {
	address func() string
	lost    chan struct{} // closed when the connection broke

	mu      sync.Mutex
	dialled bool
	short   error // why this host could not connect, if it was for want of something
	once    sync.Once
	report  func() // called when the connection breaks; may be nil
}

func newConnection(address func() string) *connection {
	return &connection{address: address, lost: make(chan struct{})}
}

// lose reports the loss, before any call that it ended has returned, so that no
// later call is sent.
func (c *connection) lose() {
	c.once.Do(func() {
		c.mu.Lock()
		close(c.lost)
		report := c.report
		c.mu.Unlock()
		if report != nil {
			report()
		}
	})
}

// onLoss makes f be called when the connection breaks, or at once if it has.
func (c *connection) onLoss(f func()) {
	c.mu.Lock()
	c.report = f
	c.mu.Unlock()
	select {
	case <-c.lost:
		f()
	default:
	}
}

// dial is gRPC's dialer.
func (c *connection) dial(ctx context.Context, _ string) (net.Conn, error) {
	c.mu.Lock()
	again := c.dialled
	c.dialled = true
	c.mu.Unlock()
	if again {
		c.lose()
		return nil, errors.New("the connection to the provider's process is lost and is not made again")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", c.address())
	if err != nil {
		if shortage.Is(err) {
			c.mu.Lock()
			c.short = err
			c.mu.Unlock()
		}
		c.lose()
		return nil, err
	}
	return &watchedConn{Conn: conn, closed: c.lose}, nil
}

// shortage returns why this host could not connect, if it was for want of something
// that comes back; nil otherwise. gRPC keeps only the text.
func (c *connection) shortage() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.short
}

// watchedConn reports when gRPC closes the connection.
type watchedConn struct {
	net.Conn

	closed func()
}

// Close implements net.Conn.
func (c *watchedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// dialOptions returns the caller's options and ours after them, so that sizes stay
// bounded and nothing is sent twice.
func dialOptions(callers []grpc.DialOption, dial func(context.Context, string) (net.Conn, error)) []grpc.DialOption {
	return append(append([]grpc.DialOption(nil), callers...),
		grpc.WithContextDialer(dial),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		grpc.WithIdleTimeout(0), // an idle connection must not be closed: it is not made again
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
	)
}
