package pgserver

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

type credential = syscall.Credential

// attributes are those of a child that ends when the thread does that started it.
func attributes(as *credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Credential: as}
}

// somebody returns a user that PostgreSQL runs as if this is root, which it refuses; nil
// if this is not root.
func somebody() (*credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // nil leaves the user as it is.
	}
	found, err := user.Lookup("postgres")
	if err != nil {
		found, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// give gives a file to a user.
func give(path string, to *credential) error {
	if to == nil {
		return nil
	}
	return os.Chown(path, int(to.Uid), int(to.Gid))
}

const unsupported = ""
