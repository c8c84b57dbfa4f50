package plugin

import (
	"os"
	"path/filepath"
	"strconv"
)

// descriptorPath gives the path by which a child executes the file that it
// inherits under this number, and so the very file that was looked at; "" where
// that is not to be had.
func descriptorPath(fd int) string {
	const folder = "/proc/self/fd"
	if _, err := os.Stat(folder); err != nil {
		return ""
	}
	return filepath.Join(folder, strconv.Itoa(fd))
}

// nameProcess gives the process the name that lists of processes show: executed
// by a descriptor it has that one's number. It is for people, and may fail.
func nameProcess(path string) { _ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(path)), 0) }
