package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A recordedModule is a module in a temporary folder that consists of what is
// recorded, so that apidiff can compile it.
type recordedModule struct {
	root  string
	files map[string]string // declarations by folder
}

// unpackRecord writes the module. The caller removes its root.
func unpackRecord() (*recordedModule, error) {
	root, err := os.MkdirTemp("", "paysocket-api-")
	if err != nil {
		return nil, err
	}
	m := &recordedModule{root: root, files: map[string]string{}}
	if err := m.fill(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(root))
	}
	return m, nil
}

func (m *recordedModule) fill() error {
	for _, name := range []string{"go.mod", "go.sum"} { // the record mentions types of other modules
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(m.root, name), content, 0o600); err != nil {
			return err
		}
	}
	err := fs.WalkDir(os.DirFS(recordFolder), ".", func(path string, entry fs.DirEntry, err error) error {
		folder, isRecord := strings.CutSuffix(path, ".txt")
		if err != nil || !isRecord || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(recordFolder, path))
		if err != nil {
			return err
		}
		m.files[folder] = string(content)
		return m.add(folder, content)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing is recorded yet
	}
	return err
}

func (m *recordedModule) add(folder string, declarations []byte) error {
	folder = filepath.Join(m.root, folder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "api.go"), declarations, 0o600); err != nil {
		return err
	}
	// Beside a file in assembly the compiler accepts functions without bodies.
	return os.WriteFile(filepath.Join(folder, "bodies.s"), nil, 0o600)
}

// apidiff returns what apidiff prints about a package. It prints nothing where the
// code exports what is recorded.
func (m *recordedModule) apidiff(ctx context.Context, program, folder string) (string, error) {
	export := filepath.Join(m.root, "export")
	before := exec.CommandContext(ctx, program, "-w", export, module+"/"+folder)
	before.Dir = m.root
	if _, err := output(before); err != nil {
		return "", err
	}
	return output(exec.CommandContext(ctx, program, export, module+"/"+folder))
}
