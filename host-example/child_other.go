//go:build !linux

package main

import (
	"os/exec"
	"syscall"
)

// endWithParent keeps the signals of the terminal from a child: the demo ends it.
func endWithParent(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
