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
	replace string // as go.mod has it; empty: none
	sums    []byte // what go.sum begins with
}

// line is the rest of the line that begins with the module's path.
func (r *Requirement) line() string {
	if r.replace == "" {
		return r.version + "\n"
	}
	return r.version + "\n\nreplace " + ownModule + " => " + r.replace + "\n"
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
	// With the sums of the checkout nothing has to be asked for that is there.
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
	return Requirement{version: "v0.0.0", replace: written, sums: sums}, nil
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
