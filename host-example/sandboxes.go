package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// stage is a folder from which a host can be started: a catalog whose gateways are
// sandboxes that outlive the host, the files of their secrets, and a database.
type stage struct {
	folder    string
	entries   []supervisor.Entry
	sandboxes map[string]*sandbox // by the name of the entry; none for a real gateway
}

// sandbox is an imitation of a gateway, with an account for one entry.
type sandbox struct {
	process *gateway.Sandbox
	name    string
	scope   gateway.Scope
	front   *front // through which the provider reaches it; nil if that is direct
}

// stageOptions say how a stage is made.
type stageOptions struct {
	webhookURL func(provider string) string
	lookupEnv  func(name string) (string, bool)
	withFronts bool // between providers and gateways, to lose answers
}

// newStage starts the sandboxes of the entries and writes their catalog.
func newStage(ctx context.Context, entries []supervisor.Entry, options *stageOptions) (_ *stage, err error) {
	s := &stage{entries: entries, sandboxes: map[string]*sandbox{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(ctx))
		}
	}()
	if s.folder, err = os.MkdirTemp("", "host-example-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	var documents []map[string]any
	for i := range entries {
		document, err := s.add(ctx, &entries[i], options)
		if err != nil {
			return nil, fmt.Errorf("provider %s: %w", entries[i].Name, err)
		}
		documents = append(documents, document)
	}
	content, err := json.MarshalIndent(map[string]any{"providers": documents}, "", "  ") // which is YAML as well
	if err != nil {
		return nil, err
	}
	return s, os.WriteFile(s.catalog(), append(content, '\n'), 0o600)
}

func (s *stage) catalog() string  { return filepath.Join(s.folder, "catalog.yaml") }
func (s *stage) database() string { return filepath.Join(s.folder, "shop.db") }

// add starts the sandbox of an entry, writes the files of its secrets, and returns it as
// the catalog has it.
func (s *stage) add(ctx context.Context, entry *supervisor.Entry, options *stageOptions) (map[string]any, error) {
	facts, err := s.startSandbox(ctx, entry, options)
	if err != nil {
		return nil, err
	}
	configuration, err := entry.Configuration(facts, options.lookupEnv)
	if err != nil {
		return nil, err
	}
	secrets := map[string]any{}
	for name, secret := range configuration.Secrets {
		file := filepath.Join(s.folder, entry.Name+"."+name)
		if err := os.WriteFile(file, []byte(secret.Reveal()), 0o600); err != nil {
			return nil, fmt.Errorf("the file of a secret: %w", err)
		}
		secrets[name] = map[string]string{"file": file}
	}
	document := map[string]any{
		"name": entry.Name, "path": entry.Path, "sha256": entry.SHA256, "mode": strings.ToLower(string(entry.Mode)),
		"settings": configuration.Settings, "secrets": secrets, "auto_mtls": !entry.DisableAutoMTLS, "probe": true, // or a wrong key would be seen at the first sale only
	}
	if entry.Confinement != "" {
		document["confinement"] = string(entry.Confinement)
	}
	if entry.MemoryLimit > 0 {
		document["memory_limit"] = fmt.Sprintf("%dMiB", entry.MemoryLimit>>20)
	}
	if entry.Conformance != "" {
		document["conformance"] = entry.Conformance
	}
	return document, nil
}

// startSandbox starts the sandbox of an entry, and opens an account there that sends its
// webhooks to the shop. It returns nil for an entry without a sandbox.
func (s *stage) startSandbox(ctx context.Context, entry *supervisor.Entry, options *stageOptions) (*supervisor.SandboxFacts, error) {
	if entry.Sandbox == nil {
		return nil, nil //nolint:nilnil // An entry without a sandbox has no facts, which is no error.
	}
	box := &sandbox{}
	s.sandboxes[entry.Name] = box
	var err error
	if box.process, err = gateway.StartSandbox(ctx, entry.Sandbox.Command, nil); err != nil {
		return nil, err
	}
	hello, err := box.process.Client.Hello(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking the sandbox for its name: %w", err)
	}
	box.name = hello.Name
	if box.scope, err = box.process.Client.NewScope(ctx, &gateway.ScopeSpec{WebhookURL: options.webhookURL(entry.Name)}); err != nil {
		return nil, fmt.Errorf("opening an account at the sandbox: %w", err)
	}
	connection := box.scope.Connection()
	facts := &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}
	if options.withFronts {
		if box.front, err = openFront(ctx, connection.APIBase); err != nil {
			return nil, err
		}
		facts.APIBase = box.front.url
	}
	return facts, nil
}

// closeTimeout bounds the call that closes the account at a sandbox.
const closeTimeout = 5 * time.Second

// close ends the sandboxes and removes the folder, even if ctx has ended.
func (s *stage) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	var errs []error
	for _, box := range s.sandboxes {
		if box.front != nil {
			errs = append(errs, box.front.close())
		}
		if box.scope != nil {
			errs = append(errs, box.scope.Close(ctx))
		}
		if box.process != nil {
			errs = append(errs, box.process.Close())
		}
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}

// loadEntries returns the entries of a catalog, for test mode only.
func loadEntries(catalogPath string, warn func(string)) (*supervisor.Catalog, error) {
	catalog, err := supervisor.LoadCatalog(catalogPath)
	if err != nil {
		return nil, err
	}
	for _, warning := range catalog.Warnings {
		warn(warning)
	}
	for i := range catalog.Entries {
		entry := &catalog.Entries[i]
		if entry.Mode != contract.ModeTest {
			return nil, fmt.Errorf("provider %s has mode %s in the catalog, and this sells in test mode only", entry.Name, entry.Mode)
		}
		for name, secret := range entry.Secrets {
			if secret.Env != "" {
				warn(fmt.Sprintf("provider %s: the secret %s is in the environment (%s), which other processes of this user can read; "+
					"use a file with mode 0600", entry.Name, name, secret.Env))
			}
		}
	}
	return catalog, nil
}
