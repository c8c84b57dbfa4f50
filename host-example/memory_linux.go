package main

import (
	"syscall"
)

// hideMemory keeps the memory of the host, in which the secrets of all providers are,
// from core dumps, debuggers, and other processes of its user.
func hideMemory() error {
	const setDumpable = 4 // PR_SET_DUMPABLE
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setDumpable, 0, 0); errno != 0 {
		return errno
	}
	return syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}
