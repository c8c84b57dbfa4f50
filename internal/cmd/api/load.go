package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// module is the import path of this module.
const module = "github.com/paysocket/paysocket"

// A promisedPackage is one whose API may not break.
type promisedPackage struct {
	folder string // in the module, such as "plugin/supervisor"
	api    string // its declarations
	types  *types.Package
}

func (p *promisedPackage) record() string { return recordFolder + "/" + p.folder + ".txt" }

// promised returns the folders that are listed under the heading "What is
// promised": each is a line of a list that begins with its name in backquotes.
func promised(markdown string) ([]string, error) {
	_, section, found := strings.Cut(markdown, "\n## What is promised\n")
	if !found {
		return nil, errors.New(`there is no section "What is promised"`)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var folders []string
	for _, match := range regexp.MustCompile("(?m)^- `([^`]+)`").FindAllStringSubmatch(section, -1) {
		folders = append(folders, match[1])
	}
	if len(folders) == 0 {
		return nil, errors.New(`the section "What is promised" lists no package`)
	}
	return folders, nil
}

// load reads what the packages export.
func load(ctx context.Context, folders []string) ([]*promisedPackage, error) {
	var paths []string
	for _, folder := range folders {
		paths = append(paths, module+"/"+folder)
	}
	compiled, err := compile(ctx, paths)
	if err != nil {
		return nil, err
	}
	packages := make([]*promisedPackage, 0, len(folders))
	for i, folder := range folders {
		p, err := compiled.Import(paths[i])
		if err != nil {
			return nil, err
		}
		api, err := declarations(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		packages = append(packages, &promisedPackage{folder: folder, api: api, types: p})
	}
	return packages, nil
}

// onlyPromised returns an error if a package exports what belongs to a package of
// this module that is not promised: nobody outside could name it.
func onlyPromised(packages []*promisedPackage) error {
	var errs []error
	for _, p := range packages {
		file, err := parser.ParseFile(token.NewFileSet(), p.record(), p.api, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			folder, ours := strings.CutPrefix(path, module+"/")
			if ours && !slices.ContainsFunc(packages, func(p *promisedPackage) bool { return p.folder == folder }) {
				errs = append(errs, fmt.Errorf("%s exports declarations that mention %s, which is not promised: make them unexported, or define a type of its own", p.folder, folder))
			}
		}
	}
	return errors.Join(errs...)
}

// compile compiles the packages. The importer knows them and what they import.
func compile(ctx context.Context, paths []string) (types.Importer, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}"}
	list, err := output(exec.CommandContext(ctx, cmp.Or(os.Getenv("GO"), "go"), append(args, paths...)...))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for line := range strings.Lines(list) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(files[path])
	}), nil
}

// output runs a command and returns what it printed. An error says what it printed
// about itself.
func output(command *exec.Cmd) (string, error) {
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", filepath.Base(command.Path), err, complaints.Bytes())
	}
	return string(out), nil
}
