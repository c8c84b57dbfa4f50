//go:build unix

package gateway

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup starts the child in a new process group. Then Ctrl-C in a terminal does
// not end the sandbox before the report is written, and killGroup also ends what a
// wrapper script has started.
func ownGroup(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func killGroup(process *os.Process) {
	if err := syscall.Kill(-process.Pid, syscall.SIGKILL); err != nil {
		_ = process.Kill() // the group has ended, or the child leads none
	}
}
