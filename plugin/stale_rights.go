package plugin

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// rightsWatch notices that a file which the process may read was replaced. Its right
// is one to the file that was there, and not to its name: the new file cannot be
// read, as resolv.conf after a change of the network, and no name is found any more.
type rightsWatch struct {
	paths []string

	mu   sync.Mutex
	lost string // the first path that cannot be read any more; empty if all can
}

// watchRights watches those of the paths that can be read now, and those that are
// not there.
func watchRights(paths []string) *rightsWatch {
	w := &rightsWatch{}
	for _, path := range paths {
		if path != "" && !isRefused(path) {
			w.paths = append(w.paths, path)
		}
	}
	return w
}

// stale returns a path that cannot be read any more, and whether this is the first
// call to find it; "" if there is none. What is lost stays lost.
func (w *rightsWatch) stale() (path string, first bool) {
	if w == nil {
		return "", false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lost != "" {
		return w.lost, false
	}
	for _, path := range w.paths {
		if isRefused(path) {
			w.lost = path
			return path, true
		}
	}
	return "", false
}

// isRefused reports whether there is a file or a folder that this process may not
// read. Others are not opened: a named pipe or a device might notice.
func isRefused(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return false
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The system's own files, and what the provider named.
	if err == nil {
		_ = file.Close()
	}
	return errors.Is(err, fs.ErrPermission)
}
