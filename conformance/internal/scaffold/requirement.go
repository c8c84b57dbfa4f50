package scaffold

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ownModule is the path of this repository's module.
const ownModule = "github.com/paysocket/paysocket"

// Requirement is how a go.mod requires Paysocket.
type Requirement struct {
	version string
	replace string   // as go.mod has it; empty: none
	needs   []string // the modules that the checkout requires, "path version"
	sums    []byte   // the checkout's go.sum
}

// Complete reports whether the go.mod works as it is laid out, though it names
// more than it has to. Otherwise the go command has to complete it.
func (r *Requirement) Complete() bool { return r.replace != "" }

// lines are the end of a go.mod.
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

// releaseForm leaves out what the go command calls a build of a checkout:
// (devel), v0.0.0-20260102030405-0123456789ab, +dirty.
var releaseForm = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[a-z]+\.?\d*)?$`)

// ErrNoRelease says that the tool was not built from a release, so that no
// version can be required.
var ErrNoRelease = errors.New("this paysocket was built from a checkout, and its version cannot be downloaded")

// Release requires the version that the tool itself has.
func Release(version string) (Requirement, error) {
	if !releaseForm.MatchString(version) {
		return Requirement{}, fmt.Errorf("%w (%s)", ErrNoRelease, version)
	}
	return Requirement{version: version}, nil
}

// Checkout requires what is in a checkout of Paysocket. From is the folder that
// the go.mod will be in: a relative path is written relative to that, an
// absolute one as it is.
func Checkout(path, from string) (Requirement, error) {
	if !IsCheckout(path) {
		return Requirement{}, fmt.Errorf("%s is no checkout of %s: it has no go.mod of that module", path, ownModule)
	}
	// With what the checkout requires nothing has to be looked up: what builds
	// there builds here, without a network too.
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

// needsOf reads the blocks "require (...)" of a go.mod in the form that the go
// command gives it.
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
		path = "./" + path // or the go command takes it for a module
	}
	return path, err
}

// IsCheckout reports whether the folder is one of Paysocket.
func IsCheckout(folder string) bool {
	content, err := os.ReadFile(filepath.Join(folder, "go.mod")) //nolint:gosec // only its first line is looked at
	first, _, _ := strings.Cut(string(content), "\n")
	return err == nil && strings.TrimSpace(first) == "module "+ownModule
}
