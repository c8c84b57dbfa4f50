package harness

import (
	"context"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Subject is the provider under test.
type Subject interface {
	// Open gives a fresh instance that is not configured.
	Open(ctx context.Context, options *plugin.OpenOptions) (*plugin.Client, error)

	// Binary is the program behind it; empty for a provider that lives in the
	// process of the suite.
	Binary() string
}

// Binary is a provider's program, in any language.
func Binary(path string) Subject { return binary(path) }

type binary string

func (b binary) Open(ctx context.Context, options *plugin.OpenOptions) (*plugin.Client, error) {
	return plugin.Open(ctx, string(b), options)
}

func (b binary) Binary() string { return string(b) }

// InProcess is a provider in Go without a process of its own. New makes a
// fresh one. Clauses about processes cannot be checked of it.
func InProcess(newProvider func() contract.PaymentProvider) Subject { return inProcess(newProvider) }

type inProcess func() contract.PaymentProvider

func (p inProcess) Open(ctx context.Context, options *plugin.OpenOptions) (*plugin.Client, error) {
	return plugin.InProcess(ctx, p(), options)
}

func (inProcess) Binary() string { return "" }
