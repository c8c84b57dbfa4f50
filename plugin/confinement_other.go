//go:build unix && !linux

package plugin

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
)

// limitProcess keeps the memory of the process, in which the secrets are, from
// core dumps.
func limitProcess() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("core dumps cannot be switched off: %w", err)
	}
	return nil
}

// confineFiles confines nothing: only Linux has what is used for it.
func confineFiles(string, []string) error {
	return errors.New("the sandbox is made of what only Linux has; this is " + runtime.GOOS)
}

// confinePorts is not reached: the ports are not confined where the files are
// not.
func confinePorts([]uint16) (lacking, err error) { return nil, errors.ErrUnsupported }
