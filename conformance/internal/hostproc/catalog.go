package hostproc

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	yaml "go.yaml.in/yaml/v3"
)

// Provider is an entry of the catalog that a host reads: see docs/runtime.md.
type Provider struct {
	Name string

	// Path is the binary, and SHA256 its sum in hex; it is computed if empty.
	Path, SHA256 string

	// Mode is test if empty.
	Mode string

	// Settings are as the host passes them on, and Secrets the values, which are written
	// into files of their own.
	Settings, Secrets map[string]string

	Probe           bool
	DisableAutoMTLS bool

	// Confinement and MemoryLimit are those of the host if empty.
	Confinement, MemoryLimit string
}

// entry is a Provider as the file has it.
type entry struct {
	Name        string            `yaml:"name"`
	Path        string            `yaml:"path"`
	SHA256      string            `yaml:"sha256"`
	Mode        string            `yaml:"mode"`
	Settings    map[string]string `yaml:"settings,omitempty"`
	Secrets     map[string]source `yaml:"secrets,omitempty"`
	Probe       bool              `yaml:"probe,omitempty"`
	AutoMTLS    *bool             `yaml:"auto_mtls,omitempty"`
	Confinement string            `yaml:"confinement,omitempty"`
	MemoryLimit string            `yaml:"memory_limit,omitempty"`
}

type source struct {
	File string `yaml:"file"`
}

// fileName is what becomes a part of a file's name.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// WriteCatalog writes the catalog, which a process reads when it starts, or when it is
// told to reload. The file changes at once and as a whole.
func (w *World) WriteCatalog(providers ...Provider) error {
	entries := make([]entry, len(providers))
	for i := range providers {
		one, err := w.entry(&providers[i])
		if err != nil {
			return fmt.Errorf("writing the catalog: provider %s: %w", providers[i].Name, err)
		}
		entries[i] = *one
	}
	content, err := yaml.Marshal(map[string][]entry{"providers": entries})
	if err != nil {
		return fmt.Errorf("writing the catalog: %w", err)
	}
	return replace(w.Catalog(), content)
}

// entry makes an entry, and writes its secrets.
func (w *World) entry(p *Provider) (*entry, error) {
	one := &entry{
		Name: p.Name, Path: p.Path, SHA256: p.SHA256, Mode: p.Mode, Settings: p.Settings, Probe: p.Probe,
		Confinement: p.Confinement, MemoryLimit: p.MemoryLimit, Secrets: map[string]source{},
	}
	if one.Mode == "" {
		one.Mode = "test"
	}
	if p.DisableAutoMTLS {
		one.AutoMTLS = new(bool)
	}
	if one.SHA256 == "" {
		sum, err := sumOf(p.Path)
		if err != nil {
			return nil, err
		}
		one.SHA256 = sum
	}
	for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
		if !fileName.MatchString(p.Name) || !fileName.MatchString(name) {
			return nil, fmt.Errorf("secret %q: only letters, digits, - and _ can be in names", name)
		}
		path := filepath.Join(w.secretsFolder(), p.Name+"."+name)
		if err := replace(path, []byte(p.Secrets[name])); err != nil {
			return nil, err
		}
		one.Secrets[name] = source{File: path}
	}
	return one, nil
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // The suite has chosen the path.
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// replace writes a file that only this user may read, so that a reader sees either what
// was there or all of the new content.
func replace(path string, content []byte) error {
	next := path + ".next"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
