//go:build unix

package plugin

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// ownProcessGroup keeps a terminal's signals from the process, and makes it
// and its children one group to kill.
func ownProcessGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends every process of the group that pid leads. That there is none
// left is no error.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// ownedByRootOrUs reports whether nobody but root and this process's user could
// have written the file.
func ownedByRootOrUs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int(stat.Uid) == os.Getuid())
}

// ownedByUs reports whether the file is one that this process could have made.
func ownedByUs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// errLocked: another has the lock.
const errLocked = syscall.EWOULDBLOCK

// tryLock takes the lock of an open file or folder, until it is closed or the
// process ends, however that comes. A process that it starts does not get it.
func tryLock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// ourGroup reports whether nobody but root and this process's user is in the
// group of the file.
func ourGroup(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	group, groupErr := readBounded("/etc/group", maxAccounts)
	passwd, passwdErr := readBounded("/etc/passwd", maxAccounts)
	return groupErr == nil && passwdErr == nil &&
		groupIsOurs(string(group), string(passwd), strconv.FormatUint(uint64(stat.Gid), 10), strconv.Itoa(os.Getuid()))
}
