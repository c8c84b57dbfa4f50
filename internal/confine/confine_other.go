//go:build unix && !linux

package confine

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
)

// Process keeps the memory of the process from core dumps.
func Process() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("core dumps cannot be switched off: %w", err)
	}
	return nil
}

// Files confines nothing: only Linux has what is used for it.
func Files(*FileRights) error {
	return errors.New("confinement needs Linux, and this is " + runtime.GOOS)
}

// Ports confines nothing, as Files does.
func Ports([]uint16) (lacking, err error) { return nil, errors.ErrUnsupported }
