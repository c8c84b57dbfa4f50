package main

import (
	"os/exec"
	"syscall"
)

// endWithParent makes a child end in good order when this process is gone, and keeps the
// signals of the terminal from it: the demo ends it.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
