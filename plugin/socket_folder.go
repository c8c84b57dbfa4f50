package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/paysocket/paysocket/internal/text"
)

// maxSocketName is how long the name of a socket may be that a plugin makes in its
// folder.
const maxSocketName = 20

// The names of all folders for sockets begin with socketFolderPattern. Those that
// begin with heldFolderPattern are locked for as long as their maker lives, so one
// that is not locked belongs to a dead process. Earlier releases locked none.
const (
	socketFolderPattern = "paysocket-"
	heldFolderPattern   = socketFolderPattern + "h"
)

// folderDigits is how many digits follow. More would take room from the path of a
// temporary folder.
const folderDigits = 6

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
	var problems []error
	for _, parent := range parents {
		absolute, err := filepath.Abs(parent)
		if err == nil {
			err = checkSocketParent(absolute)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		folder, err := makeSocketFolderIn(absolute)
		if err == nil {
			sweepSocketFolders(absolute)
			return folder, nil
		}
		problems = append(problems, err)
	}
	return nil, &socketFolderError{problems: problems}
}

// socketFolderError is why none of the folders can have one for a socket.
type socketFolderError struct{ problems []error }

// Error returns all problems in one line.
func (e *socketFolderError) Error() string {
	return "making a folder for the socket: " + text.Join(e.problems, "; ") +
		"; name a folder that this user can write to in OpenOptions.SocketFolder or TMPDIR"
}

// Unwrap returns the problems.
func (e *socketFolderError) Unwrap() []error { return e.problems }

// checkSocketParent makes sure that the handshake and the system can carry the path
// of a socket below the folder.
func checkSocketParent(parent string) error {
	if i := strings.IndexFunc(parent, func(r rune) bool { return r == '|' || unicode.IsControl(r) }); i >= 0 {
		return fmt.Errorf("the folder %q has the character %q in its path, which the handshake between host and plugin cannot carry",
			parent, []rune(parent[i:])[0])
	}
	longest := filepath.Join(parent, heldFolderPattern+strings.Repeat("0", folderDigits), strings.Repeat("s", maxSocketName))
	if len(longest) > maxSocketPath {
		return fmt.Errorf("the folder %s is too long: the path of a socket in it has up to %d bytes, and this system allows %d; "+
			"set a shorter OpenOptions.SocketFolder or TMPDIR, of at most %d bytes",
			parent, len(longest), maxSocketPath, maxSocketPath-(len(longest)-len(parent)))
	}
	return nil
}

// holdTries is how often other hosts may sweep a folder before it is locked.
const holdTries = 10

// makeSocketFolderIn makes a folder in parent. If it cannot be locked, on a file
// system without locks or among very many hosts that start at once, its name is one
// that nobody sweeps.
func makeSocketFolderIn(parent string) (*socketFolder, error) {
	for range holdTries {
		path, err := makeFolder(parent, heldFolderPattern)
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
	path, err := makeFolder(parent, socketFolderPattern)
	if err != nil {
		return nil, err
	}
	return &socketFolder{path: path}, nil
}

// makeFolder is os.MkdirTemp with names of one length.
func makeFolder(parent, prefix string) (string, error) {
	const tries = 1000
	for range tries {
		path := filepath.Join(parent, prefix+fmt.Sprintf("%0*d", folderDigits, rand.IntN(1_000_000))) //nolint:gosec // The mode keeps others out, not the name.
		if err := os.Mkdir(path, 0o700); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
	return "", fmt.Errorf("the folder %s is full of folders for sockets; remove those of processes that have ended", parent)
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
