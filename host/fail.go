package host

import (
	"context"
	"log/slog"
)

// What to do about a failure, for the log.
const (
	remedyDatabase = "bring the database back to what the error misses, such as space, rights or a connection; nothing is lost, and it is tried again by itself"
	remedyProvider = "see why the provider's process does not answer; the gateway sends the webhook again, and the payment is looked up in any case"
	remedyMark     = "let the host's user write to the folder of the key file, and look for a full disk: until then a restored database is not noticed"
	remedySlow     = "look for who holds a lock on the engine's tables, or for what keeps the database busy"
	remedyRiver    = "mend River's tables as the error says; until then what is due is found within half a minute"
)

// fail logs what the host itself could not do, and what to do about it. What ends with
// its context was not to be done any more.
func (e *Engine) fail(ctx context.Context, message, remedy string, err error, attrs ...slog.Attr) {
	level := slog.LevelError
	if ctx.Err() != nil {
		level = slog.LevelInfo
	}
	e.options.Logger.LogAttrs(ctx, level, message, append(attrs, slog.String("error", err.Error()), slog.String("remedy", remedy))...)
}
