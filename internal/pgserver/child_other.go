//go:build !linux

package pgserver

import "syscall"

type credential struct{}

func attributes(*credential) *syscall.SysProcAttr { return nil }

func somebody() (*credential, error) { return nil, nil }

func give(string, *credential) error { return nil }

// A server would outlive a process that is killed.
const unsupported = "servers that end with this process are started on Linux only"
