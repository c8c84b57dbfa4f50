package plugin

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/health/grpc_health_v1"
)

// becomeReady makes a provider that may be used of a process that runs. The
// description has to come within the time for the start; stop ends that time.
func (c *Client) becomeReady(start, whole context.Context, stop func() bool, options *OpenOptions) *OpenError {
	if options.Unchecked {
		return inTime(stop)
	}
	descriptor, err := c.Describe(start)
	if err == nil {
		err = descriptor.Validate()
	}
	if err != nil {
		if openErr := c.connectError(start); openErr != nil {
			return openErr
		}
		return &OpenError{Failure: FailureDescribe, Err: fmt.Errorf("it did not describe itself: %w", err)}
	}
	c.descriptor = descriptor
	if openErr := inTime(stop); openErr != nil {
		return openErr
	}
	if configuration := options.Configuration; configuration != nil {
		ctx, cancel := context.WithTimeout(whole, configureTimeout)
		defer cancel()
		if _, err := c.Configure(ctx, configuration); err != nil {
			return &OpenError{Failure: FailureConfigure, Err: fmt.Errorf("it refused its configuration: %w", err)}
		}
	}
	if err := c.Health(whole); err != nil {
		return &OpenError{Failure: FailureUnhealthy, Err: err}
	}
	return nil
}

// connectError returns why the connection to a process that has just started is
// gone; nil if it is not. While a connection is down gRPC tells every caller why,
// such as a certificate that does not fit.
func (c *Client) connectError(ctx context.Context) *OpenError {
	select {
	case <-c.lost:
	default:
		return nil
	}
	if status, ended := c.exitStatus(exitGrace); ended {
		return &OpenError{Failure: FailureExited, Err: fmt.Errorf("it ended with %q before it was ready", status)}
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	_, err := grpc_health_v1.NewHealthClient(c.conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: healthService})
	if err == nil {
		return nil
	}
	return &OpenError{Failure: FailureConnection, Err: fmt.Errorf("it started and the connection to it failed: %w", c.discreetly(err))}
}

// exitGrace is the time between the end of a connection and the end of the process
// that caused it.
const exitGrace = 200 * time.Millisecond

// inTime stops the timer of the start; it returns an error if that has expired.
func inTime(stop func() bool) *OpenError {
	if stop() {
		return nil
	}
	return &OpenError{Failure: FailureTimeout, Err: context.DeadlineExceeded}
}
