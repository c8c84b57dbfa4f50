package harness

import (
	"context"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Subject is the provider under test.
type Subject interface {
	// Open starts a new instance that is not configured.
	Open(ctx context.Context, options *plugin.OpenOptions) (*plugin.Client, error)

	// Binary returns the path of its program; empty for a provider in the process
	// of the suite.
	Binary() string
}

// Binary returns a provider's program, in any language, as a subject.
func Binary(path string) Subject { return binary(path) }

type binary string

func (b binary) Open(ctx context.Context, options *plugin.OpenOptions) (*plugin.Client, error) {
	return plugin.Open(ctx, string(b), options)
}

func (b binary) Binary() string { return string(b) }

// InProcess returns a provider in Go as a subject that runs in this process. Each
// instance is made by newProvider. Clauses about processes cannot be checked.
func InProcess(newProvider func() contract.PaymentProvider) Subject { return inProcess(newProvider) }

type inProcess func() contract.PaymentProvider

func (p inProcess) Open(ctx context.Context, options *plugin.OpenOptions) (*plugin.Client, error) {
	return plugin.InProcess(ctx, p(), options)
}

func (inProcess) Binary() string { return "" }
