//go:build unix && !linux

package main

import "syscall"

// hideMemory keeps the memory of the host, in which the secrets of all providers are,
// from core dumps.
func hideMemory() error { return syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
