package main

import (
	"errors"
	"fmt"
	"syscall"
)

// hideMemory keeps the memory of the host, in which the secrets of all providers are,
// from core dumps, debuggers, and other processes of its user.
func hideMemory() error {
	const setDumpable = 4 // PR_SET_DUMPABLE
	var hidden error
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setDumpable, 0, 0); errno != 0 {
		hidden = fmt.Errorf("the memory cannot be hidden: %w", errno)
	}
	return errors.Join(hidden, syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}))
}
