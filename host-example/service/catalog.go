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

// configure gives a provider its settings and secrets. It is called at every
// start, so that a secret's file that was exchanged is read again.
func (s *service) configure(ctx context.Context, entry *supervisor.Entry) (*contract.Configuration, error) {
	facts, err := s.standIns.facts(ctx, entry)
	if err != nil {
		return nil, fmt.Errorf("its gateway's stand-in: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(entry.Secrets)) {
		if variable := entry.Secrets[name].Env; variable != "" {
			s.log.LogAttrs(ctx, slog.LevelWarn, "a secret comes from the environment, which other processes of this user can read; prefer a file of mode 0600",
				slog.String("provider", entry.Name), slog.String("secret", name), slog.String("variable", variable))
		}
	}
	return entry.Configuration(facts, s.options.LookupEnv)
}

// load reads the catalog, and logs what should be changed in it.
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

// reload reads the catalog again and applies it. If it cannot be read, the one
// before stays.
func (s *service) reload(ctx context.Context) {
	catalog, err := s.load(ctx)
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "the catalog was not read, the one before stays", slog.Any("error", err))
		return
	}
	s.apply(ctx, catalog)
}

// apply makes the supervisor run the catalog's providers, and returns when they
// are ready or have failed once. What has failed is tried again all the same.
func (s *service) apply(ctx context.Context, catalog *supervisor.Catalog) {
	s.catalog = catalog
	// The shop must know a provider before a webhook can come, and the
	// supervisor hands out a provider as soon as it has begun.
	begun, end := context.WithCancel(ctx)
	end()
	_ = s.supervisor.Apply(begun, catalog) // the same is asked again below
	problems := s.offer(catalog)
	problems = append(problems, split(s.supervisor.Apply(ctx, catalog))...)

	attrs := []slog.Attr{slog.String("catalog", s.options.Catalog), slog.Int("providers", len(catalog.Entries))}
	if len(problems) == 0 {
		s.log.LogAttrs(ctx, slog.LevelInfo, "the catalog was applied", attrs...)
	} else {
		s.log.LogAttrs(ctx, slog.LevelError, "the catalog was applied, and not all of its providers are ready",
			append(attrs, slog.Any("problems", problems))...)
	}
	s.tidy(ctx)
}

// offer lets the shop sell through the catalog's providers.
func (s *service) offer(catalog *supervisor.Catalog) []string {
	var problems []string
	for i := range catalog.Entries {
		name := catalog.Entries[i].Name
		provider, ok := s.supervisor.Provider(name)
		if !ok {
			continue // Apply will say why
		}
		if err := s.shop.Add(name, provider); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// split gives what errors.Join has joined, each on its own.
func split(err error) []string {
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

// tidy ends the stand-ins that nobody needs any more. It is called again later
// if some are still in use.
func (s *service) tidy(ctx context.Context) {
	if s.standIns.sweep(ctx, s.catalog, s.supervisor.States()) {
		s.tidyAgain.Reset(tidyPause)
	}
}
