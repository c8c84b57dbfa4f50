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

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Catalog is the list of the providers that a host may load: which binaries,
// with which checksums, configured how. It is a YAML file, in which JSON is
// legal too:
//
//	providers:
//	  - name: wallet-th                          # the host's name for it
//	    path: bin/payment-provider-wallet        # from the catalog's folder
//	    sha256_file: bin/SHA256SUMS              # or sha256: and the sum itself
//	    mode: test                               # or live
//	    settings:
//	      api_base: https://api.gateway.example
//	    secrets:                                 # where they are, never they
//	      secret_key: {file: /etc/shop/wallet-secret-key}
//	      webhook_secret: {env: WALLET_WEBHOOK_SECRET}
//
// A provider can be held to more, or to less, by name:
//
//	conformance: reports/wallet.json         # admitted only with this report
//	auto_mtls: false                         # it cannot make a certificate
//	sandbox: off                             # or files; it needs more than that leaves
//
// For tests and demonstrations, stand_in names a program that stands in for
// the gateway. The host starts it; settings may then contain {{.APIBase}}, and
// secrets be {stand_in: NAME}.
//
// Whoever can write to a catalog decides what the host executes. So it is read
// only if nobody but root and the host's user can, as a binary is executed: not
// to the file, not to a folder above it, and not to a link on the way. The same
// holds for a sha256_file.
type Catalog struct {
	// Entries are in the order of the file.
	Entries []Entry
}

// Entry is one provider of a catalog. The same binary may stand in several,
// under several names.
type Entry struct {
	// Name is the host's own: a lower-case letter, then 1 to 62 lower-case
	// letters, digits and hyphens. It is unique in the catalog.
	Name string

	// Path is the binary, as an absolute path.
	Path string

	// SHA256 is the sum that the binary must have, in lower-case hex.
	SHA256 string

	// Mode is the mode to configure for.
	Mode contract.Mode

	// Settings are as they stand in the catalog, with templates. Use
	// Configuration for their values.
	Settings map[string]string

	// Secrets say where each secret is to be found.
	Secrets map[string]SecretSource

	// StandIn is the program to start in place of the gateway; nil if there is
	// none.
	StandIn *StandIn

	// DisableAutoMTLS exempts a provider that cannot make a certificate; see
	// plugin.OpenOptions.DisableAutoMTLS.
	DisableAutoMTLS bool

	// Sandbox is how much the process has to give up; empty for the default,
	// which is all that the system can do. A catalog may say "on" for "full".
	Sandbox plugin.Confinement

	// Conformance is the file of the conformance report without which the
	// provider is not admitted, as an absolute path; empty if none is
	// required. It is for Options.Admit to read.
	Conformance string
}

// StandIn is a program that stands in for a gateway.
type StandIn struct {
	// Command is the program and its arguments. If the program has a slash in
	// it, it is an absolute path.
	Command []string
}

// CatalogError says what is wrong with a catalog, where, and what to do.
type CatalogError struct {
	// File is the catalog, and Line the line in it, from 1; 0 if the file as a
	// whole is meant.
	File string
	Line int

	// Err is the problem.
	Err error
}

// Error gives it in the form file:line: problem.
func (e *CatalogError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("catalog %s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("catalog %s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap gives the problem.
func (e *CatalogError) Unwrap() error { return e.Err }

// maxCatalog is the size of a file that nobody writes by hand any more.
const maxCatalog = 1 << 20

// LoadCatalog reads a catalog. It is strict: whatever it does not know is an
// error, since a misspelt name would otherwise be a setting that is silently
// not there. It refuses a file that others can write to; see [Catalog]. Its
// errors are a [*CatalogError]. It reads files of checksums, and no secrets.
func LoadCatalog(path string) (*Catalog, error) {
	text, err := readTrusted(path, maxCatalog)
	if err != nil {
		return nil, &CatalogError{File: path, Err: err}
	}
	d := catalogDocument{file: path, folder: filepath.Dir(path)}
	if d.folder, err = filepath.Abs(d.folder); err != nil {
		return nil, &CatalogError{File: path, Err: err}
	}
	if err := d.parse(text); err != nil {
		return nil, err
	}
	catalog := &Catalog{}
	for i := range d.content.Providers {
		entry, err := d.entry(i)
		if err != nil {
			return nil, err
		}
		if _, twice := catalog.Entry(entry.Name); twice {
			return nil, d.wrong(fmt.Errorf("the name %q stands twice; each entry needs its own", entry.Name), "providers", i, "name")
		}
		catalog.Entries = append(catalog.Entries, *entry)
	}
	return catalog, nil
}

// check finds what LoadCatalog would have found in a catalog that was made by
// hand. Nil is no catalog: to run nothing, apply an empty one.
func (c *Catalog) check() error {
	if c == nil {
		return errors.New("the catalog is nil")
	}
	for i := range c.Entries {
		name := c.Entries[i].Name
		if !entryName.MatchString(name) {
			return fmt.Errorf("the catalog's entry %d has the name %q, which is not one", i, name)
		}
		if first, _ := c.Entry(name); first != &c.Entries[i] {
			return fmt.Errorf("the catalog has the name %q twice", name)
		}
	}
	return nil
}

// Entry finds an entry by its name.
func (c *Catalog) Entry(name string) (*Entry, bool) {
	for i := range c.Entries {
		if c.Entries[i].Name == name {
			return &c.Entries[i], true
		}
	}
	return nil, false
}

// catalogDocument is a catalog as it is written.
type catalogDocument struct {
	file, folder string

	root    yaml.Node
	content struct {
		Providers []struct {
			Name       string                  `yaml:"name"`
			Path       string                  `yaml:"path"`
			SHA256     string                  `yaml:"sha256"`
			SHA256File string                  `yaml:"sha256_file"`
			Mode       string                  `yaml:"mode"`
			Settings   map[string]string       `yaml:"settings"`
			Secrets    map[string]SecretSource `yaml:"secrets"`
			StandIn    *struct {
				Command []string `yaml:"command"`
			} `yaml:"stand_in"`
			AutoMTLS    *bool   `yaml:"auto_mtls"`
			Sandbox     *string `yaml:"sandbox"`
			Conformance *string `yaml:"conformance"`
		} `yaml:"providers"`
	}
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
		return &CatalogError{File: d.file, Err: errors.New("holds more than one document; remove the line ---")}
	}
	if len(d.content.Providers) == 0 {
		return &CatalogError{File: d.file, Err: errors.New("names no providers; it needs the key providers, with a list")}
	}
	return nil
}

var (
	yamlLine   = regexp.MustCompile(`line (\d+): `)
	yamlValue  = regexp.MustCompile("`.*` ?")
	yamlIntoGo = regexp.MustCompile(` in type .*| into .*`)
)

// unreadable gives the first thing that the YAML package did not like, without
// the values that it quotes and without Go's types, which mean nothing to the
// author of a catalog.
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
	return &CatalogError{File: d.file, Line: line, Err: fmt.Errorf("%s; see the documentation of plugin.Catalog for its form", text)}
}
