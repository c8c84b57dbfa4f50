//go:build unix

package plugin

import "syscall"

// ownProcessGroup keeps a terminal's signals from the process, and makes it
// and its children one group to kill.
func ownProcessGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends every process of the group that pid leads. That there is none
// left is no error.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
