package selftest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"
)

// universe type-checks the packages of a source. Those of other modules come as
// the go command compiled them. One goroutine uses it.
type universe struct {
	source  *Source
	module  string
	data    exportData
	outside types.Importer
	known   map[string]*types.Package // of this module, declarations only
	meant   map[string]map[string]map[int]symbol
}

// newUniverse returns the universe of a source. The go command is asked in the
// root of a module that needs what the source needs.
func newUniverse(ctx context.Context, source *Source, root string, mutants []Mutant) (*universe, error) {
	module, err := moduleOf(source)
	if err != nil {
		return nil, err
	}
	u := &universe{source: source, module: module}
	paths, err := u.outsiders(mutants)
	if err != nil {
		return nil, err
	}
	if u.data, err = compiled(ctx, root, paths); err != nil {
		return nil, err
	}
	return u.again(), nil
}

// again returns a second universe of the same source, for another goroutine.
func (u *universe) again() *universe {
	return &universe{
		source: u.source, module: u.module, data: u.data, outside: u.data.importer(),
		known: make(map[string]*types.Package), meant: make(map[string]map[string]map[int]symbol),
	}
}

func moduleOf(source *Source) (string, error) {
	text, err := source.read("go.mod")
	if err != nil {
		return "", errors.New("the source has no go.mod")
	}
	for line := range strings.Lines(text) {
		if module, ok := strings.CutPrefix(line, "module "); ok {
			return unquote(strings.TrimSpace(module)), nil
		}
	}
	return "", errors.New("go.mod names no module")
}

// folder returns the folder of a package of the module.
func (u *universe) folder(at string) (folder string, ours bool) {
	if at == u.module {
		return ".", true
	}
	folder, ours = strings.CutPrefix(at, u.module+"/")
	return folder, ours
}

func (u *universe) path(folder string) string { return path.Join(u.module, folder) }

// outsiders returns the packages of other modules that the source imports, or a
// mutant wants to.
func (u *universe) outsiders(mutants []Mutant) ([]string, error) {
	seen := make(map[string]bool)
	for i := range mutants {
		for _, e := range mutants[i].Edits {
			for _, text := range e.Imports {
				seen[readImport(strings.TrimPrefix(text, "-")).path] = true
			}
		}
	}
	err := fs.WalkDir(u.source.tree, ".", func(at string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && isNoPackage(at, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(at, ".go") || strings.HasSuffix(at, "_test.go"):
			return nil
		}
		text, err := u.source.read(at)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), at, text, parser.ImportsOnly)
		if err != nil {
			return nil //nolint:nilerr // who needs the package will be told
		}
		for _, spec := range file.Imports {
			seen[importOf(spec).path] = true
		}
		return nil
	})
	var paths []string
	for at := range seen {
		if _, ours := u.folder(at); !ours && at != "unsafe" && at != "C" {
			paths = append(paths, at)
		}
	}
	slices.Sort(paths)
	return paths, err
}

// compiled returns packages as the go command compiles them, and all that they
// need.
func compiled(ctx context.Context, root string, paths []string) (exportData, error) {
	args := append([]string{"list", "-e", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, paths...)
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // what the source imports
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	files := make(exportData)
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		at, file, _ := strings.Cut(lines.Text(), "\t")
		files[at] = file
	}
	return files, nil
}

// exportData is where compiled packages are.
type exportData map[string]string

// importer returns an importer that remembers what it read.
func (d exportData) importer() types.Importer {
	return importer.ForCompiler(token.NewFileSet(), "gc", func(at string) (io.ReadCloser, error) {
		if d[at] == "" {
			return nil, fmt.Errorf("package %s is not to be found", at)
		}
		return os.Open(d[at])
	})
}

// view is a universe with the changed files of one mutant.
type view struct {
	*universe
	changed map[string]string // texts by path
	fresh   map[string]*types.Package
	busy    map[string]bool
	differs map[string]bool // folders: whether they, or what they import, are changed
}

// with returns the universe with changed files.
func (u *universe) with(changed map[string]string) *view {
	return &view{
		universe: u, changed: changed, fresh: make(map[string]*types.Package),
		busy: make(map[string]bool), differs: make(map[string]bool),
	}
}

// Import returns a package with its declarations, as types.Config asks for it.
func (v *view) Import(at string) (*types.Package, error) {
	if at == "unsafe" {
		return types.Unsafe, nil
	}
	folder, ours := v.folder(at)
	if !ours {
		return v.outside.Import(at)
	}
	known := v.known
	if v.isChanged(folder) {
		known = v.fresh
	}
	if p := known[folder]; p != nil {
		return p, nil
	}
	if v.busy[folder] {
		return nil, fmt.Errorf("package %s imports itself", folder)
	}
	v.busy[folder] = true
	defer delete(v.busy, folder)
	p, err := v.check(folder, nil)
	if p == nil {
		return nil, err
	}
	known[folder] = p
	return p, nil
}

// isChanged reports whether a package, or one that it imports, has a changed
// file.
func (v *view) isChanged(folder string) bool {
	if known, ok := v.differs[folder]; ok {
		return known
	}
	v.differs[folder] = false // one that imports itself is found elsewhere
	for at := range v.changed {
		if path.Dir(at) == folder {
			v.differs[folder] = true
			return true
		}
	}
	for _, f := range v.source.folder(folder).files {
		for _, spec := range f.ast.Imports {
			if other, ours := v.folder(importOf(spec).path); ours && v.isChanged(other) {
				v.differs[folder] = true
				return true
			}
		}
	}
	return false
}

// files returns the files of a package, changed ones as they are changed.
func (v *view) files(folder string) ([]*file, error) {
	f := v.source.folder(folder)
	if f.err != nil {
		return nil, f.err
	}
	files := slices.Clone(f.files)
	for i, unchanged := range files {
		if text, ok := v.changed[unchanged.path]; ok {
			changed, err := parse(v.source.set, unchanged.path, text)
			if err != nil {
				return nil, err
			}
			files[i] = changed
		}
	}
	return files, nil
}

// check type-checks a package: with the bodies of its functions if there is an
// info to fill, or else its declarations. It returns what it can of one with
// errors.
func (v *view) check(folder string, info *types.Info) (*types.Package, error) {
	files, err := v.files(folder)
	if err != nil {
		return nil, err
	}
	return v.checkFiles(folder, files, info)
}

func (v *view) checkFiles(folder string, files []*file, info *types.Info) (*types.Package, error) {
	var problems []error
	config := types.Config{
		Importer: v, IgnoreFuncBodies: info == nil, Sizes: types.SizesFor("gc", runtime.GOARCH),
		Error: func(err error) { problems = append(problems, err) },
	}
	var trees []*ast.File
	for _, f := range files {
		trees = append(trees, f.ast)
	}
	p, err := config.Check(v.path(folder), v.source.set, trees, info)
	if len(problems) > 1 {
		err = fmt.Errorf("%w (and %d more)", problems[0], len(problems)-1)
	}
	return p, err
}
