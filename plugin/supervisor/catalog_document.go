package supervisor

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// catalogDocument is a catalog as it is written.
type catalogDocument struct {
	file, folder string
	warnings     []string

	root    yaml.Node
	content struct {
		Providers []entryDocument `yaml:"providers"`
	}
}

// entryDocument is an entry as it is written.
type entryDocument struct {
	Name        string                    `yaml:"name"`
	Path        string                    `yaml:"path"`
	SHA256      string                    `yaml:"sha256"`
	SHA256File  string                    `yaml:"sha256_file"`
	Mode        string                    `yaml:"mode"`
	Settings    map[string]string         `yaml:"settings"`
	Secrets     map[string]secretDocument `yaml:"secrets"`
	Probe       bool                      `yaml:"probe"`
	Sandbox     sandboxDocument           `yaml:"sandbox"`
	AutoMTLS    *bool                     `yaml:"auto_mtls"`
	Confinement *string                   `yaml:"confinement"`
	MemoryLimit *string                   `yaml:"memory_limit"`
	Conformance *string                   `yaml:"conformance"`

	OldSandbox *programDocument `yaml:"stand_in"` // see catalog_old_names.go
}

// programDocument is a program as it is written.
type programDocument struct {
	Command []string `yaml:"command"`
}

// secretDocument is a SecretSource as it is written.
type secretDocument struct {
	File    string `yaml:"file"`
	Env     string `yaml:"env"`
	Sandbox string `yaml:"sandbox"`

	OldSandbox string `yaml:"stand_in"` // see catalog_old_names.go
}

func (d *catalogDocument) parse(text []byte) error {
	if err := yaml.Unmarshal(text, &d.root); err != nil {
		return d.unreadable(err)
	}
	if err := d.refuseLiteralSecrets(); err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d.content); err != nil && !errors.Is(err, io.EOF) {
		return d.unreadable(err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return &CatalogError{File: d.file, Err: errors.New("it has more than one document; remove the line ---")}
	}
	if len(d.content.Providers) == 0 {
		return &CatalogError{File: d.file, Err: errors.New("it names no providers; write them as a list under the key providers")}
	}
	return nil
}

var (
	yamlLine   = regexp.MustCompile(`line (\d+): `)
	yamlValue  = regexp.MustCompile("`.*` ?")
	yamlIntoGo = regexp.MustCompile(` in type .*| into .*`)
)

// unreadable returns the first error of the YAML package, without the values that
// it quotes and without Go's types, which mean nothing to the author of a catalog.
func (d *catalogDocument) unreadable(err error) error {
	text := err.Error()
	if types, ok := errors.AsType[*yaml.TypeError](err); ok {
		text = types.Errors[0]
	}
	line := 0
	if at := yamlLine.FindStringSubmatch(text); at != nil {
		_, _ = fmt.Sscan(at[1], &line)
		text = text[strings.Index(text, at[0])+len(at[0]):]
	}
	text = strings.TrimPrefix(yamlIntoGo.ReplaceAllString(yamlValue.ReplaceAllString(text, ""), ""), "yaml: ")
	return &CatalogError{File: d.file, Line: line, Err: fmt.Errorf("%s; see the documentation of supervisor.Catalog for its form", text)}
}

// refuseLiteralSecrets returns an error if the catalog contains a secret itself.
// It comes before strict parsing, because the YAML package quotes what it cannot
// read.
func (d *catalogDocument) refuseLiteralSecrets() error {
	providers := child(&d.root, "providers")
	if providers == nil {
		return nil
	}
	for _, provider := range providers.Content {
		secrets := child(provider, "secrets")
		if secrets == nil {
			continue
		}
		for i := 1; i < len(secrets.Content); i += 2 {
			if resolve(secrets.Content[i]).Kind != yaml.MappingNode {
				return &CatalogError{File: d.file, Line: secrets.Content[i].Line, Err: fmt.Errorf(
					"secret %s must not be in the catalog; write where it is, {file: PATH} or {env: NAME}", secrets.Content[i-1].Value)}
			}
		}
	}
	return nil
}

// absolute resolves a path from the catalog's folder, so that it does not matter
// where the host was started.
func (d *catalogDocument) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(d.folder, path)
}

// wrong returns an error with the line of the node at a path, or of the last node
// on the way that exists.
func (d *catalogDocument) wrong(err error, path ...any) error {
	return &CatalogError{File: d.file, Line: d.line(path...), Err: err}
}

// warn adds a warning, with a line in the same way.
func (d *catalogDocument) warn(text string, path ...any) {
	d.warnings = append(d.warnings, fmt.Sprintf("%s:%d: %s", d.file, d.line(path...), text))
}

func (d *catalogDocument) line(path ...any) int {
	node, line := &d.root, 0
	for _, step := range path {
		if node = child(node, step); node == nil {
			break
		}
		line = node.Line
	}
	return line
}

// at returns the node at a path; nil if there is none.
func (d *catalogDocument) at(path ...any) *yaml.Node {
	node := &d.root
	for _, step := range path {
		if node = child(node, step); node == nil {
			return nil
		}
	}
	return resolve(node)
}

// child returns the node under a key or an index; nil if there is none.
func child(node *yaml.Node, step any) *yaml.Node {
	node = resolve(node)
	switch step := step.(type) {
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	case int:
		if node.Kind == yaml.SequenceNode && step < len(node.Content) {
			return node.Content[step]
		}
	}
	return nil
}

// resolve returns what a document or an alias stands for.
func resolve(node *yaml.Node) *yaml.Node {
	switch {
	case node.Kind == yaml.DocumentNode && len(node.Content) > 0:
		return node.Content[0]
	case node.Kind == yaml.AliasNode && node.Alias != nil:
		return node.Alias
	default:
		return node
	}
}
