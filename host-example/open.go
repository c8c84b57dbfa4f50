package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// opened is a provider that is ready to sell, and what it sells against.
type opened struct {
	standIn *gateway.Sandbox
	scope   gateway.Scope
	client  *plugin.Client
	name    string
}

// open starts an entry's stand-in and its provider. What a provider is called,
// which gateway it speaks to and what its keys are named, is all in the entry.
func (d *demo) open(ctx context.Context, host *host, entry *supervisor.Entry, lines *lines) (_ *opened, err error) {
	o := &opened{name: entry.Name}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close(ctx))
		}
	}()
	facts, err := o.startStandIn(ctx, host, entry, lines)
	if err != nil {
		return nil, err
	}
	d.warnOfEnvironment(entry)
	configuration, err := entry.Configuration(facts, d.lookupEnv)
	if err != nil {
		return nil, err
	}
	configuration.Probe = true
	o.client, err = plugin.Open(ctx, entry.Path, &plugin.OpenOptions{
		SHA256: entry.SHA256, Configuration: configuration, Logger: d.log,
	})
	if err != nil {
		return nil, err
	}
	d.introduce(o, lines)
	return o, host.shop.Add(entry.Name, o.client)
}

// warnOfEnvironment names the secrets that are where other processes can read
// them. The provider's process gets them by rpc all the same.
func (d *demo) warnOfEnvironment(entry *supervisor.Entry) {
	for _, name := range slices.Sorted(maps.Keys(entry.Secrets)) {
		if variable := entry.Secrets[name].Env; variable != "" {
			fmt.Fprintf(d.stderr, "host-example: warning: provider %s: the secret %s comes from the environment (%s), "+
				"which other processes of this user can read; prefer a file of mode 0600\n", entry.Name, name, variable)
		}
	}
}

// startStandIn starts the program that stands in for the gateway, and opens an
// account there that sends its webhooks to the shop. It gives nil for an entry
// that has none.
func (o *opened) startStandIn(ctx context.Context, host *host, entry *supervisor.Entry, lines *lines) (*supervisor.SandboxFacts, error) {
	if entry.Sandbox == nil {
		return nil, nil //nolint:nilnil // There is nothing to know of a stand-in that is not there.
	}
	var err error
	if o.standIn, err = gateway.StartSandbox(ctx, entry.Sandbox.Command, nil); err != nil {
		return nil, err
	}
	hello, err := o.standIn.Client.Hello(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask the stand-in what it is: %w", err)
	}
	if o.scope, err = o.standIn.Client.NewScope(ctx, &gateway.ScopeSpec{WebhookURL: host.shop.WebhookURL(entry.Name)}); err != nil {
		return nil, fmt.Errorf("open an account at the stand-in: %w", err)
	}
	connection := o.scope.Connection()
	lines.step("stand-in", "%s imitates the gateway at %s", hello.Name, connection.APIBase)
	return &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}, nil
}

// introduce prints what was opened.
func (d *demo) introduce(o *opened, lines *lines) {
	descriptor, account, process := o.client.Descriptor(), o.client.Account(), o.client.Process()
	lines.step("plugin", "%s %s, process %d of %s, sha256 %.12s... as in the catalog",
		descriptor.ProviderID, descriptor.Version, process.PID, filepath.Base(process.Path), process.SHA256)
	mode := "test mode"
	if account.Live {
		mode = "live mode"
	}
	lines.step("account", "%s, %s, payment methods: %s", mode, named(account), methods(account))
}

func named(account *contract.Account) string {
	switch {
	case account.ID == "":
		return "an account that the gateway does not name"
	case account.Name == "":
		return account.ID
	}
	return account.ID + " (" + account.Name + ")"
}

func methods(account *contract.Account) string {
	codes := make([]string, len(account.PaymentMethods))
	for i := range account.PaymentMethods {
		codes[i] = account.PaymentMethods[i].Code
	}
	return strings.Join(codes, ", ")
}

// goodbye bounds what the stand-in is told at the end.
const goodbye = 5 * time.Second

// close ends what was started, in the reverse order, also when ctx has ended.
func (o *opened) close(ctx context.Context) error {
	var errs []error
	if o.client != nil {
		errs = append(errs, o.client.Close())
	}
	if o.scope != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		errs = append(errs, o.scope.Close(ctx))
		cancel()
	}
	if o.standIn != nil {
		errs = append(errs, o.standIn.Close())
	}
	return errors.Join(errs...)
}
