package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ShutdownError is the error of a host that aborted something at its end.
type ShutdownError struct{ Err error }

// Error names what was aborted.
func (e *ShutdownError) Error() string { return "the host did not end cleanly: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ShutdownError) Unwrap() error { return e.Err }

// close ends the host: first requests and webhooks, then the engine's own work with its
// calls in flight, then the providers, and last the ledger and its database. The admin
// server answers until the providers have ended.
func (s *service) close(ctx context.Context) error {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Drain)
	defer cancel()
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host is shutting down and lets calls in flight finish", slog.Duration("at_most", s.options.Drain))

	err := s.drain(ctx)
	err = errors.Join(err, s.stopEngine(ctx))
	err = errors.Join(err, s.supervisor.Shutdown(ctx))
	err = errors.Join(err, s.stopHostctl(ctx))
	for _, e := range s.endpoints() {
		err = errors.Join(err, e.shutdown(ctx))
	}
	s.background.Wait()
	err = errors.Join(err, s.shop.Close())
	if s.tracing != nil {
		err = errors.Join(err, s.tracing.Shutdown(ctx))
	}
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "the host has ended and aborted something", slog.Duration("took", time.Since(start)), slog.Any("error", err))
		return &ShutdownError{Err: err}
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host has ended", slog.Duration("took", time.Since(start)))
	return nil
}

// stopEngine ends Run, and waits until what it has begun has ended or ctx has. A call that
// is cut off then is found out about at the next start.
func (s *service) stopEngine(ctx context.Context) error {
	s.stopBackground()
	select {
	case <-s.engineEnded:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the engine's calls were aborted: %w", context.Cause(ctx))
	}
}

// drain takes no new sales and webhooks, and waits for those in progress.
func (s *service) drain(ctx context.Context) error {
	var salesErr, webhooksErr error
	var draining sync.WaitGroup
	draining.Go(func() {
		if salesErr = s.admin.Drain(ctx); salesErr != nil {
			salesErr = fmt.Errorf("sales were aborted: %w", salesErr)
		}
	})
	draining.Go(func() { webhooksErr = s.shopEndpoint.shutdown(ctx) })
	draining.Wait()
	return errors.Join(salesErr, webhooksErr)
}
