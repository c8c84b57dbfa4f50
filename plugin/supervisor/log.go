package supervisor

import (
	"context"
	"log/slog"
	"time"
)

func (i *instance) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.Int("generation", i.generation)}
	if p := i.client.Process(); p != nil {
		attrs = append(attrs, slog.Int("pid", p.PID), slog.String("sha256", p.SHA256))
	}
	if d := i.client.Descriptor(); d != nil {
		attrs = append(attrs, slog.String("version", d.Version))
	}
	return attrs
}

func (w *worker) log(level slog.Level, message string, attrs ...slog.Attr) {
	w.logger.LogAttrs(context.Background(), level, message, attrs...)
}

func (w *worker) logReady(s *start, i *instance) {
	w.log(slog.LevelInfo, "the provider is ready", append(i.attrs(),
		slog.String("confinement", i.client.Confinement().String()), slog.Duration("took", time.Since(s.began)))...)
}

func (w *worker) logNotReady(s *start, err error) {
	w.mu.Lock()
	current, next, full := w.current, w.nextStart, w.full
	w.mu.Unlock()
	attrs := []slog.Attr{slog.Int("generation", s.generation), slog.String("error", err.Error())}
	switch {
	case s.ctx.Err() != nil:
		w.log(slog.LevelInfo, "the start of the provider was canceled", attrs...)
	case current != nil:
		w.log(slog.LevelError, "the new process of the provider did not become ready; the old one stays",
			append(attrs, slog.Int("serving", current.generation))...)
	default:
		w.log(slog.LevelError, "the provider did not become ready",
			append(attrs, slog.Time("next_start", next), slog.Bool("failed", full))...)
	}
}

func (w *worker) logLost(i *instance, err error, next time.Time) {
	w.log(slog.LevelError, "the provider was lost and will be started again",
		append(i.attrs(), slog.String("error", err.Error()), slog.Time("next_start", next))...)
}

func (w *worker) logStopped(i *instance, aborted int, err error) {
	attrs := append(i.attrs(), slog.Duration("drained", time.Since(i.retiredAt)))
	level := slog.LevelInfo
	if aborted > 0 {
		level = slog.LevelWarn
		attrs = append(attrs, slog.Int("calls_aborted", aborted))
	}
	if err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	w.log(level, "a process of the provider was stopped", attrs...)
}
