package scaffold

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ownModule is the module path of this repository.
const ownModule = "github.com/paysocket/paysocket"

// Requirement is how a go.mod requires Paysocket.
type Requirement struct {
	version string
	replace string   // the right side of a replace directive; empty: none
	needs   []string // the modules that the checkout requires, as "path version"
	sums    []byte   // the checkout's go.sum
}

// Complete reports whether the generated go.mod lists all modules, and perhaps some
// that are not needed. Otherwise the author has to run go mod tidy.
func (r *Requirement) Complete() bool { return r.replace != "" }

// lines returns the end of a go.mod.
func (r *Requirement) lines() string {
	if r.replace == "" {
		return "require " + ownModule + " " + r.version + "\n"
	}
	var b strings.Builder
	b.WriteString("require " + ownModule + " " + r.version + "\n\nrequire (\n")
	for _, need := range r.needs {
		b.WriteString("\t" + need + " // indirect\n")
	}
	b.WriteString(")\n\nreplace " + ownModule + " => " + r.replace + "\n")
	return b.String()
}

// releaseForm does not match the versions that the go command gives to a build of a
// checkout: (devel), v0.0.0-20260102030405-0123456789ab, +dirty.
var releaseForm = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[a-z]+\.?\d*)?$`)

// ErrNoRelease says that the tool was not built from a release, so that a go.mod
// cannot require its version.
var ErrNoRelease = errors.New("this paysocket was built from a checkout, and its version cannot be downloaded")

// Release returns a requirement of the version that the tool itself has.
func Release(version string) (Requirement, error) {
	if !releaseForm.MatchString(version) {
		return Requirement{}, fmt.Errorf("%w (%s)", ErrNoRelease, version)
	}
	return Requirement{version: version}, nil
}

// Checkout returns a requirement of a checkout of Paysocket. From is the folder of
// the new go.mod: a relative path is made relative to it, and an absolute path is
// written as it is.
func Checkout(path, from string) (Requirement, error) {
	if !IsCheckout(path) {
		return Requirement{}, fmt.Errorf("%s is not a checkout of %s: it has no go.mod of that module", path, ownModule)
	}
	// The new go.mod requires what the checkout requires, so that it builds without
	// a network if the checkout does.
	mod, err := os.ReadFile(filepath.Join(path, "go.mod")) //nolint:gosec // the author's choice
	if err != nil {
		return Requirement{}, err
	}
	sums, err := os.ReadFile(filepath.Join(path, "go.sum")) //nolint:gosec // the author's choice
	if err != nil {
		return Requirement{}, err
	}
	written := path
	if !filepath.IsAbs(path) {
		if written, err = relative(from, path); err != nil {
			return Requirement{}, err
		}
	}
	written = filepath.ToSlash(written)
	if strings.ContainsAny(written, "\"`\n\t ") {
		written = fmt.Sprintf("%q", written)
	}
	return Requirement{version: "v0.0.0", replace: written, needs: needsOf(string(mod)), sums: sums}, nil
}

// needsOf returns the modules in the blocks "require (...)" of a go.mod that the go
// command has formatted.
func needsOf(mod string) []string {
	var needs []string
	inside := false
	for line := range strings.Lines(mod) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " //")
		switch {
		case line == "require (":
			inside = true
		case line == ")":
			inside = false
		case inside && line != "":
			needs = append(needs, line)
		}
	}
	return needs
}

func relative(from, to string) (string, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	if to, err = filepath.Abs(to); err != nil {
		return "", err
	}
	path, err := filepath.Rel(from, to)
	if err == nil && !strings.HasPrefix(path, ".") {
		path = "./" + path // otherwise the go command takes it for a module path
	}
	return path, err
}

// IsCheckout reports whether the folder is a checkout of Paysocket.
func IsCheckout(folder string) bool {
	content, err := os.ReadFile(filepath.Join(folder, "go.mod")) //nolint:gosec // only its first line is used
	first, _, _ := strings.Cut(string(content), "\n")
	return err == nil && strings.TrimSpace(first) == "module "+ownModule
}
