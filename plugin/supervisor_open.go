package plugin

import (
	"context"
	"errors"
	"fmt"
)

// open makes a process of the entry ready. The error is an [*OpenError], and
// then nothing is left running.
func (k *keeper) open(s *start) (*instance, error) {
	o := &k.supervisor.options
	client, err := k.supervisor.open(s.ctx, s.entry.Path, &OpenOptions{
		SHA256: s.entry.SHA256, Logger: k.logger, DisableAutoMTLS: s.entry.DisableAutoMTLS, Sandbox: s.entry.Sandbox,
		Interceptors: o.Interceptors, Env: o.Env, SocketFolder: o.SocketFolder,
		StartTimeout: o.StartTimeout, CloseTimeout: o.CloseTimeout,
	})
	if err != nil {
		return nil, err
	}
	if openErr := k.prepare(s, client); openErr != nil {
		_ = client.Close()
		openErr.Path, openErr.Stderr = s.entry.Path, client.lastWords()
		return nil, openErr
	}
	return newInstance(s, client), nil
}

// prepare admits and configures a provider that has been opened. It gets no
// secret before it is admitted, and none is even read.
func (k *keeper) prepare(s *start, client *Client) *OpenError {
	o := &k.supervisor.options
	ctx, cancel := context.WithTimeout(s.ctx, configureTimeout)
	defer cancel()
	if openErr := admitted(ctx, s.entry, client, o.Admit); openErr != nil {
		return openErr
	}
	ctx, cancel = context.WithTimeout(s.ctx, configureTimeout)
	defer cancel()
	configuration, err := o.Configure(ctx, s.entry)
	switch {
	case err != nil:
		return &OpenError{Failure: FailureConfigure, Err: fmt.Errorf("its configuration is not to be had: %w", err)}
	case configuration == nil:
		return &OpenError{Failure: FailureConfigure, Err: errors.New("SupervisorOptions.Configure gave no configuration")}
	}
	if _, err := client.Configure(ctx, configuration); err != nil {
		return &OpenError{Failure: FailureConfigure, Err: fmt.Errorf("it refused its configuration: %w", err)}
	}
	return client.checkHealth(s.ctx)
}

func stderrOf(err error) string {
	if openErr, ok := errors.AsType[*OpenError](err); ok {
		return openErr.Stderr
	}
	return ""
}
