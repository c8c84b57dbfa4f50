package plugin

import (
	"context"
	"errors"
	"sync"

	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/contract"
)

// configurations keeps the pinned calls of a Client and its Configures apart. A
// provider has another configuration some time before the answer to Configure, and
// may begin calls in another order than they were sent. So a Configure is sent when
// no pinned call is in flight, and no pinned call until its answer is there.
type configurations struct {
	turn chan struct{} // holds a value over each Configure

	mu       sync.Mutex
	current  *Pinned       // nil if none is known to be in force
	changing bool          // by a Configure
	inFlight int           // pinned calls
	idle     chan struct{} // closed when there are none, while changing
}

func newConfigurations() *configurations { return &configurations{turn: make(chan struct{}, 1)} }

// present returns what is pinned now; nil if there is nothing to pin.
func (c *configurations) present() *Pinned {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// begin counts a pinned call, or returns why it must not be made.
func (c *configurations) begin(pinned *Pinned) *contract.Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.current != pinned:
		return contract.NewError(contract.ProviderUnreachable, "nothing was sent: the provider was configured anew; pin it again, and decide again")
	case c.changing:
		return contract.NewError(contract.ProviderUnreachable, "nothing was sent: the provider is being configured anew; pin it again, and decide again")
	}
	c.inFlight++
	return nil
}

// end ends a call that begin counted.
func (c *configurations) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	if c.changing && c.inFlight == 0 {
		close(c.idle)
	}
}

// change begins a Configure: it refuses pinned calls and waits for those in flight.
// After an error nothing has changed; otherwise changed has to follow.
func (c *configurations) change(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return contract.FromContext(ctx)
	}
	c.mu.Lock()
	idle := make(chan struct{})
	if c.inFlight == 0 {
		close(idle)
	}
	c.changing, c.idle = true, idle
	c.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		c.changed(c.present())
		return contract.FromContext(ctx)
	}
}

// changed ends a Configure, after which pinned is in force; nil if that is not known.
func (c *configurations) changed(pinned *Pinned) {
	c.mu.Lock()
	c.current, c.changing = pinned, false
	c.mu.Unlock()
	<-c.turn
}

// configure makes a call of Configure.
func (c *Client) configure(ctx context.Context, call contract.Call) (any, error) {
	if err := c.configured.change(ctx); err != nil {
		e, _ := errors.AsType[*contract.Error](err)
		return nil, call.NotSent(e)
	}
	inForce := c.configured.present()
	defer func() { c.configured.changed(inForce) }()
	answer, err := c.wire.Call(ctx, call)
	if err == nil || !refused(err) {
		inForce = nil
	}
	if answer, err = c.discreet(call, answer, err); err != nil {
		return nil, err
	}
	configuration, _ := call.Request.(*contract.Configuration)
	if account, ok := answer.(*contract.Account); ok && configuration != nil {
		c.account.Store(account)
		inForce = c.pin(configuration, account)
	}
	return answer, nil
}

// refused reports whether a Configure that failed was certainly not executed: it was
// not sent, or the provider itself says so. A provider that panicked says nothing.
func refused(err error) bool {
	e, ok := errors.AsType[*contract.Error](err)
	if !ok {
		return false
	}
	if contract.NeverSent(e) {
		return true
	}
	cause := errors.Unwrap(e)
	_, transport := status.FromError(cause)
	return e.Reason != contract.ProviderBug && (cause == nil || !transport)
}
