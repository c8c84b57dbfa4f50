package supervisor

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

var (
	entryName = regexp.MustCompile(`^[a-z][a-z0-9-]{1,62}$`)
	hexSum    = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
	modes     = map[string]contract.Mode{"test": contract.ModeTest, "live": contract.ModeLive}
)

// entry reads the provider at index i.
func (d *catalogDocument) entry(i int) (*Entry, error) {
	p := &d.content.Providers[i]
	wrong := func(err error, field ...any) error { return d.wrong(err, append([]any{"providers", i}, field...)...) }

	mode, ok := modes[p.Mode]
	switch {
	case !entryName.MatchString(p.Name):
		return nil, wrong(fmt.Errorf("the name %q is not one; it is a lower-case letter, then lower-case letters, digits and hyphens", p.Name), "name")
	case p.Path == "":
		return nil, wrong(errors.New("has no path; name the provider's binary"), "path")
	case !ok:
		return nil, wrong(fmt.Errorf("the mode %q is not one; write test or live", p.Mode), "mode")
	}
	e := &Entry{Name: p.Name, Path: d.absolute(p.Path), Mode: mode, Settings: p.Settings, Secrets: p.Secrets}

	var err error
	if e.SHA256, err = d.sum(p.SHA256, p.SHA256File, e.Path); err != nil {
		return nil, wrong(err, "sha256")
	}
	if p.StandIn != nil {
		if len(p.StandIn.Command) == 0 || p.StandIn.Command[0] == "" {
			return nil, wrong(errors.New("stand_in has no command; name the program and its arguments, as a list"), "stand_in")
		}
		e.StandIn = &StandIn{Command: slices.Clone(p.StandIn.Command)}
		if program := e.StandIn.Command[0]; strings.ContainsRune(program, filepath.Separator) {
			e.StandIn.Command[0] = d.absolute(program)
		}
	}
	for _, key := range []string{"auto_mtls", "sandbox", "conformance"} {
		if node := d.at("providers", i, key); node != nil && node.Tag == "!!null" {
			return nil, wrong(fmt.Errorf("%s says nothing; give it a value, or leave it out", key), key)
		}
	}
	e.DisableAutoMTLS = p.AutoMTLS != nil && !*p.AutoMTLS
	if err := d.trust(e, p.Sandbox, p.Conformance, wrong); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Settings)) {
		if err := checkSetting(p.Settings[name], e.StandIn != nil); err != nil {
			return nil, wrong(fmt.Errorf("the setting %s %w", name, err), "settings", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
		source := p.Secrets[name]
		if err := source.check(e.StandIn != nil); err != nil {
			return nil, wrong(fmt.Errorf("the secret %s %w", name, err), "secrets", name)
		}
		if source.File != "" {
			source.File = d.absolute(source.File)
		}
		e.Secrets[name] = source
	}
	return e, nil
}

// sandboxes are the words for how much a process has to give up.
var sandboxes = map[string]plugin.Confinement{"on": plugin.ConfinementFull, "full": plugin.ConfinementFull, "files": plugin.ConfinementFiles, "off": plugin.ConfinementOff}

// trust reads how far a provider is trusted.
func (d *catalogDocument) trust(e *Entry, sandbox, conformance *string, wrong func(error, ...any) error) error {
	if sandbox != nil {
		word, ok := sandboxes[*sandbox]
		if !ok {
			return wrong(fmt.Errorf("the sandbox %q is not one; write on, files or off, or leave it out", *sandbox), "sandbox")
		}
		e.Sandbox = word
	}
	if conformance != nil {
		if strings.TrimSpace(*conformance) == "" {
			return wrong(errors.New("conformance is blank; name the file of the report, or leave it out"), "conformance")
		}
		e.Conformance = d.absolute(*conformance)
	}
	return nil
}

// absolute reads a path from the catalog's folder, so that it does not matter
// where the host was started.
func (d *catalogDocument) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(d.folder, path)
}

// sum gives the approved sum of the binary.
func (d *catalogDocument) sum(literal, file, binary string) (string, error) {
	switch {
	case literal != "" && file != "":
		return "", errors.New("has both sha256 and sha256_file; keep one")
	case literal != "" && !hexSum.MatchString(literal):
		return "", errors.New("sha256 is not 64 hexadecimal digits; take what sha256sum prints for the binary")
	case literal != "":
		return strings.ToLower(literal), nil
	case file != "":
		return lookUpSum(d.absolute(file), filepath.Base(binary))
	default:
		return "", errors.New("has neither sha256 nor sha256_file; a catalog says which binaries may be executed")
	}
}

// maxSums bounds a file of checksums.
const maxSums = 1 << 20

// lookUpSum finds the sum of a name in a file as sha256sum writes it.
func lookUpSum(file, name string) (string, error) {
	text, err := readTrusted(file, maxSums)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("the sha256_file cannot be read: %w; build the provider, which writes it", err)
	case err != nil:
		return "", fmt.Errorf("the sha256_file %s cannot be used: %w", file, err)
	}
	found := ""
	for line := range strings.Lines(string(text)) {
		sum, path, ok := strings.Cut(strings.TrimSpace(line), " ")
		path = strings.TrimPrefix(strings.TrimSpace(path), "*") // of a file that was read as binary
		if !ok || !hexSum.MatchString(sum) || filepath.Base(path) != name {
			continue
		}
		if found != "" && !strings.EqualFold(found, sum) {
			return "", fmt.Errorf("%s has two sums for %s; build the provider again", file, name)
		}
		found = strings.ToLower(sum)
	}
	if found == "" {
		return "", fmt.Errorf("%s has no sum for %s; build the provider, or mend the path", file, name)
	}
	return found, nil
}

// refuseLiteralSecrets looks for secrets that stand in the catalog themselves,
// before anything else does: the YAML package quotes what it cannot read.
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
					"the secret %s must not stand here; write where it is, {file: PATH} or {env: NAME}", secrets.Content[i-1].Value)}
			}
		}
	}
	return nil
}

// wrong places a problem at the node that the path leads to, or the last one
// on the way that is there.
func (d *catalogDocument) wrong(err error, path ...any) error {
	node, line := &d.root, 0
	for _, step := range path {
		if node = child(node, step); node == nil {
			break
		}
		line = node.Line
	}
	return &CatalogError{File: d.file, Line: line, Err: err}
}

// at gives the node that the path leads to; nil if there is none.
func (d *catalogDocument) at(path ...any) *yaml.Node {
	node := &d.root
	for _, step := range path {
		if node = child(node, step); node == nil {
			return nil
		}
	}
	return resolve(node)
}

// child gives the node under a key or an index; nil if there is none.
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

// resolve gives what a document or an alias stands for.
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
