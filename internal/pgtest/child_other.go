//go:build !linux

package pgtest

import (
	"os"
	"syscall"
)

type credential struct{}

func attributes(*credential) *syscall.SysProcAttr { return nil }

func somebody() (*credential, error) { return nil, nil }

func give(string, *credential) error { return nil }

func lock(*os.File) error { return nil }

// A server would outlive a test binary that is killed.
const unsupported = "servers for tests are started on Linux only"
