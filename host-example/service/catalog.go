package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// configure returns the settings and secrets of an entry. It is called at every
// start of the provider, so that a secret that was rotated is read again.
func (s *service) configure(ctx context.Context, entry *supervisor.Entry) (*contract.Configuration, error) {
	facts, err := s.sandboxes.open(ctx, entry)
	if err != nil {
		return nil, fmt.Errorf("starting the sandbox of its gateway: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(entry.Secrets)) {
		if variable := entry.Secrets[name].Env; variable != "" {
			s.log.LogAttrs(ctx, slog.LevelWarn, "a secret is in the environment, which other processes of this user can read; use a file with mode 0600",
				slog.String("provider", entry.Name), slog.String("secret", name), slog.String("variable", variable))
		}
	}
	return entry.Configuration(facts, s.options.LookupEnv)
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

// apply makes the supervisor run the catalog's providers. It returns when each of
// them is ready or has failed once; the supervisor goes on starting those.
func (s *service) apply(ctx context.Context, catalog *supervisor.Catalog) {
	s.catalog = catalog
	// The shop must know a provider before its first webhook can come, and
	// Supervisor.Provider returns one once Apply has begun. So Apply is called
	// twice, first with a context that has ended.
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_ = s.supervisor.Apply(ended, catalog) // the second call returns its errors
	problems := s.addToShop(catalog)
	problems = append(problems, messagesOf(s.supervisor.Apply(ctx, catalog))...)

	attrs := []slog.Attr{slog.String("catalog", s.options.Catalog), slog.Int("providers", len(catalog.Entries))}
	if len(problems) == 0 {
		s.log.LogAttrs(ctx, slog.LevelInfo, "the catalog was applied", attrs...)
	} else {
		s.log.LogAttrs(ctx, slog.LevelError, "the catalog was applied, and not all of its providers are ready",
			append(attrs, slog.Any("problems", problems))...)
	}
	s.closeUnusedSandboxes(ctx)
}

// addToShop makes the shop sell through the catalog's providers.
func (s *service) addToShop(catalog *supervisor.Catalog) []string {
	var problems []string
	for i := range catalog.Entries {
		name := catalog.Entries[i].Name
		provider, ok := s.supervisor.Provider(name)
		if !ok {
			continue // Apply returns the reason
		}
		if err := s.shop.Add(name, supervised{provider}); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// supervised is a provider that can tell the shop, which knows no processes, why it has
// none.
type supervised struct{ *supervisor.Provider }

// Unavailable returns the error with which a call would fail now because there is no
// process; nil if there is one.
func (p supervised) Unavailable() error {
	_, err := p.Pin()
	return err
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

// closeUnusedSandboxes closes the sandboxes that nobody needs any more. If some are
// still in use it is called again later.
func (s *service) closeUnusedSandboxes(ctx context.Context) {
	if s.sandboxes.closeUnused(ctx, s.catalog, s.supervisor.States()) {
		s.sandboxTimer.Reset(sandboxCheckInterval)
	}
}
