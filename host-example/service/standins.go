package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// standIns are the programs that stand in for gateways. Each is started once
// for its entry, with one account that sends its webhooks to the shop, and is
// kept while providers come and go: what was paid there is not forgotten.
type standIns struct {
	logger     *slog.Logger
	webhookURL func(provider string) string

	mu      sync.Mutex
	running map[standInKey]*standIn
}

// standInKey is an entry's name and the command that its stand-in was started
// with.
type standInKey struct{ provider, command string }

func keyOf(entry *supervisor.Entry) standInKey {
	return standInKey{entry.Name, strings.Join(entry.Sandbox.Command, "\x00")}
}

// standIn is one of them. Its lock is held while it is started.
type standIn struct {
	mu      sync.Mutex
	process *gateway.Sandbox
	scope   gateway.Scope
}

func newStandIns(logger *slog.Logger, webhookURL func(string) string) *standIns {
	return &standIns{logger: logger, webhookURL: webhookURL, running: map[standInKey]*standIn{}}
}

// facts gives what an entry's stand-in says of itself, and starts it if it does
// not run; nil for an entry that has none.
func (s *standIns) facts(ctx context.Context, entry *supervisor.Entry) (*supervisor.SandboxFacts, error) {
	if entry.Sandbox == nil {
		return nil, nil //nolint:nilnil // There is nothing to know of a stand-in that is not there.
	}
	one := s.of(keyOf(entry))
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.process != nil && isClosed(one.process.Done()) {
		s.logger.LogAttrs(ctx, slog.LevelWarn, "the stand-in of a gateway had ended, and is started anew; what it knew is lost",
			slog.String("provider", entry.Name))
		_ = one.close(ctx)
	}
	if one.scope == nil {
		if err := one.open(ctx, entry.Sandbox.Command, s.webhookURL(entry.Name)); err != nil {
			return nil, errors.Join(err, one.close(ctx))
		}
		s.logger.LogAttrs(ctx, slog.LevelInfo, "a stand-in of a gateway is ready", slog.String("provider", entry.Name),
			slog.String("api_base", one.scope.Connection().APIBase))
	}
	connection := one.scope.Connection()
	return &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}, nil
}

func (s *standIns) of(key standInKey) *standIn {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.running[key]
	if !ok {
		one = &standIn{}
		s.running[key] = one
	}
	return one
}

// sweep ends the stand-ins that nobody works with any more: the providers that
// wanted them were removed, or have gone over to another one and are served by
// one process. It says whether others are left that the catalog does not want.
func (s *standIns) sweep(ctx context.Context, catalog *supervisor.Catalog, states []supervisor.State) (left bool) {
	wanted := map[standInKey]bool{}
	for i := range catalog.Entries {
		if catalog.Entries[i].Sandbox != nil {
			wanted[keyOf(&catalog.Entries[i])] = true
		}
	}
	s.mu.Lock()
	var ending []*standIn
	for key, one := range s.running {
		switch {
		case wanted[key]:
		case settled(key.provider, states):
			delete(s.running, key)
			ending = append(ending, one)
		default:
			left = true
		}
	}
	s.mu.Unlock()
	for _, one := range ending {
		s.end(ctx, one)
	}
	return left
}

// settled reports whether a provider has one process, of the entry that the
// catalog has now, or none at all any more.
func settled(provider string, states []supervisor.State) bool {
	found := 0
	for i := range states {
		if states[i].Provider != provider {
			continue
		}
		found++
		if states[i].Status != supervisor.StatusReady || states[i].LastError != "" {
			return false
		}
	}
	return found <= 1
}

// close ends all of them.
func (s *standIns) close(ctx context.Context) {
	s.mu.Lock()
	all := s.running
	s.running = map[standInKey]*standIn{}
	s.mu.Unlock()
	var ending sync.WaitGroup
	for _, one := range all {
		ending.Go(func() { s.end(ctx, one) })
	}
	ending.Wait()
}

func (s *standIns) end(ctx context.Context, one *standIn) {
	one.mu.Lock()
	defer one.mu.Unlock()
	if err := one.close(ctx); err != nil {
		s.logger.LogAttrs(ctx, slog.LevelWarn, "a stand-in of a gateway did not end well", slog.Any("error", err))
	}
}

func (o *standIn) open(ctx context.Context, command []string, webhookURL string) error {
	var err error
	if o.process, err = gateway.StartSandbox(ctx, command, nil); err != nil {
		return err
	}
	if o.scope, err = o.process.Client.NewScope(ctx, &gateway.ScopeSpec{WebhookURL: webhookURL}); err != nil {
		return fmt.Errorf("open an account at the stand-in: %w", err)
	}
	return nil
}

// goodbye bounds what a stand-in is told at the end.
const goodbye = 2 * time.Second

// close ends it, also when the context has ended.
func (o *standIn) close(ctx context.Context) error {
	var errs []error
	if o.scope != nil && !isClosed(o.process.Done()) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		errs = append(errs, o.scope.Close(ctx))
		cancel()
	}
	if o.process != nil {
		errs = append(errs, o.process.Close())
	}
	o.process, o.scope = nil, nil
	return errors.Join(errs...)
}

func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
