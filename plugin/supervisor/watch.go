package supervisor

import (
	"context"
	"log/slog"
	"reflect"
	"time"
)

const defaultWatchInterval = 5 * time.Second

// Watch applies the catalog at path whenever it has changed, or its file of sums
// has, until the context ends. It looks every interval, or every five seconds if
// interval is 0, and applies what it has found the same twice, so that a file is
// not used while it is being written. A catalog that is refused and a provider that
// does not become ready are logged; the rest stays as it is.
//
// Watch compares with what was applied last: apply a catalog first, and see its
// errors. A host that is told of changes, by SIGHUP for instance, needs no Watch:
// it calls LoadCatalog and Apply.
func (s *Supervisor) Watch(ctx context.Context, path string, interval time.Duration) {
	ticker := time.NewTicker(durationOr(interval, defaultWatchInterval))
	defer ticker.Stop()
	w := watch{supervisor: s, path: path, logger: s.options.Logger.With(slog.String("catalog", path))}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.running.Done():
			return
		case <-ticker.C:
			w.look(ctx)
		}
	}
}

// watch is what Watch has seen.
type watch struct {
	supervisor *Supervisor
	path       string
	logger     *slog.Logger

	seen    *Catalog // at the latest look, if it was not applied
	refused string   // the latest error, so that it is logged once
}

func (w *watch) look(ctx context.Context) {
	catalog, err := LoadCatalog(w.path)
	if err != nil {
		if w.seen = nil; err.Error() != w.refused {
			w.refused = err.Error()
			w.logger.LogAttrs(ctx, slog.LevelError, "the catalog is refused; the previous one stays", slog.String("error", err.Error()))
		}
		return
	}
	w.refused = ""
	switch {
	case sameEntries(catalog, w.supervisor.catalog()):
		w.seen = nil
	case !sameEntries(catalog, w.seen):
		w.seen = catalog
	default:
		w.seen = nil
		w.apply(ctx, catalog)
	}
}

func (w *watch) apply(ctx context.Context, catalog *Catalog) {
	w.logger.LogAttrs(ctx, slog.LevelInfo, "the catalog has changed")
	for _, warning := range catalog.Warnings {
		w.logger.LogAttrs(ctx, slog.LevelWarn, "the catalog should be changed", slog.String("warning", warning))
	}
	if err := w.supervisor.Apply(ctx, catalog); err != nil {
		w.logger.LogAttrs(ctx, slog.LevelError, "the catalog has changed, and not all of its providers are ready", slog.String("error", err.Error()))
	}
}

// sameEntries reports whether two catalogs, of which b may be nil, name the same
// providers.
func sameEntries(a, b *Catalog) bool { return b != nil && reflect.DeepEqual(a.Entries, b.Entries) }

// catalog returns the one that was applied last; nil if there is none.
func (s *Supervisor) catalog() *Catalog {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.applied
}
