package hostproc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
)

// Process is a process of a host: one place, where it may be started again and again at
// the same addresses. It is safe for concurrent use.
type Process struct {
	world  *World
	facts  Facts
	client *hostctl.Client

	life sync.Mutex // held while it is started or ended

	mu   sync.Mutex
	runs []*run // oldest first
}

// callGrace is how much longer a call of hostctl may take than the calls of providers in
// it.
const callGrace = 30 * time.Second

func newProcess(ctx context.Context, w *World, number int) (*Process, error) {
	p := &Process{world: w, facts: Facts{
		Catalog: w.Catalog(), Database: w.address, Folder: w.hostFolder(), Process: number, Mode: modeTest,
	}}
	var err error
	if p.facts.Hostctl, err = w.environment.ports.free(ctx); err != nil {
		return nil, err
	}
	if p.facts.Webhooks, err = w.environment.ports.free(ctx); err != nil {
		return nil, err
	}
	p.client, err = hostctl.NewClient(p.facts.Hostctl, 2*w.manifest.Pace.CallTimeout+callGrace)
	return p, err
}

// Client returns the client of the process. It stays the same when the process is
// started again.
func (p *Process) Client() *hostctl.Client { return p.client }

// Hostctl returns the address at which the process serves hostctl/1.
func (p *Process) Hostctl() string { return p.facts.Hostctl }

// Number counts the processes of a world from 1.
func (p *Process) Number() int { return p.facts.Process }

// WebhookURL returns where the process takes the webhooks of a provider; empty if the
// host takes none.
func (p *Process) WebhookURL(provider string) (string, error) {
	return p.world.manifest.webhookURL(&p.facts, provider)
}

// PID returns the id of the process that runs now; 0 if none does.
func (p *Process) PID() int {
	if r := p.running(); r != nil {
		return r.process.Pid
	}
	return 0
}

// running returns the run that has not ended; nil if there is none.
func (p *Process) running() *run {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.runs) == 0 {
		return nil
	}
	last := p.runs[len(p.runs)-1]
	select {
	case <-last.ended:
		return nil
	default:
		return last
	}
}

// StartError says that a process of a host does not run as it must.
type StartError struct {
	Process int
	Err     error
	Output  string // the end of what it printed to standard error
}

func (e *StartError) Error() string {
	return fmt.Sprintf("process %d of the host: %v; the end of its standard error: %s", e.Process, e.Err, e.Output)
}

// Unwrap returns the cause.
func (e *StartError) Unwrap() error { return e.Err }

// EndError says that a process of a host did not end in good order.
type EndError struct {
	Process int
	Err     error
	Output  string // the end of what it printed to standard error
}

func (e *EndError) Error() string {
	return fmt.Sprintf("process %d of the host did not end in good order: %v; the end of its standard error: %s", e.Process, e.Err, e.Output)
}

// Unwrap returns the cause.
func (e *EndError) Unwrap() error { return e.Err }

// Start starts the process, unless it runs, and waits until it answers hello, at most for
// the time that the manifest has. The error is a [*StartError]; the process is gone then.
func (p *Process) Start(ctx context.Context) error {
	p.life.Lock()
	defer p.life.Unlock()
	if p.running() != nil {
		return nil
	}
	argv, env, err := p.world.manifest.command(&p.facts)
	if err != nil {
		return err
	}
	p.mu.Lock()
	base := filepath.Join(p.world.outputFolder(), fmt.Sprintf("process-%d.start-%d", p.facts.Process, len(p.runs)+1))
	p.mu.Unlock()
	r, err := start(ctx, argv, append(minimalEnvironment(), env...), p.facts.Folder, base)
	if err != nil {
		return &StartError{Process: p.facts.Process, Err: err}
	}
	p.mu.Lock()
	p.runs = append(p.runs, r)
	p.mu.Unlock()
	if err := p.awaitHello(ctx, r); err != nil {
		r.kill()
		return &StartError{Process: p.facts.Process, Err: err, Output: r.stderr.tail()}
	}
	r.look()
	return nil
}

// helloEvery is how often a process that starts is asked whether it takes orders.
const helloEvery = 20 * time.Millisecond

func (p *Process) awaitHello(ctx context.Context, r *run) error {
	ctx, cancel := context.WithTimeout(ctx, p.world.manifest.Pace.Start)
	defer cancel()
	tick := time.NewTicker(helloEvery)
	defer tick.Stop()
	for {
		_, err := p.client.Hello(ctx)
		lost, isLost := errors.AsType[*hostctl.LostError](err)
		switch {
		case err == nil:
			return nil
		case !isLost && !errors.Is(err, hostctl.ErrUnavailable):
			return err
		}
		select {
		case <-tick.C:
		case <-r.ended:
			return fmt.Errorf("it ended before it answered GET /v1/hello: %w", r.how())
		case <-ctx.Done():
			if isLost {
				err = lost.Err
			}
			return fmt.Errorf("it did not answer GET /v1/hello at %s within pace.start, %s: %w", p.facts.Hostctl, p.world.manifest.Pace.Start, err)
		}
	}
}

// Stop asks the process to end in good order, if it runs, and waits for that, at most for
// the time that the manifest has. The error is an [*EndError] if it was killed after that,
// or if its exit status is not 0.
func (p *Process) Stop(ctx context.Context) error {
	p.life.Lock()
	defer p.life.Unlock()
	r := p.running()
	if r == nil {
		return nil
	}
	r.look()
	wrong := func(err error) error { return &EndError{Process: p.facts.Process, Err: err, Output: r.stderr.tail()} }
	if err := r.process.Signal(p.world.manifest.Stop); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return wrong(err)
	}
	ctx, cancel := context.WithTimeout(ctx, p.world.manifest.Pace.Stop)
	defer cancel()
	select {
	case <-r.ended:
	case <-ctx.Done():
		r.kill()
		return wrong(fmt.Errorf("it ran %s after %s, and was killed", p.world.manifest.Pace.Stop, p.world.manifest.Stop))
	}
	if r.err != nil {
		return wrong(r.err)
	}
	return nil
}

// Kill kills the process by SIGKILL, if it runs, and waits until it is gone. What it has
// started, such as its plugins, is left to itself. The error is an [*EndError] if it had
// ended by itself.
func (p *Process) Kill() error {
	p.life.Lock()
	defer p.life.Unlock()
	r := p.running()
	if r == nil {
		return nil
	}
	r.look()
	r.kill()
	if !r.wasKilled() {
		return &EndError{Process: p.facts.Process, Err: fmt.Errorf("it ended by itself before it was killed: %w", r.how()), Output: r.stderr.tail()}
	}
	return nil
}

// Signal sends a signal to the process, if it runs.
func (p *Process) Signal(signal syscall.Signal) error {
	if r := p.running(); r != nil {
		return r.process.Signal(signal)
	}
	return nil
}

// Reload has the process read the catalog again, if it runs. It does not wait until that
// is done, except where the manifest has no signal for it and the process is started
// again.
func (p *Process) Reload(ctx context.Context) error {
	switch {
	case p.running() == nil:
		return nil
	case p.world.manifest.Reload != 0:
		return p.Signal(p.world.manifest.Reload)
	}
	if err := p.Stop(ctx); err != nil {
		return err
	}
	return p.Start(ctx)
}

// Ended returns a channel that is closed when the process that runs now has ended, and a
// closed one if none runs.
func (p *Process) Ended() <-chan struct{} {
	if r := p.running(); r != nil {
		return r.ended
	}
	ended := make(chan struct{})
	close(ended)
	return ended
}

func (p *Process) traces() []Trace {
	p.mu.Lock()
	defer p.mu.Unlock()
	var traces []Trace
	for i, r := range p.runs {
		traces = append(traces, r.traces(fmt.Sprintf("process %d, start %d", p.facts.Process, i+1))...)
	}
	return traces
}

// Left returns the ids of processes that the process has started and that still run, but
// for those of the one that runs now.
func (p *Process) Left() []int {
	now := p.running()
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []int
	for _, r := range p.runs {
		if r != now {
			left = append(left, r.left()...)
		}
	}
	return left
}

func (p *Process) killDescendants() {
	for _, pid := range p.Left() {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}
