package observe

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// spanLog writes spans that have ended as log records.
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

// write logs one span. It has nothing of the call's request and answer.
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
	var attributes []any
	for _, attribute := range span.Attributes() {
		attributes = append(attributes, slog.String(string(attribute.Key), attribute.Value.String()))
	}
	attrs = append(attrs, slog.Group("attributes", attributes...))
	l.logger.LogAttrs(ctx, slog.LevelInfo, "a span has ended", attrs...)
}

// Shutdown implements trace.SpanExporter.
func (l *spanLog) Shutdown(context.Context) error { return nil }
