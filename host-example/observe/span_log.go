package observe

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// spanLog writes finished spans as lines of the log.
type spanLog struct{ logger *slog.Logger }

// ExportSpans implements trace.SpanExporter.
func (l *spanLog) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, span := range spans {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		l.write(ctx, span)
	}
	return nil
}

// write tells of one span, which has nothing of what was asked or answered.
func (l *spanLog) write(ctx context.Context, span sdktrace.ReadOnlySpan) {
	attrs := []slog.Attr{
		slog.String("span", span.Name()),
		slog.String("kind", span.SpanKind().String()),
		slog.String("trace_id", span.SpanContext().TraceID().String()),
		slog.String("span_id", span.SpanContext().SpanID().String()),
		slog.Time("began", span.StartTime()),
		slog.Duration("took", span.EndTime().Sub(span.StartTime())),
	}
	if parent := span.Parent(); parent.IsValid() {
		attrs = append(attrs, slog.String("parent_id", parent.SpanID().String()))
	}
	if status := span.Status(); status.Code == codes.Error {
		attrs = append(attrs, slog.String("error", status.Description))
	}
	var more []any
	for _, attribute := range span.Attributes() {
		more = append(more, slog.String(string(attribute.Key), attribute.Value.String()))
	}
	attrs = append(attrs, slog.Group("attributes", more...))
	l.logger.LogAttrs(ctx, slog.LevelInfo, "a span has ended", attrs...)
}

// Shutdown implements trace.SpanExporter.
func (l *spanLog) Shutdown(context.Context) error { return nil }
