// Package ownfolder makes temporary folders that belong to a process: what a process
// leaves behind that was killed is removed by the next one that makes such a folder. It
// is for the suite and for tests.
package ownfolder

import (
	"errors"
	"os"
	"path/filepath"
)

// Folder is a temporary folder of this process.
type Folder struct {
	// Path is its absolute path.
	Path string

	locked *os.File
}

// lockName is the file that a process holds for as long as it lives.
const lockName = "lock"

// New makes a folder whose name begins with prefix, and removes those that processes
// which are gone have left.
func New(prefix string) (_ *Folder, err error) {
	Sweep(prefix)
	f := &Folder{}
	if f.Path, err = os.MkdirTemp("", prefix); err != nil {
		return nil, err
	}
	// A sweep finds the lock when it is held, and not before.
	if f.locked, err = os.Create(filepath.Join(f.Path, "locking")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(f.Path))
	}
	if err := errors.Join(lock(f.locked), os.Rename(f.locked.Name(), filepath.Join(f.Path, lockName))); err != nil {
		return nil, errors.Join(err, f.Remove())
	}
	return f, nil
}

// Remove removes the folder with everything in it.
func (f *Folder) Remove() error { return errors.Join(os.RemoveAll(f.Path), f.locked.Close()) }

// Sweep removes the folders of processes that are gone.
func Sweep(prefix string) {
	locks, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*", lockName))
	if err != nil || !canLock {
		return
	}
	for _, path := range locks {
		file, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // It is found by name in the temporary folder.
		if err != nil {
			continue // it is gone, or another user's
		}
		if lock(file) == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
		_ = file.Close()
	}
}
