package plugin

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"

	"github.com/paysocket/paysocket/internal/trust"
)

var heldFolder = regexp.MustCompile("^" + heldFolderPattern + "[0-9]+$")

// sweepSocketFolders removes what hosts left in parent that were killed, and whose
// providers were stopped or had not started. What cannot be removed stays, since
// nothing depends on it.
func sweepSocketFolders(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		if heldFolder.MatchString(entry.Name()) {
			sweepSocketFolder(filepath.Join(parent, entry.Name()))
		}
	}
}

// sweepSocketFolder removes a folder of this process's user that is not locked. It
// works on the open folder, since what is at the path may change: it removes only
// sockets and empty folders, and follows no link.
func sweepSocketFolder(path string) {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 || !trust.IsOurs(info) {
		return
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return
	}
	defer func() { _ = root.Close() }()
	lock, err := root.Open(".")
	if err != nil {
		return
	}
	defer func() { _ = lock.Close() }()
	if !isAt(path, lock) || tryLock(lock) != nil {
		return
	}
	removeSocketsBelow(root, ".")
	if isAt(path, lock) {
		_ = os.Remove(path) // what is not empty stays
	}
}

// removeSocketsBelow removes sockets as deep as go-plugin makes them: in the
// folders of the folder.
func removeSocketsBelow(root *os.Root, folder string) {
	entries, _ := fs.ReadDir(root.FS(), folder)
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		switch {
		case entry.Type() == fs.ModeSocket:
			_ = root.Remove(name)
		case entry.IsDir() && folder == ".":
			removeSocketsBelow(root, name)
			_ = root.Remove(name)
		}
	}
}
