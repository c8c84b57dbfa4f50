// Package scaffold generates a new provider: in Go a module with a provider, a sandbox
// of its gateway, tests, and a manifest for the conformance suite. In other languages
// the provider is one for the Memory gateway, whose sandbox is a program of this
// repository, and has a folder paysocket with what Go's libraries do.
//
// The files of Go are in the folder template. They are compiled, linted and tested with
// this repository. Those of other languages are in a folder of their name; JavaScript's
// are the example provider's. Only names are replaced when they are written, see
// [Project].
package scaffold

import (
	"cmp"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Project is a provider to generate. Create it with [New].
type Project struct {
	// ID is the provider's id, such as "tide-pay". It replaces the template's,
	// acme-pay, in every form: Acme Pay, Acme-Pay, acmepay.
	ID string

	// Module is the module's path, in Go.
	Module string

	// Require is how the project requires Paysocket; see [Release] and [Checkout].
	Require Requirement

	// Language is what it is written in; the default is [Go].
	Language Language
}

// idForm is the contract's form of an id, without hyphens at the end or side by
// side.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// moduleForm is roughly the form of a module path. The go command checks the rest.
var moduleForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9._~-]+)*$`)

// New returns a project, or an error if a name is invalid. The default of module is
// example.com/payment-provider-ID.
func New(id, module string, require Requirement) (*Project, error) {
	if !idForm.MatchString(id) || len(id) < 2 || len(id) > 63 {
		return nil, fmt.Errorf("the name %q is not a provider id; write 2 to 63 of a-z, 0-9 and single hyphens, beginning with a letter, such as tide-pay", id)
	}
	if module == "" {
		module = "example.com/payment-provider-" + id
	}
	if !moduleForm.MatchString(module) {
		return nil, fmt.Errorf("%q is not a module path; write one such as github.com/you/payment-provider-%s", module, id)
	}
	return &Project{ID: id, Module: module, Require: require}, nil
}

// Package returns the name of the provider's Go package.
func (p *Project) Package() string {
	name := strings.ReplaceAll(p.ID, "-", "")
	if token.IsKeyword(name) || name == "main" || name == "documentation" {
		name += "provider" // these have a special meaning in Go
	}
	return name
}

// templateModule is the import path of the template in this repository.
const templateModule = "github.com/paysocket/paysocket/conformance/internal/scaffold/template"

// names returns what replaces the template's names.
func (p *Project) names() *strings.Replacer {
	words := strings.Split(p.ID, "-")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.NewReplacer(
		templateModule, p.Module,
		"acme-pay", p.ID,
		"acmepay", p.Package(),
		"Acme Pay", strings.Join(words, " "),
		"Acme-Pay", strings.Join(words, "-"),
		"@PAYSOCKET@", p.Require.replace,
	)
}

// ErrNotEmpty says that the folder is not empty.
var ErrNotEmpty = errors.New("is not empty; nothing is overwritten, so name another folder")

// Write writes the project into a folder that is empty or does not exist, and
// returns how many files it wrote.
func (p *Project) Write(folder string) (int, error) {
	there, err := os.ReadDir(folder)
	switch {
	case err == nil && len(there) > 0:
		return 0, fmt.Errorf("%s %w", folder, ErrNotEmpty)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return 0, err
	}
	sources, err := cmp.Or(p.Language, Go).sources()
	if err != nil {
		return 0, err
	}
	count := 0
	names := p.names()
	for _, from := range sources {
		err = errors.Join(err, from.each(func(name string, content []byte) error {
			content, err := p.content(names, name, content)
			if err != nil {
				return err
			}
			count++
			return write(filepath.Join(folder, names.Replace(strings.TrimSuffix(name, ".tmpl"))), content)
		}))
	}
	if err == nil && p.Require.sums != nil && cmp.Or(p.Language, Go) == Go {
		count++
		err = write(filepath.Join(folder, "go.sum"), p.Require.sums)
	}
	return count, err
}

// content returns a file with the project's names.
func (p *Project) content(names *strings.Replacer, name string, raw []byte) ([]byte, error) {
	content := []byte(names.Replace(string(raw)))
	switch {
	case strings.HasSuffix(name, ".go"): // another module path changes the order of imports
		return format.Source(content)
	case strings.HasSuffix(name, "go.mod.tmpl"):
		return append(content, "\n"+p.Require.lines()...), nil
	default:
		return content, nil
	}
}

// write writes a new file. Only its owner can read a file of settings, since it has
// secrets.
func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // source code is for all to read
		return err
	}
	mode := fs.FileMode(0o644)
	if filepath.Base(path) == "settings.yaml" {
		mode = 0o600
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the folder is the author's choice
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
