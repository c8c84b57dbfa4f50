package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// EndError says what a host cut off when it came to its end.
type EndError struct{ Err error }

func (e *EndError) Error() string { return "the host did not end cleanly: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *EndError) Unwrap() error { return e.Err }

// close lets the host come to its end: first no more sales and webhooks, then
// the calls in flight, then the providers, and last what they speak to. The
// admin door answers until the providers have ended.
func (s *service) close(ctx context.Context) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Drain)
	defer cancel()
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host ends, and lets calls in flight finish", slog.Duration("at_most", s.options.Drain))

	err := s.drain(ctx)
	s.stopWorking()
	if cut := s.supervisor.Shutdown(ctx); cut != nil {
		err = errors.Join(err, cut)
	}
	err = errors.Join(err, s.private.shutdown(ctx))
	s.working.Wait()
	s.standIns.close(ctx)
	if s.tracing != nil {
		err = errors.Join(err, s.tracing.Shutdown(ctx))
	}
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "the host has ended, and cut something off", slog.Duration("took", time.Since(began)), slog.Any("error", err))
		return &EndError{Err: err}
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host has ended", slog.Duration("took", time.Since(began)))
	return nil
}

// drain takes nothing new, and waits for the sales and webhooks that there are.
func (s *service) drain(ctx context.Context) error {
	var selling, public error
	var draining sync.WaitGroup
	draining.Go(func() {
		if selling = s.admin.Drain(ctx); selling != nil {
			selling = fmt.Errorf("sales were cut off: %w", selling)
		}
	})
	draining.Go(func() { public = s.public.shutdown(ctx) })
	draining.Wait()
	return errors.Join(selling, public)
}
