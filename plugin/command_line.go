package plugin

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/commandline"
	"github.com/paysocket/paysocket/internal/wire"
)

// commandLine is what a plugin does for a person who runs it.
type commandLine struct {
	provider       contract.PaymentProvider
	name           string
	stdout, stderr io.Writer
}

const (
	exitFailed = 1
	exitUsage  = 2
)

const describeTimeout = 10 * time.Second

// run returns the exit code.
func (c *commandLine) run(ctx context.Context, args []string) int {
	ctx, cancel := context.WithTimeout(ctx, describeTimeout)
	defer cancel()
	descriptor, err := c.provider.Describe(ctx)
	if err == nil {
		err = descriptor.Validate()
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "%s: the provider cannot describe itself: %v\n", c.name, err)
		return exitFailed
	}
	switch {
	case len(args) == 1 && args[0] == "--version":
		fmt.Fprintf(c.stdout, "%s %s (contract %s, protocol %d)\n",
			descriptor.ProviderID, descriptor.Version, descriptor.SpecVersion, ProtocolVersion)
		return 0
	case len(args) == 1 && args[0] == "--describe":
		return c.describe(descriptor)
	case len(args) == 0:
		c.explain(descriptor)
		return exitUsage
	default:
		return c.help(descriptor, args)
	}
}

// help answers --help and completion, and refuses all other arguments.
func (c *commandLine) help(descriptor *contract.Descriptor, args []string) int {
	program := c.program(descriptor)
	asked, err := program.Answer(c.stdout, args)
	if err == nil && !asked {
		err = fmt.Errorf("unexpected argument %q", args[0])
	}
	if err != nil {
		program.Misused(c.stderr, err)
		return exitUsage
	}
	return 0
}

func (c *commandLine) describe(descriptor *contract.Descriptor) int {
	text, err := wire.DescriptorJSON(descriptor)
	if err == nil {
		_, err = fmt.Fprintf(c.stdout, "%s\n", text)
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "%s: writing the descriptor: %v\n", c.name, err)
		return exitFailed
	}
	return 0
}

func (c *commandLine) explain(d *contract.Descriptor) {
	program := c.program(d)
	fmt.Fprintf(c.stderr, "%s, version %s, contract %s. No host has started it.\n\n%s", d.DisplayName, d.Version, d.SpecVersion, program.Help())
}

func (c *commandLine) program(d *contract.Descriptor) *commandline.Program {
	name := filepath.Base(c.name)
	return &commandline.Program{
		Name: name,
		About: fmt.Sprintf(`%s is a payment provider for Paysocket: %s. It is a plugin:
a host starts it and calls it, and started by hand it does nothing but what is below.
A host in Go opens it with

	provider, err := plugin.Open(ctx, %q, nil)`, name, d.DisplayName, c.name),
		Examples: []string{"--describe | jq .payment_methods"},
		Flags: []commandline.Flag{
			{Name: "version", About: "print its version, and those of the contract and the protocol"},
			{Name: "describe", About: "print what it can do, as JSON"},
			{Name: "debug", About: "serve to a host that attaches, for a debugger (see plugin.Attach)"},
		},
	}
}
