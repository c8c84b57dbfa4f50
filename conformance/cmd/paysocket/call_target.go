package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// target is the provider that is called.
type target struct {
	path    string
	options plugin.OpenOptions

	// configuration is what it is configured with first; nil: it is not configured.
	configuration *v1.ConfigureRequest

	// end ends what was started for it.
	end func()
}

// target returns the provider that name means: a binary, or an entry of the catalog.
// The caller must call end of what it returns.
func (f *callFlags) target(ctx context.Context, name, operation string) (*target, error) {
	if f.catalog != "" {
		return f.listedTarget(ctx, name, operation)
	}
	t := &target{path: name, options: plugin.OpenOptions{SHA256: f.sum}, end: func() {}}
	var err error
	t.configuration, err = f.configuration(operation)
	return t, err
}

// listedTarget returns a provider of a folder, or of a catalog, configured as a host
// configures it.
func (f *callFlags) listedTarget(ctx context.Context, name, operation string) (*target, error) {
	listed, err := loadListed(f.catalog)
	if err != nil {
		return nil, err
	}
	entry, err := listed.find(name)
	if err != nil {
		return nil, err
	}
	t := &target{path: entry.Path, end: func() {}, options: plugin.OpenOptions{
		SHA256: entry.SHA256, Confinement: entry.Confinement, DisableAutoMTLS: entry.DisableAutoMTLS,
		MemoryLimit: entry.MemoryLimit,
	}}
	switch {
	case listed.folder:
		t.configuration, err = f.configuration(operation)
		return t, err
	case f.settings != "":
		return nil, tool.Misused(fmt.Errorf("--settings goes with a binary or a folder; the settings of %s are in %s", name, f.catalog))
	case entry.Mode == contract.ModeLive && !f.live:
		return nil, tool.Misused(fmt.Errorf("%s is of mode live in %s, and real money may move; say --live if you mean it", name, f.catalog))
	case operation == "Describe":
		return t, nil
	}
	if err := t.configure(ctx, entry); err != nil {
		t.end()
		return nil, err
	}
	t.configuration.Probe = entry.Probe || f.probe || operation == "Configure"
	return t, nil
}

// configure reads the settings and secrets of an entry, and starts its sandbox.
func (t *target) configure(ctx context.Context, entry *supervisor.Entry) error {
	facts, err := t.startSandbox(ctx, entry)
	if err != nil {
		return err
	}
	configuration, err := entry.Configuration(facts, os.LookupEnv)
	if err != nil {
		return err
	}
	t.configuration = &v1.ConfigureRequest{
		Mode: modes[strings.ToLower(string(configuration.Mode))], Settings: configuration.Settings, Secrets: map[string]string{},
	}
	for name, secret := range configuration.Secrets {
		t.configuration.Secrets[name] = secret.Reveal()
	}
	return nil
}

// startSandbox starts the sandbox of an entry and opens an account there; nil if the
// entry has none.
func (t *target) startSandbox(ctx context.Context, entry *supervisor.Entry) (*supervisor.SandboxFacts, error) {
	if entry.Sandbox == nil {
		return nil, nil //nolint:nilnil // An entry without a sandbox has no facts, which is no error.
	}
	sandbox, err := gateway.StartSandbox(ctx, entry.Sandbox.Command, nil)
	if err != nil {
		return nil, fmt.Errorf("the sandbox of %s does not start: %w", entry.Name, err)
	}
	t.end = func() { _ = sandbox.Close() }
	scope, err := sandbox.Client.NewScope(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("the sandbox of %s opens no account: %w", entry.Name, err)
	}
	connection := scope.Connection()
	return &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}, nil
}

// readConfiguration fills the request of Configure.
func (t *target) readConfiguration(into proto.Message) error {
	proto.Merge(into, t.configuration)
	return nil
}

// checkFlags refuses flags that contradict each other.
func (f *callFlags) checkFlags() error {
	switch {
	case f.timeout <= 0:
		return errors.New("--timeout must be more than 0")
	case f.catalog != "" && f.sum != "":
		return errors.New("--sha256 goes with a binary; the sums are in the catalog")
	default:
		return nil
	}
}
