package supervisor

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Catalog is the list of the providers that a host may execute: which binaries,
// with which sums, configured how. Its file is YAML, and so may be JSON:
//
//	providers:
//	  - name: wallet-th                          # the host's name for it
//	    path: bin/payment-provider-wallet        # relative to the catalog's folder
//	    sha256_file: bin/SHA256SUMS              # or sha256: and the sum itself
//	    mode: test                               # or live
//	    settings:
//	      api_base: https://api.gateway.example
//	    secrets:                                 # where each is, never its value
//	      secret_key: {file: /etc/shop/wallet-secret-key}
//	      webhook_secret: {env: WALLET_WEBHOOK_SECRET}
//
// An entry may also have these keys:
//
//	conformance: reports/wallet.json         # admitted only with this report
//	probe: true                              # it asks the gateway what the account has
//	auto_mtls: false                         # it cannot make a certificate
//	confinement: files                       # or off; full is the default
//	memory_limit: 512MiB                     # more, and it is replaced
//
// For tests and demonstrations, sandbox names a program that imitates the
// gateway. The host starts it; settings may then contain {{.APIBase}}, and a
// secret may be {sandbox: NAME}, a credential of the sandbox:
//
//	sandbox: {command: [bin/wallet-sandbox, --listen, "127.0.0.1:0"]}
//
// Whoever can write to a catalog decides what the host executes. So LoadCatalog
// reads it only if nobody but root and the host's user can write to the file, to
// a folder above it, or to a link that leads to it. The same holds for a
// sha256_file.
type Catalog struct {
	// Entries are in the order of the file.
	Entries []Entry

	// Warnings name what is accepted and should be changed, such as the names
	// that earlier releases gave to keys. Each has the form FILE:LINE: what to
	// change.
	Warnings []string
}

// Entry is one provider of a catalog. Several entries may name the same binary.
type Entry struct {
	// Name is the host's name for the provider: a lower-case letter, then 1 to
	// 62 lower-case letters, digits and hyphens. It is unique in the catalog.
	Name string

	// Path is the binary, as an absolute path.
	Path string

	// SHA256 is the sum that the binary must have, in lower-case hex.
	SHA256 string

	// Mode is the mode to configure for.
	Mode contract.Mode

	// Settings are the settings as the catalog has them, with templates. Use
	// Configuration for their values.
	Settings map[string]string

	// Secrets say where each secret is.
	Secrets map[string]SecretSource

	// Probe asks for a probe whenever the provider is configured, for payment
	// methods that an account has only then. Each start depends on the gateway
	// then: while that is down, the provider does not start.
	Probe bool

	// Sandbox is the imitation of the gateway to start; nil if there is none.
	Sandbox *Sandbox

	// DisableAutoMTLS exempts a provider that cannot make a certificate; see
	// plugin.OpenOptions.DisableAutoMTLS.
	DisableAutoMTLS bool

	// Confinement is how much the process has to give up; empty for the
	// default, plugin.ConfinementFull. A catalog may say "on" for "full".
	Confinement plugin.Confinement

	// MemoryLimit is how many bytes of memory the process may have; 0 is any number.
	// See plugin.OpenOptions.MemoryLimit. A catalog says MiB or GiB.
	MemoryLimit int64

	// Conformance is the file of the conformance report without which the
	// provider is not admitted, as an absolute path; empty if none is required.
	// Options.Admit reads it.
	Conformance string
}

// Sandbox is a program that imitates a gateway.
type Sandbox struct {
	// Command is the program and its arguments. A program with a slash in it is
	// an absolute path.
	Command []string
}

// CatalogError is the error of a catalog that cannot be used.
type CatalogError struct {
	// File is the catalog, and Line the line in it, from 1; 0 for the file as a
	// whole.
	File string
	Line int

	// Err says what is wrong and what to do.
	Err error
}

// Error returns the form "catalog FILE:LINE: what is wrong".
func (e *CatalogError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("catalog %s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("catalog %s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap returns what is wrong.
func (e *CatalogError) Unwrap() error { return e.Err }

// maxCatalog is larger than any file that people write.
const maxCatalog = 1 << 20

// LoadCatalog reads a catalog. It refuses what it does not know, since a misspelt
// key would otherwise be a setting that is silently missing, and a file that
// others can write to; see [Catalog]. The error is a [*CatalogError]. LoadCatalog
// reads files of sums, and no secrets.
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
			return nil, d.wrong(fmt.Errorf("name %q is used twice; give each entry its own", entry.Name), "providers", i, "name")
		}
		catalog.Entries = append(catalog.Entries, *entry)
	}
	catalog.Warnings = d.warnings
	return catalog, nil
}

// check returns what LoadCatalog would refuse in a catalog that a host built
// itself. Nil is no catalog: to run nothing, apply an empty one.
func (c *Catalog) check() error {
	if c == nil {
		return errors.New("the catalog is nil")
	}
	for i := range c.Entries {
		name := c.Entries[i].Name
		if !entryName.MatchString(name) {
			return fmt.Errorf("entry %d of the catalog: name %q is not valid", i, name)
		}
		if first, _ := c.Entry(name); first != &c.Entries[i] {
			return fmt.Errorf("entry %d of the catalog: name %q is used twice", i, name)
		}
	}
	return nil
}

// Entry returns the entry with this name, and false if there is none.
func (c *Catalog) Entry(name string) (*Entry, bool) {
	for i := range c.Entries {
		if c.Entries[i].Name == name {
			return &c.Entries[i], true
		}
	}
	return nil, false
}
