package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/conformance"
)

// hosts are subjects for which the suite plays the provider.
type hosts struct {
	root      string
	corpus    *Corpus
	manifests map[string][]byte
}

func (h *hosts) manifest(name string) string {
	return filepath.Join(h.root, filepath.FromSlash(h.corpus.Subjects[name].Manifest))
}

func (h *hosts) start(_ context.Context, name string) error {
	if h.manifests[name] != nil {
		return nil
	}
	text, err := os.ReadFile(h.manifest(name))
	if err != nil {
		return err
	}
	h.manifests[name] = text
	return nil
}

func (h *hosts) run(ctx context.Context, name, binary string, options *conformance.Options) (*conformance.Report, error) {
	text, err := manifestOf(h.manifests[name], filepath.Dir(h.manifest(name)), binary)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.manifest(name), err)
	}
	file := filepath.Join(filepath.Dir(binary), "host.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	m, err := conformance.LoadHostManifest(file)
	if err != nil {
		return nil, err
	}
	options.Profile = h.corpus.Subjects[name].Profile
	return conformance.RunHost(ctx, m, options)
}

func (h *hosts) close() {}

// manifestOf returns the manifest of a host with another program to start. It can be read
// from any folder; the folder is that of the manifest.
func manifestOf(text []byte, folder, binary string) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	start := valueOf(&document, "start")
	if start == nil || len(start.Content) == 0 {
		return nil, errors.New("it starts no program")
	}
	start.Content[0].SetString(binary)
	if excuses := valueOf(&document, "knownFailing"); excuses != nil && !filepath.IsAbs(excuses.Value) {
		excuses.SetString(filepath.Join(folder, filepath.FromSlash(excuses.Value)))
	}
	return yaml.Marshal(&document)
}
