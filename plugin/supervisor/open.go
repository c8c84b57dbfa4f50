package supervisor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/internal/flood"
	"github.com/paysocket/paysocket/plugin"
)

// open starts a process of the entry and makes it ready. The error is an
// [*plugin.OpenError], and nothing is left running then.
func (w *worker) open(s *start) (*instance, error) {
	o := &w.supervisor.options
	client, err := w.supervisor.open(flood.With(s.ctx, &w.output), s.entry.Path, &plugin.OpenOptions{
		SHA256: s.entry.SHA256, Logger: w.logger, DisableAutoMTLS: s.entry.DisableAutoMTLS, Confinement: s.entry.Confinement,
		MemoryLimit:  s.entry.MemoryLimit,
		Interceptors: o.Interceptors, Env: o.Env, SocketFolder: o.SocketFolder,
		StartTimeout: o.StartTimeout, CloseTimeout: o.CloseTimeout,
	})
	if err != nil {
		return nil, err
	}
	pinned, openErr := w.prepare(s, client)
	if openErr != nil {
		_ = client.Close()
		openErr.Path, openErr.Stderr = s.entry.Path, client.Stderr()
		return nil, openErr
	}
	return newInstance(s, client, pinned), nil
}

// hostTimeout bounds each function of the host, and Configure.
const hostTimeout = 30 * time.Second

// prepare admits and configures a provider that has been opened, and pins that. No
// secret is read before it is admitted.
func (w *worker) prepare(s *start, client *plugin.Client) (*plugin.Pinned, *plugin.OpenError) {
	o := &w.supervisor.options
	ctx, cancel := context.WithTimeout(s.ctx, hostTimeout)
	defer cancel()
	if openErr := checkAdmission(ctx, s.entry, client, o.Admit); openErr != nil {
		return nil, openErr
	}
	ctx, cancel = context.WithTimeout(s.ctx, hostTimeout)
	defer cancel()
	configuration, err := o.Configure(ctx, s.entry)
	switch {
	case err != nil:
		return nil, &plugin.OpenError{Failure: plugin.FailureConfigure, Err: fmt.Errorf("reading its configuration: %w", &hostsError{err})}
	case configuration == nil:
		return nil, &plugin.OpenError{Failure: plugin.FailureConfigure, Err: errors.New("Options.Configure returned no configuration")}
	}
	if _, err := client.Configure(ctx, configuration); err != nil {
		return nil, &plugin.OpenError{Failure: plugin.FailureConfigure, Err: fmt.Errorf("it refused its configuration: %w", err)}
	}
	if err := client.Health(s.ctx); err != nil {
		return nil, &plugin.OpenError{Failure: plugin.FailureUnhealthy, Err: err}
	}
	pinned, err := client.Pin()
	if err != nil {
		return nil, &plugin.OpenError{Failure: plugin.FailureUnhealthy, Err: fmt.Errorf("it was healthy for a moment: %w", err)}
	}
	return pinned, nil
}

// stderrOf returns the output of the process that an error is about.
func stderrOf(err error) string {
	if openErr, ok := errors.AsType[*plugin.OpenError](err); ok {
		return openErr.Stderr
	}
	if lost, ok := errors.AsType[*plugin.LostError](err); ok {
		return lost.Stderr
	}
	return ""
}
