package plugin

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/contract/wire"
)

// byHand is what a plugin does for a person who runs it.
type byHand struct {
	provider       contract.PaymentProvider
	name           string
	stdout, stderr io.Writer
}

const (
	exitFailed = 1
	exitUsage  = 2
)

const describeTimeout = 10 * time.Second

// run gives the exit code.
func (h *byHand) run(ctx context.Context, args []string) int {
	ctx, cancel := context.WithTimeout(ctx, describeTimeout)
	defer cancel()
	descriptor, err := h.provider.Describe(ctx)
	if err == nil {
		err = descriptor.Validate()
	}
	if err != nil {
		fmt.Fprintf(h.stderr, "%s: the provider cannot describe itself: %v\n", h.name, err)
		return exitFailed
	}
	switch {
	case len(args) == 1 && args[0] == "--version":
		fmt.Fprintf(h.stdout, "%s %s (contract %s, protocol %d)\n",
			descriptor.ProviderID, descriptor.Version, descriptor.SpecVersion, ProtocolVersion)
		return 0
	case len(args) == 1 && args[0] == "--describe":
		return h.describe(descriptor)
	default:
		h.explain(descriptor)
		return exitUsage
	}
}

func (h *byHand) describe(descriptor *contract.Descriptor) int {
	text, err := wire.DescriptorJSON(descriptor)
	if err == nil {
		_, err = fmt.Fprintf(h.stdout, "%s\n", text)
	}
	if err != nil {
		fmt.Fprintf(h.stderr, "%s: write the descriptor: %v\n", h.name, err)
		return exitFailed
	}
	return 0
}

func (h *byHand) explain(d *contract.Descriptor) {
	fmt.Fprintf(h.stderr, `%s is a payment provider for Paysocket: %s, version %s, contract %s.
It is a plugin. A host starts it and speaks to it; run by hand it does nothing.

In Go, a host opens it so:

	provider, err := plugin.Open(ctx, %q, nil)

By hand there are:

	%s --version    its version
	%s --describe   what it can do, as JSON
	%s --debug      serve to a host that attaches, for a debugger (see plugin.Attach)
`, filepath.Base(h.name), d.DisplayName, d.Version, d.SpecVersion, h.name, h.name, h.name, h.name)
}
