package supervisor

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Provider is a provider of a catalog, whatever process serves it: each call
// goes to the process that is ready when it begins, and stays there. It repeats
// no call. It may be used by many goroutines at once.
//
// While no process is ready its calls fail at once with
// [contract.ProviderUnreachable]; the message says why and when the next start
// is due, and errors.As finds the [*plugin.OpenError] or [*plugin.LostError] behind it.
//
// Its Configure is refused. Change the catalog, or Restart.
type Provider struct {
	handler // of handle

	supervisor *Supervisor
	name       string
}

var _ contract.PaymentProvider = (*Provider)(nil)

// handler is embedded for the operations of a provider, and is not shown.
type handler = contract.Handler

func newProvider(s *Supervisor, name string) *Provider {
	c := &Provider{supervisor: s, name: name}
	c.handler = c.handle
	return c
}

// Name is the entry's name.
func (c *Provider) Name() string { return c.name }

// Descriptor gives what the present process said of itself, or the last one
// while there is none; nil before the first was ready. It must not be changed.
// A swap can change it: ask for it where it is needed, and do not keep it.
func (c *Provider) Descriptor() *contract.Descriptor {
	if w := c.supervisor.worker(c.name); w != nil {
		return w.descriptor()
	}
	return nil
}

// Account gives what the present process answered when it was configured, or
// the last one while there is none; nil before the first was ready. It must not
// be changed, and is not to be kept either.
func (c *Provider) Account() *contract.Account {
	if w := c.supervisor.worker(c.name); w != nil {
		return w.account()
	}
	return nil
}

// Unavailable gives the error with which a call would fail at once now, because
// there is no process to send it to; nil if it would be sent.
func (c *Provider) Unavailable() error {
	w := c.supervisor.worker(c.name)
	if w == nil {
		return c.removed()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.takesCalls() {
		return nil
	}
	return w.refusal()
}

func (c *Provider) removed() *contract.Error {
	return contract.Errorf(contract.ProviderUnreachable, "nothing was sent: the catalog has no provider %s any more", c.name)
}

// handle makes one call, through the instance that is ready. Configure is
// refused: a process that was configured past the Supervisor would be another
// one after its restart.
func (c *Provider) handle(ctx context.Context, call contract.Call) (answer any, err error) {
	if call.Operation == contract.OperationConfigure {
		return nil, call.NotSent(contract.NewError(contract.CapabilityUnsupported,
			"the supervisor configures its providers itself; change the catalog and apply it, or restart the provider"))
	}
	record := CallRecord{Provider: c.name, Operation: call.Operation, Began: time.Now()}
	defer func() { c.observe(ctx, record, err) }()
	w := c.supervisor.worker(c.name)
	if w == nil {
		return nil, call.NotSent(c.removed())
	}
	instance, refusal := w.acquire()
	if refusal != nil {
		return nil, call.NotSent(refusal)
	}
	err = errNoReturn // until the call has returned
	defer func() { w.release(instance, err) }()
	record.Generation, record.PID = instance.generation, instance.pid()
	return instance.call(ctx, call)
}

// errNoReturn is what is recorded of a call in which an interceptor of the host
// panicked.
var errNoReturn error = contract.NewError(contract.ProviderBug, "an interceptor of the host panicked")

// observe tells the host of a call that has ended.
func (c *Provider) observe(ctx context.Context, record CallRecord, err error) {
	observe := c.supervisor.options.Observe
	if observe == nil {
		return
	}
	record.Duration = time.Since(record.Began)
	record.Reason = contract.ReasonOf(err)
	if record.Operation.MovesMoney() {
		record.Outcome = contract.OutcomeOf(err)
	}
	observe(ctx, record)
}
