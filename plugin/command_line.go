package plugin

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/paysocket/paysocket/contract"
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
	default:
		c.explain(descriptor)
		return exitUsage
	}
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
	fmt.Fprintf(c.stderr, `%s is a payment provider for Paysocket: %s, version %s, contract %s.
It is a plugin: a host starts it and calls it. Started by hand it does nothing.

A host in Go opens it with

	provider, err := plugin.Open(ctx, %q, nil)

These can be run by hand:

	%s --version    its version
	%s --describe   what it can do, as JSON
	%s --debug      serve to a host that attaches, for a debugger (see plugin.Attach)
`, filepath.Base(c.name), d.DisplayName, d.Version, d.SpecVersion, c.name, c.name, c.name, c.name)
}
