package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// maxSocketFolder leaves room for the names that go-plugin makes below the folder:
// the address of a socket has 104 bytes on some systems.
const maxSocketFolder = 60

// The names of all folders for sockets begin with socketFolderPattern. Those that
// begin with heldFolderPattern are locked for as long as their maker lives, so one
// that is not locked belongs to a dead process. Earlier releases locked none.
const (
	socketFolderPattern = "paysocket-"
	heldFolderPattern   = socketFolderPattern + "h"
)

// socketFolder is a folder, mode 0700, in which one process makes its socket.
type socketFolder struct {
	path string
	lock *os.File // nil if it could not be locked
}

// remove removes the folder with all that is in it.
func (f *socketFolder) remove() error {
	err := os.RemoveAll(f.path)
	f.release()
	return err
}

// release lets others remove the folder.
func (f *socketFolder) release() {
	if f.lock != nil {
		_ = f.lock.Close()
	}
}

// makeSocketFolder makes a folder in parent, or by default in the user's runtime
// folder: programs that clean the temporary folder remove sockets in use.
func makeSocketFolder(parent string) (*socketFolder, error) {
	parents := []string{parent}
	if parent == "" {
		parents = []string{filepath.Join("/run/user", strconv.Itoa(os.Geteuid())), "/run", os.TempDir()}
	}
	var first error
	for _, parent := range parents {
		folder, err := makeSocketFolderIn(parent)
		switch {
		case err == nil && len(folder.path) > maxSocketFolder:
			_ = folder.remove()
			err = fmt.Errorf("the folder for the socket, %s, has a name longer than %d bytes; set a shorter OpenOptions.SocketFolder",
				folder.path, maxSocketFolder)
		case err == nil:
			sweepSocketFolders(parent)
			return folder, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("making a folder for the socket: %w", first)
}

// holdTries is how often other hosts may sweep a folder before it is locked.
const holdTries = 10

// makeSocketFolderIn makes a folder in parent. If it cannot be locked, on a file
// system without locks or among very many hosts that start at once, its name is one
// that nobody sweeps.
func makeSocketFolderIn(parent string) (*socketFolder, error) {
	for range holdTries {
		path, err := os.MkdirTemp(parent, heldFolderPattern)
		if err != nil {
			return nil, err
		}
		lock, err := hold(path)
		if err == nil {
			return &socketFolder{path: path, lock: lock}, nil
		}
		if !errors.Is(err, errSwept) {
			_ = os.Remove(path)
			break
		}
	}
	path, err := os.MkdirTemp(parent, socketFolderPattern)
	if err != nil {
		return nil, err
	}
	return &socketFolder{path: path}, nil
}

var errSwept = errors.New("another host removed the folder")

// hold locks a folder that was made just now. Until then it looks like that of a
// dead process, so another host may have locked or removed it.
func hold(path string) (*os.File, error) {
	folder, err := os.Open(path) //nolint:gosec // It was made just now.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errSwept
	}
	if err != nil {
		return nil, err
	}
	if err = tryLock(folder); errors.Is(err, errLocked) || err == nil && !isAt(path, folder) {
		err = errSwept
	}
	if err != nil {
		_ = folder.Close()
		return nil, err
	}
	return folder, nil
}

// isAt reports whether the open folder is what is at the path, and not a link to
// it.
func isAt(path string, folder *os.File) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false
	}
	opened, err := folder.Stat()
	return err == nil && os.SameFile(info, opened)
}
