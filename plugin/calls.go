package plugin

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
)

// calls counts the calls that a plugin has in flight, so that its end can wait
// for them, and turns new ones away once the end has begun.
type calls struct {
	mu     sync.Mutex
	flying int
	ending bool
	none   chan struct{} // closed when the end has begun and no call is left
}

func newCalls() *calls { return &calls{none: make(chan struct{})} }

// flushGrace is the time in which gRPC writes out the answer of a call that has
// ended. It does not tell when it has.
const flushGrace = 100 * time.Millisecond

// intercept is a grpc.UnaryServerInterceptor. Once the end has begun it answers
// for the health service, so that the host starts another process in time.
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
	c.flying += n
	c.tellNone()
}

func (c *calls) tellNone() {
	select {
	case <-c.none:
	default:
		if c.ending && c.flying == 0 {
			close(c.none)
		}
	}
}

// admit is a contract.Interceptor. It refuses calls that come too late: they were
// certainly not attempted, and as broken connections nothing would be certain.
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

// end begins the end, and waits at most limit for calls in flight.
func (c *calls) end(limit time.Duration) {
	c.mu.Lock()
	c.ending = true
	c.tellNone()
	c.mu.Unlock()
	if closedWithin(c.none, limit) {
		<-time.After(flushGrace)
	}
}
