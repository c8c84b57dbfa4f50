package pgserver

import (
	"cmp"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// MissingError says that no server can be started on this machine.
type MissingError struct {
	Why string
}

func (e *MissingError) Error() string { return e.Why }

// Programs returns the folder with the newest PostgreSQL, which Debian does not have on
// the PATH. Its error is a [*MissingError].
func Programs() (string, error) {
	if unsupported != "" {
		return "", &MissingError{unsupported}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", &MissingError{"PostgreSQL is not installed"}
	}
	return filepath.Dir(initdb), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}
