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

	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/service"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// openedProvider is a provider that is ready to sell, and the sandbox of its
// gateway if it has one.
type openedProvider struct {
	name    string
	sandbox *gateway.Sandbox
	scope   gateway.Scope
	client  *plugin.Client
}

// open starts the sandbox and the provider of an entry. All that distinguishes one
// provider from another is in the entry: its gateway, its settings, its secrets.
func (d *demo) open(ctx context.Context, host *host, entry *supervisor.Entry, out *printer) (_ *openedProvider, err error) {
	o := &openedProvider{name: entry.Name}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close(ctx))
		}
	}()
	facts, err := o.startSandbox(ctx, host, entry, out)
	if err != nil {
		return nil, err
	}
	o.client, err = plugin.Open(ctx, entry.Path, &plugin.OpenOptions{
		SHA256: entry.SHA256, Logger: d.log, DisableAutoMTLS: entry.DisableAutoMTLS, Confinement: entry.Confinement,
	})
	if err != nil {
		return nil, err
	}
	if err := admit(entry, o.client); err != nil {
		return nil, err
	}
	if err := d.configure(ctx, o.client, entry, facts); err != nil {
		return nil, err
	}
	o.print(out)
	return o, host.shop.Add(entry.Name, o.client)
}

// admit refuses a provider whose entry requires a conformance report that does not
// admit it. The provider knows no secret yet.
func admit(entry *supervisor.Entry, client *plugin.Client) error {
	if entry.Conformance == "" {
		return nil
	}
	subject := &admission.Subject{Path: entry.Path, SHA256: client.Process().SHA256, Descriptor: client.Descriptor()}
	return admission.Check(entry.Conformance, subject, &admission.Options{Profile: service.DefaultProfile})
}

// configureTimeout bounds the configuration of a provider, which asks the gateway.
const configureTimeout = 30 * time.Second

func (d *demo) configure(ctx context.Context, client *plugin.Client, entry *supervisor.Entry, facts *supervisor.SandboxFacts) error {
	d.warnAboutEnvironment(entry)
	configuration, err := entry.Configuration(facts, d.lookupEnv)
	if err != nil {
		return err
	}
	configuration.Probe = true
	ctx, cancel := context.WithTimeout(ctx, configureTimeout)
	defer cancel()
	if _, err := client.Configure(ctx, configuration); err != nil {
		return fmt.Errorf("it refused its configuration: %w", err)
	}
	return client.Health(ctx)
}

// warnAboutEnvironment names the secrets that are in the host's environment, where
// other processes can read them. The provider's process does not inherit it.
func (d *demo) warnAboutEnvironment(entry *supervisor.Entry) {
	for _, name := range slices.Sorted(maps.Keys(entry.Secrets)) {
		if variable := entry.Secrets[name].Env; variable != "" {
			fmt.Fprintf(d.stderr, "host-example: warning: provider %s: the secret %s is in the environment (%s), "+
				"which other processes of this user can read; use a file with mode 0600\n", entry.Name, name, variable)
		}
	}
}

// startSandbox starts the sandbox of an entry, and opens an account there that sends
// its webhooks to the shop. It returns nil for an entry without a sandbox.
func (o *openedProvider) startSandbox(ctx context.Context, host *host, entry *supervisor.Entry, out *printer) (*supervisor.SandboxFacts, error) {
	if entry.Sandbox == nil {
		return nil, nil //nolint:nilnil // An entry without a sandbox has no facts, which is no error.
	}
	var err error
	if o.sandbox, err = gateway.StartSandbox(ctx, entry.Sandbox.Command, nil); err != nil {
		return nil, err
	}
	hello, err := o.sandbox.Client.Hello(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking the sandbox for its name: %w", err)
	}
	if o.scope, err = o.sandbox.Client.NewScope(ctx, &gateway.ScopeSpec{WebhookURL: host.shop.WebhookURL(entry.Name)}); err != nil {
		return nil, fmt.Errorf("opening an account at the sandbox: %w", err)
	}
	connection := o.scope.Connection()
	out.print("sandbox", "%s imitates the gateway at %s", hello.Name, connection.APIBase)
	return &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}, nil
}

// print prints the provider's process and its account.
func (o *openedProvider) print(out *printer) {
	descriptor, account, process := o.client.Descriptor(), o.client.Account(), o.client.Process()
	out.print("plugin", "%s %s, process %d of %s, sha256 %.12s... as in the catalog",
		descriptor.ProviderID, descriptor.Version, process.PID, filepath.Base(process.Path), process.SHA256)
	mode := "test mode"
	if account.Live {
		mode = "live mode"
	}
	out.print("account", "%s, %s, payment methods: %s", mode, accountName(account), methodCodes(account))
}

func accountName(account *contract.Account) string {
	switch {
	case account.ID == "":
		return "an account without an id"
	case account.Name == "":
		return account.ID
	}
	return account.ID + " (" + account.Name + ")"
}

func methodCodes(account *contract.Account) string {
	codes := make([]string, len(account.PaymentMethods))
	for i := range account.PaymentMethods {
		codes[i] = account.PaymentMethods[i].Code
	}
	return strings.Join(codes, ", ")
}

// scopeCloseTimeout bounds the call that closes the account at a sandbox.
const scopeCloseTimeout = 5 * time.Second

// close ends what open started, in reverse order, even if ctx has ended.
func (o *openedProvider) close(ctx context.Context) error {
	var errs []error
	if o.client != nil {
		errs = append(errs, o.client.Close())
	}
	if o.scope != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), scopeCloseTimeout)
		errs = append(errs, o.scope.Close(ctx))
		cancel()
	}
	if o.sandbox != nil {
		errs = append(errs, o.sandbox.Close())
	}
	return errors.Join(errs...)
}
