// Package scaffold lays out a new provider: a module of the author's own, with
// a provider, its gateway's stand-in, tests, and what the conformance suite has
// to be told.
//
// What it lays out is in the folder template, which is Go like any other in
// this repository: it compiles, it is linted, and its tests run with the
// others. Only names change on the way out, see [Project].
package scaffold

import (
	"embed"
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

// The parts are named one by one, so that what somebody built in the folder is
// not taken for a part of it. go.mod has another name there: a folder with a
// go.mod is another module, and cannot be embedded.
//
//go:embed template/*.go template/cmd template/sandbox template/conformance.yaml
//go:embed template/go.mod.tmpl template/Makefile template/README.md template/.gitignore template/.github
var files embed.FS

// Project is a provider that is to be laid out. Make it with [New].
type Project struct {
	// ID is the provider's id, such as "tide-pay". The template's is acme-pay,
	// and every form of it is replaced: Acme Pay, acmepay.
	ID string

	// Module is the module's path.
	Module string

	// Require is how go.mod requires Paysocket; see [Release] and [Checkout].
	Require Requirement
}

// idForm is what the contract asks of an id, without hyphens that would leave
// an empty word behind.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// moduleForm is what a go.mod may hold, loosely: the go command knows the rest.
var moduleForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9._~-]+)*$`)

// New checks the names. An empty module is example.com/payment-provider-ID.
func New(id, module string, require Requirement) (*Project, error) {
	if !idForm.MatchString(id) || len(id) < 2 || len(id) > 63 {
		return nil, fmt.Errorf("the name %q is not a provider's id: write 2 to 63 of a-z, 0-9 and single hyphens, a letter first, such as tide-pay", id)
	}
	if module == "" {
		module = "example.com/payment-provider-" + id
	}
	if !moduleForm.MatchString(module) {
		return nil, fmt.Errorf("%q is not a module path; write one such as github.com/you/payment-provider-%s", module, id)
	}
	return &Project{ID: id, Module: module, Require: require}, nil
}

// Package is the name of the provider's Go package.
func (p *Project) Package() string {
	name := strings.ReplaceAll(p.ID, "-", "")
	if token.IsKeyword(name) || name == "main" || name == "documentation" {
		name += "provider" // the go command takes these for something else
	}
	return name
}

// templateModule is where the template is in this repository.
const templateModule = "github.com/paysocket/paysocket/conformance/internal/scaffold/template"

// names replaces the template's names.
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
	)
}

// ErrNotEmpty says that there is something in the folder already.
var ErrNotEmpty = errors.New("is not empty; nothing is overwritten, so name another folder")

// Write lays the project out in a folder that is empty or not there yet, and
// gives how many files it wrote.
func (p *Project) Write(folder string) (int, error) {
	there, err := os.ReadDir(folder)
	switch {
	case err == nil && len(there) > 0:
		return 0, fmt.Errorf("%s %w", folder, ErrNotEmpty)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return 0, err
	}
	count := 0
	names := p.names()
	err = fs.WalkDir(files, "template", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := p.content(names, path)
		if err != nil {
			return err
		}
		relative := strings.TrimSuffix(strings.TrimPrefix(path, "template/"), ".tmpl")
		count++
		return write(filepath.Join(folder, names.Replace(relative)), content)
	})
	if err == nil && p.Require.sums != nil {
		count++
		err = write(filepath.Join(folder, "go.sum"), p.Require.sums)
	}
	return count, err
}

// content is a file of the template with the project's names.
func (p *Project) content(names *strings.Replacer, path string) ([]byte, error) {
	raw, err := files.ReadFile(path)
	if err != nil {
		return nil, err
	}
	content := []byte(names.Replace(string(raw)))
	switch {
	case strings.HasSuffix(path, ".go"): // another module path has another place among the imports
		return format.Source(content)
	case strings.HasSuffix(path, "go.mod.tmpl"):
		return append(content, "\n"+p.Require.lines()...), nil
	default:
		return content, nil
	}
}

// write makes a new file. Settings hold secrets, which are for one person.
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
