package supervisor

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Provider is a provider of a catalog, whatever process serves it: each call goes
// to the process that is ready when it begins, and stays there. [Provider.Pin] is for
// calls to this process or none. A Provider repeats no call. It may be used by many
// goroutines at once.
//
// While no process is ready its calls fail at once with
// [contract.ProviderUnreachable]. The message says why and when the next start is
// due, and errors.As finds the [*plugin.OpenError] or [*plugin.LostError] behind
// it.
//
// Configure always fails: change the catalog, or call [Supervisor.Restart].
type Provider struct {
	handler // of handle

	supervisor *Supervisor
	name       string
}

var _ contract.PaymentProvider = (*Provider)(nil)

// handler is embedded for the operations of a provider without showing a field.
type handler = contract.Handler

func newProvider(s *Supervisor, name string) *Provider {
	p := &Provider{supervisor: s, name: name}
	p.handler = p.handle
	return p
}

// Name returns the entry's name.
func (p *Provider) Name() string { return p.name }

// Descriptor returns the description of the present process, or of the last one
// while there is none; nil before the first was ready. It must not be modified. A
// swap can change it: ask for it where you need it, and do not keep it.
func (p *Provider) Descriptor() *contract.Descriptor {
	if w := p.supervisor.worker(p.name); w != nil {
		return w.descriptor()
	}
	return nil
}

// Account returns what the present process answered when it was configured, or the
// last one while there is none; nil before the first was ready. It must not be
// modified, and a swap can change it, too.
func (p *Provider) Account() *contract.Account {
	if w := p.supervisor.worker(p.name); w != nil {
		return w.account()
	}
	return nil
}

// Pin returns the present process, for a host that decides about a call by what this
// process is; see [plugin.Pinned]. The error is that with which a call would fail now
// because there is no process to send it to.
func (p *Provider) Pin() (*plugin.Pinned, error) {
	w := p.supervisor.worker(p.name)
	if w == nil {
		return nil, p.removed()
	}
	i, refusal := w.ready()
	if refusal != nil {
		return nil, refusal
	}
	pinned := *i.pinned
	pinned.Handler = func(ctx context.Context, call contract.Call) (any, error) { return p.call(ctx, call, i) }
	return &pinned, nil
}

func (p *Provider) removed() *contract.Error {
	return contract.Errorf(contract.ProviderUnreachable, "nothing was sent: the catalog has no provider %s any more", p.name)
}

// handle makes one call to the instance that is ready.
func (p *Provider) handle(ctx context.Context, call contract.Call) (any, error) {
	return p.call(ctx, call, nil)
}

// call makes one call to the instance that is ready, which must be the pinned one if
// that is not nil. Configure is refused: a process would lose at its restart what it
// was configured with here.
func (p *Provider) call(ctx context.Context, call contract.Call, pinned *instance) (answer any, err error) {
	if call.Operation == contract.OperationConfigure {
		return nil, call.NotSent(contract.NewError(contract.CapabilityUnsupported,
			"the supervisor configures its providers; change the catalog and apply it, or restart the provider"))
	}
	record := CallRecord{Provider: p.name, Operation: call.Operation, Began: time.Now()}
	defer func() { p.observe(ctx, record, err) }()
	w := p.supervisor.worker(p.name)
	if w == nil {
		return nil, call.NotSent(p.removed())
	}
	instance, refusal := w.acquire(pinned)
	if refusal != nil {
		return nil, call.NotSent(refusal)
	}
	err = errNoReturn // until the call has returned
	defer func() { w.release(instance, err) }()
	record.Generation, record.PID = instance.generation, instance.pid()
	return instance.pinned.Handler(ctx, call)
}

// errNoReturn is recorded for a call in which an interceptor of the host panicked.
var errNoReturn error = contract.NewError(contract.ProviderBug, "an interceptor of the host panicked")

// observe passes the record of a call to the host.
func (p *Provider) observe(ctx context.Context, record CallRecord, err error) {
	observe := p.supervisor.options.Observe
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
