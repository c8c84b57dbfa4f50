//go:build unix

package plugin

import (
	"os"
	"syscall"
)

// ownProcessGroup keeps a terminal's signals from the process, and makes it
// and its children one group to kill.
func ownProcessGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends every process of the group that pid leads. That there is none
// left is no error.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// errLocked: another has the lock.
const errLocked = syscall.EWOULDBLOCK

// tryLock takes the lock of an open file or folder, until it is closed or the
// process ends, however that comes. A process that it starts does not get it.
func tryLock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
