package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/internal/faults"
)

const module = "github.com/paysocket/paysocket/"

// again are the packages whose tests run on another engine by a flag.
var again = map[string]string{"host": "-postgres"}

// found are the tests that call faults.Proved, by folder.
type found map[string][]testAt

type testAt struct{ name, file string }

// findTests reads the tests below a folder.
func findTests(root string) (found, error) {
	tests := found{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || name != root && strings.HasPrefix(entry.Name(), ".")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(source, []byte("faults.Proved(")) {
			return err
		}
		names, err := proving(name, source)
		for _, test := range names {
			folder := filepath.ToSlash(filepath.Dir(name))
			tests[folder] = append(tests[folder], testAt{test, path.Join(folder, filepath.Base(name))})
		}
		return err
	})
	return tests, err
}

// proving returns the tests of a file that call faults.Proved. Where another function
// does, it could not be said which tests to run.
func proving(name string, source []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, declared := range file.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if !ok || !callsProved(function) {
			continue
		}
		if function.Recv != nil || !strings.HasPrefix(function.Name.Name, "Test") {
			return nil, fmt.Errorf("%s: %s calls faults.Proved; the test itself must do so", name, function.Name.Name)
		}
		names = append(names, function.Name.Name)
	}
	return names, nil
}

func callsProved(function *ast.FuncDecl) bool {
	var calls bool
	ast.Inspect(function, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if ok && selector.Sel.Name == "Proved" {
			of, ok := selector.X.(*ast.Ident)
			calls = calls || ok && of.Name == "faults"
		}
		return true
	})
	return calls
}

// ofTests runs the tests, or reads how they ran.
func (p *plan) ofTests(ctx context.Context, tests found) ([]proof, error) {
	if p.events != "" {
		file, err := os.Open(p.events)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		return readEvents(file, tests)
	}
	var all []proof
	for _, folder := range slices.Sorted(maps.Keys(tests)) {
		runs := [][]string{nil}
		if another := again[folder]; another != "" {
			runs = append(runs, []string{another})
		}
		for _, flags := range runs {
			proofs, err := p.runTests(ctx, folder, flags, tests)
			if err != nil {
				return nil, err
			}
			all = append(all, proofs...)
		}
	}
	return all, nil
}

func (p *plan) runTests(ctx context.Context, folder string, flags []string, tests found) ([]proof, error) {
	var names []string
	for _, test := range tests[folder] {
		names = append(names, test.name)
	}
	arguments := []string{"test", "-json", "-run", "^(" + strings.Join(names, "|") + ")$"}
	if p.race {
		arguments = append(arguments, "-race")
	}
	arguments = slices.Concat(arguments, []string{"./" + folder}, flags)
	_, _ = fmt.Fprintln(p.out, "go", strings.Join(arguments, " "))
	var events, complaints bytes.Buffer
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Stdout, command.Stderr = &events, &complaints
	ran := command.Run()
	proofs, err := readEvents(&events, tests)
	if err = errors.Join(err, ran); err != nil {
		err = fmt.Errorf("./%s: %w\n%s", folder, err, complaints.String())
	}
	return proofs, err
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Key, Value, Output string
}

// readEvents returns what the tests that passed have proved. A test that failed is an
// error.
func readEvents(from io.Reader, tests found) ([]proof, error) {
	claims, passed := map[string][]event{}, map[string]bool{}
	output := map[string]string{}
	var wrong error
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Test == "" {
			continue
		}
		name := e.Package + " " + e.Test
		switch e.Action {
		case "attr":
			claims[name] = append(claims[name], e)
		case "output":
			output[name] += e.Output
		case "pass":
			passed[name] = true
		case "fail":
			wrong = errors.Join(wrong, fmt.Errorf("%s failed:\n%s", name, output[name]))
		}
	}
	var proofs []proof
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		for i := range claims[name] {
			if passed[name] {
				claimed, err := readClaim(&claims[name][i], tests)
				proofs, wrong = append(proofs, claimed...), errors.Join(wrong, err)
			}
		}
	}
	return proofs, errors.Join(wrong, lines.Err())
}

func readClaim(e *event, tests found) ([]proof, error) {
	id, ok := strings.CutPrefix(e.Key, faults.Attribute)
	if !ok {
		return nil, nil
	}
	claimed := proof{fault: id}
	if err := json.Unmarshal([]byte(e.Value), &claimed.Injected); err != nil {
		return nil, fmt.Errorf("%s of %s: %w", e.Key, e.Test, err)
	}
	folder := strings.TrimPrefix(e.Package, module)
	test, _, _ := strings.Cut(e.Test, "/")
	claimed.by = test
	at := slices.IndexFunc(tests[folder], func(t testAt) bool { return t.name == test })
	if at < 0 {
		return nil, fmt.Errorf("%s: no file below %s has %s", e.Key, folder, test)
	}
	claimed.link = "../" + tests[folder][at].file
	return []proof{claimed}, nil
}
