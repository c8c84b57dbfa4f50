package service

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// configure returns the settings and secrets of an entry. It is called at every
// start of the provider, so that a secret that was rotated is read again.
func (s *service) configure(ctx context.Context, entry *supervisor.Entry) (*contract.Configuration, error) {
	if entry.Sandbox != nil {
		return nil, errors.New("its gateway is a sandbox, which serve does not start: with it, all payments would be gone after a crash; use host-example shop")
	}
	for _, name := range slices.Sorted(maps.Keys(entry.Secrets)) {
		if variable := entry.Secrets[name].Env; variable != "" {
			s.log.LogAttrs(ctx, slog.LevelWarn, "a secret is in the environment, which other processes of this user can read; use a file with mode 0600",
				slog.String("provider", entry.Name), slog.String("secret", name), slog.String("variable", variable))
		}
	}
	return entry.Configuration(nil, s.options.LookupEnv)
}

// load reads the catalog and logs its warnings.
func (s *service) load(ctx context.Context) (*supervisor.Catalog, error) {
	catalog, err := supervisor.LoadCatalog(s.options.Catalog)
	if err != nil {
		return nil, err
	}
	for _, warning := range catalog.Warnings {
		s.log.LogAttrs(ctx, slog.LevelWarn, "the catalog should be changed", slog.String("warning", warning))
	}
	return catalog, nil
}

// reload reads the catalog again and applies it. If it cannot be read, the previous
// one stays.
func (s *service) reload(ctx context.Context) {
	catalog, err := s.load(ctx)
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "the catalog was not read, and the previous one stays", slog.Any("error", err))
		return
	}
	s.apply(ctx, catalog)
}

// apply makes the supervisor run the catalog's providers, of which the pages prefer the
// first. It returns when each of
// them is ready or has failed once; the supervisor goes on starting those.
func (s *service) apply(ctx context.Context, catalog *supervisor.Catalog) {
	names := make([]string, len(catalog.Entries))
	for i := range catalog.Entries {
		names[i] = catalog.Entries[i].Name
	}
	s.preferred.Store(&names)
	problems := messagesOf(s.supervisor.Apply(ctx, catalog))
	attrs := []slog.Attr{slog.String("catalog", s.options.Catalog), slog.Int("providers", len(catalog.Entries))}
	if len(problems) == 0 {
		s.log.LogAttrs(ctx, slog.LevelInfo, "the catalog was applied", attrs...)
	} else {
		s.log.LogAttrs(ctx, slog.LevelError, "the catalog was applied, and not all of its providers are ready",
			append(attrs, slog.Any("problems", problems))...)
	}
}

// messagesOf returns the messages of all errors that errors.Join has joined.
func messagesOf(err error) []string {
	var joined interface{ Unwrap() []error }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &joined):
		var texts []string
		for _, one := range joined.Unwrap() {
			texts = append(texts, one.Error())
		}
		return texts
	default:
		return []string{err.Error()}
	}
}
