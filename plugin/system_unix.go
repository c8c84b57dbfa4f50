//go:build unix

package plugin

import (
	"os"
	"syscall"
)

// ownProcessGroup keeps the signals of a terminal from the process, and makes it
// and its children one group that can be killed.
func ownProcessGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills every process of the group that pid leads. It is no error if none
// is left.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// errLocked is the error of tryLock if another process has the lock.
const errLocked = syscall.EWOULDBLOCK

// tryLock locks an open file or folder until it is closed or the process ends, for
// whatever reason. Processes that it starts do not inherit the lock.
func tryLock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
