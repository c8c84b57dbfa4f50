package plugin

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
)

// calls counts the calls that a plugin has in flight, so that its end can wait for
// them, and refuses new ones once the end has begun.
type calls struct {
	mu       sync.Mutex
	inFlight int
	ending   bool
	idle     chan struct{} // closed when the end has begun and no call is left
}

func newCalls() *calls { return &calls{idle: make(chan struct{})} }

// flushGrace is the time in which gRPC writes the answer of a call that has ended.
// It does not say when it has. Only a host that goes on waits for answers.
const flushGrace = 100 * time.Millisecond

// intercept is a grpc.UnaryServerInterceptor. Once the end has begun it answers for
// the health service, so that the host starts another process in time.
func (c *calls) intercept(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if info.FullMethod == grpc_health_v1.Health_Check_FullMethodName && c.isEnding() {
		return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}, nil
	}
	c.add(1)
	defer c.add(-1)
	return handler(ctx, request)
}

func (c *calls) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight += n
	c.closeIfIdle()
}

func (c *calls) closeIfIdle() {
	select {
	case <-c.idle:
	default:
		if c.ending && c.inFlight == 0 {
			close(c.idle)
		}
	}
}

// admit is a contract.Interceptor. It refuses calls that come too late: they are
// certainly not attempted, which a broken connection could not say.
func (c *calls) admit(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	if c.isEnding() {
		return nil, call.NotSent(contract.NewError(contract.ProviderUnreachable, "nothing was sent: the provider's process is about to end"))
	}
	return next(ctx, call)
}

func (c *calls) isEnding() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// end refuses new calls, and waits at most limit for those in flight. It reports
// whether they have ended.
func (c *calls) end(limit time.Duration) bool {
	c.mu.Lock()
	c.ending = true
	c.closeIfIdle()
	c.mu.Unlock()
	return closedWithin(c.idle, limit)
}

// answer is end, with time for the answers to be written.
func (c *calls) answer(limit time.Duration) {
	if c.end(limit) {
		<-time.After(flushGrace)
	}
}
