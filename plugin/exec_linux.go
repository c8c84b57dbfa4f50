package plugin

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// descriptorPath returns the path by which a child executes the file that it
// inherits under this number, and so the very file that was checked; "" where
// there is none.
func descriptorPath(fd int) string {
	const folder = "/proc/self/fd"
	if _, err := os.Stat(folder); err != nil {
		return ""
	}
	return filepath.Join(folder, strconv.Itoa(fd))
}

// isOnNoexec reports whether nothing on the file's mount can be executed.
func isOnNoexec(file *os.File) bool {
	const noexec = 8 // ST_NOEXEC
	var stat syscall.Statfs_t
	return syscall.Fstatfs(int(file.Fd()), &stat) == nil && stat.Flags&noexec != 0
}

// nameProcess sets the name that lists of processes show, which would be the number
// of the descriptor by which the process was executed. It is for people, and may
// fail.
func nameProcess(path string) { _ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(path)), 0) }
