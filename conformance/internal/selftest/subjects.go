package selftest

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/gateway"
)

// subjects are those of one run, which the suite can judge.
type subjects interface {
	// start makes a subject ready, once.
	start(ctx context.Context, name string) error

	// run has the suite judge a binary in place of a subject's.
	run(ctx context.Context, name, binary string, options *conformance.Options) (*conformance.Report, error)

	close()
}

func subjectsOf(corpus *Corpus, root string) subjects {
	if corpus.Kind == Hosts {
		return &hosts{root: root, corpus: corpus, manifests: make(map[string][]byte)}
	}
	return &providers{
		root: root, corpus: corpus, manifests: make(map[string]*conformance.Manifest), gateways: make(map[string]gateway.Gateway),
	}
}

// providers are subjects that share the sandboxes of their gateways.
type providers struct {
	root   string
	corpus *Corpus

	manifests map[string]*conformance.Manifest
	gateways  map[string]gateway.Gateway
	sandboxes []*gateway.Sandbox
}

func (p *providers) start(ctx context.Context, name string) error {
	if p.manifests[name] != nil {
		return nil
	}
	subject := p.corpus.Subjects[name]
	m, err := conformance.LoadManifest(filepath.Join(p.root, filepath.FromSlash(subject.Manifest)))
	if err != nil {
		return err
	}
	sandbox, err := gateway.StartSandbox(ctx, m.Sandbox(), nil)
	if err != nil {
		return fmt.Errorf("starting the sandbox of %s: %w; build it with \"make build\"", name, err)
	}
	p.sandboxes = append(p.sandboxes, sandbox)
	p.manifests[name], p.gateways[name] = m, sandbox.Client
	return nil
}

func (p *providers) run(ctx context.Context, name, binary string, options *conformance.Options) (*conformance.Report, error) {
	options.Gateway, options.Profile = p.gateways[name], p.corpus.Subjects[name].Profile
	return conformance.Run(ctx, p.manifests[name], conformance.Binary(binary), options)
}

func (p *providers) close() {
	for _, sandbox := range p.sandboxes {
		_ = sandbox.Close()
	}
}
