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

// sandboxes are the sandboxes of gateways. Each is started once for its entry,
// with one account that sends its webhooks to the shop, and goes on while the
// provider's processes come and go, so that its payments are still there.
type sandboxes struct {
	logger     *slog.Logger
	webhookURL func(provider string) string

	mu    sync.Mutex
	byKey map[sandboxKey]*entrySandbox
}

// sandboxKey is the name of an entry and the command of its sandbox.
type sandboxKey struct{ provider, command string }

func keyOf(entry *supervisor.Entry) sandboxKey {
	return sandboxKey{entry.Name, strings.Join(entry.Sandbox.Command, "\x00")}
}

// entrySandbox is the sandbox of one entry. Its lock is held while it starts.
type entrySandbox struct {
	mu      sync.Mutex
	process *gateway.Sandbox
	scope   gateway.Scope
}

func newSandboxes(logger *slog.Logger, webhookURL func(string) string) *sandboxes {
	return &sandboxes{logger: logger, webhookURL: webhookURL, byKey: map[sandboxKey]*entrySandbox{}}
}

// open returns what the sandbox of an entry says about itself, and starts it if it
// does not run. It returns nil for an entry without a sandbox.
func (s *sandboxes) open(ctx context.Context, entry *supervisor.Entry) (*supervisor.SandboxFacts, error) {
	if entry.Sandbox == nil {
		return nil, nil //nolint:nilnil // An entry without a sandbox has no facts, which is no error.
	}
	sandbox := s.get(keyOf(entry))
	sandbox.mu.Lock()
	defer sandbox.mu.Unlock()
	if sandbox.process != nil && isClosed(sandbox.process.Done()) {
		s.logger.LogAttrs(ctx, slog.LevelWarn, "a sandbox ended by itself and is started again; its payments are lost",
			slog.String("provider", entry.Name))
		_ = sandbox.close(ctx)
	}
	if sandbox.scope == nil {
		if err := sandbox.start(ctx, entry.Sandbox.Command, s.webhookURL(entry.Name)); err != nil {
			return nil, errors.Join(err, sandbox.close(ctx))
		}
		s.logger.LogAttrs(ctx, slog.LevelInfo, "a sandbox is ready", slog.String("provider", entry.Name),
			slog.String("api_base", sandbox.scope.Connection().APIBase))
	}
	connection := sandbox.scope.Connection()
	return &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}, nil
}

func (s *sandboxes) get(key sandboxKey) *entrySandbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	sandbox, ok := s.byKey[key]
	if !ok {
		sandbox = &entrySandbox{}
		s.byKey[key] = sandbox
	}
	return sandbox
}

// closeUnused closes the sandboxes that the catalog does not have any more and no
// process of a provider uses. It reports whether some are still in use.
func (s *sandboxes) closeUnused(ctx context.Context, catalog *supervisor.Catalog, states []supervisor.State) (inUse bool) {
	wanted := map[sandboxKey]bool{}
	for i := range catalog.Entries {
		if catalog.Entries[i].Sandbox != nil {
			wanted[keyOf(&catalog.Entries[i])] = true
		}
	}
	s.mu.Lock()
	var unused []*entrySandbox
	for key, sandbox := range s.byKey {
		switch {
		case wanted[key]:
		case swapFinished(key.provider, states):
			delete(s.byKey, key)
			unused = append(unused, sandbox)
		default:
			inUse = true
		}
	}
	s.mu.Unlock()
	for _, sandbox := range unused {
		s.closeOne(ctx, sandbox)
	}
	return inUse
}

// swapFinished reports whether a provider has no process, or only one of the
// entry that is in the catalog now.
func swapFinished(provider string, states []supervisor.State) bool {
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

// closeAll closes all sandboxes.
func (s *sandboxes) closeAll(ctx context.Context) {
	s.mu.Lock()
	all := s.byKey
	s.byKey = map[sandboxKey]*entrySandbox{}
	s.mu.Unlock()
	var closing sync.WaitGroup
	for _, sandbox := range all {
		closing.Go(func() { s.closeOne(ctx, sandbox) })
	}
	closing.Wait()
}

func (s *sandboxes) closeOne(ctx context.Context, sandbox *entrySandbox) {
	sandbox.mu.Lock()
	defer sandbox.mu.Unlock()
	if err := sandbox.close(ctx); err != nil {
		s.logger.LogAttrs(ctx, slog.LevelWarn, "closing a sandbox failed", slog.Any("error", err))
	}
}

func (s *entrySandbox) start(ctx context.Context, command []string, webhookURL string) error {
	var err error
	if s.process, err = gateway.StartSandbox(ctx, command, nil); err != nil {
		return err
	}
	if s.scope, err = s.process.Client.NewScope(ctx, &gateway.ScopeSpec{WebhookURL: webhookURL}); err != nil {
		return fmt.Errorf("opening an account at the sandbox: %w", err)
	}
	return nil
}

// scopeCloseTimeout bounds the call that closes the account at a sandbox.
const scopeCloseTimeout = 2 * time.Second

// close ends the sandbox, even if ctx has ended.
func (s *entrySandbox) close(ctx context.Context) error {
	var errs []error
	if s.scope != nil && !isClosed(s.process.Done()) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), scopeCloseTimeout)
		errs = append(errs, s.scope.Close(ctx))
		cancel()
	}
	if s.process != nil {
		errs = append(errs, s.process.Close())
	}
	s.process, s.scope = nil, nil
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
