package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// socketPrefix is what the address of a socket of the file system begins with, for people.
const socketPrefix = "unix:"

// longestSocket is how long the path of a socket may be, on Linux.
const longestSocket = 107

// listenSocket opens a socket of the file system that only this user and root can connect
// to. It is made in a folder of its own, so that nobody can connect before it has its
// mode, and takes the place of one that a host has left which was killed.
func listenSocket(ctx context.Context, path string) (_ *endpoint, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if err := freeSocket(ctx, path); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".s") // with mode 0700
	if err != nil {
		return nil, fmt.Errorf("making a socket: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	made := filepath.Join(folder, "s")
	if len(path) > longestSocket || len(made) > longestSocket {
		return nil, fmt.Errorf("the path of the socket %s is too long: name one of less than 90 bytes with --admin", path)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", made)
	if err != nil {
		return nil, err
	}
	if unix, ok := listener.(*net.UnixListener); ok {
		unix.SetUnlinkOnClose(false) // it has another name by then
	}
	const ownerOnly = 0o600
	if err := errors.Join(os.Chmod(made, ownerOnly), os.Rename(made, path)); err != nil {
		return nil, errors.Join(fmt.Errorf("making the socket %s: %w", path, err), listener.Close())
	}
	limit := connectionLimit(maxAdminConnections, 16)
	return &endpoint{listener: bound(&socketListener{Listener: listener, path: path}, limit), socket: path}, nil
}

// freeSocket returns an error if the path of a socket is something else, or is one at
// which a host answers.
func freeSocket(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is there already, and is no socket: name another path with --admin", path)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil // nobody answers there
	}
	return errors.Join(fmt.Errorf("another host answers at the socket %s: end that one, or name another path with --admin", path), conn.Close())
}

// socketListener removes its socket when it is closed.
type socketListener struct {
	net.Listener

	path string
	once sync.Once
}

// Close implements net.Listener.
func (l *socketListener) Close() (err error) {
	err = l.Listener.Close()
	l.once.Do(func() { err = errors.Join(err, os.Remove(l.path)) })
	return err
}

// socketPath returns the path of the admin API's socket: the one that was named, or one
// beside the key file; empty for none.
func (o *Options) socketPath(keyFile string) string {
	switch o.Admin {
	case Off:
		return ""
	case "":
		return strings.TrimSuffix(keyFile, ".key") + ".admin"
	default:
		return o.Admin
	}
}
