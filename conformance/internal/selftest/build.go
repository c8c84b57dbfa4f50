package selftest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Root returns the folder of the module that the working folder is in.
func Root(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	file := strings.TrimSpace(string(output))
	if err != nil || file == "" || file == os.DevNull {
		return "", fmt.Errorf("the working folder is in no Go module, and mutants are built from source: %w", err)
	}
	return filepath.Dir(file), nil
}

// build makes the mutant's binary in the folder. The source stays as it is: the
// go command reads the changed files in place of it.
func (m *Mutant) build(ctx context.Context, source *Source, root, folder, pkg string) (string, error) {
	changed, err := m.changed(source)
	if err != nil {
		return "", err
	}
	replace := make(map[string]string)
	for path, text := range changed {
		copied := filepath.Join(folder, fmt.Sprintf("%d_%s", len(replace), filepath.Base(path)))
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, filepath.FromSlash(path))] = copied
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file, binary := filepath.Join(folder, "overlay.json"), filepath.Join(folder, "mutant")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "build", "-overlay", file, "-tags", strings.Join(source.tags, ","), //nolint:gosec // the mutant's own package
		"-ldflags", "-s -w", "-o", binary, "./"+pkg)
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("mutant %s does not compile: %w\n%s", m.Name, err, output)
	}
	return binary, nil
}
