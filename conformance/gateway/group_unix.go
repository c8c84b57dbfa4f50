//go:build unix

package gateway

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts the child in a process group of its own: Ctrl-C at a terminal
// must not take the sandbox away before the report is written, and killGroup
// reaches what a wrapper script has started.
func ownGroup(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func killGroup(process *os.Process) {
	if err := syscall.Kill(-process.Pid, syscall.SIGKILL); err != nil {
		_ = process.Kill() // gone already, or not a leader
	}
}
