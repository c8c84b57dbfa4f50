package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// maxSocketFolder leaves room for the names that go-plugin makes below it:
// together they must fit the 104 bytes that a socket's address has on the
// tightest of systems.
const maxSocketFolder = 60

const socketFolderPattern = "paysocket-"

// makeSocketFolder makes the folder, mode 0700, in which one process makes its
// socket. It prefers the user's runtime folder: the temporary one is swept by
// cleaners that know nothing of sockets in use.
func makeSocketFolder(parent string) (string, error) {
	parents := []string{parent}
	if parent == "" {
		parents = []string{filepath.Join("/run/user", strconv.Itoa(os.Getuid())), "/run", os.TempDir()}
	}
	var first error
	for _, parent := range parents {
		folder, err := os.MkdirTemp(parent, socketFolderPattern)
		switch {
		case err == nil && len(folder) > maxSocketFolder:
			_ = os.Remove(folder)
			err = fmt.Errorf("the folder for the socket %s is longer than %d bytes; give a shorter OpenOptions.SocketFolder",
				folder, maxSocketFolder)
		case err == nil:
			return folder, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", fmt.Errorf("make a folder for the socket: %w", first)
}
