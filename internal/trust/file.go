package trust

import (
	"io"
	"io/fs"
	"os"
	"syscall"
)

// File is a regular file that is open for reading.
type File struct {
	*os.File

	info fs.FileInfo // of the open file
}

// Open opens a regular file. It never waits, as for the writer of a named pipe.
func Open(path string) (*File, error) {
	// Without O_NONBLOCK the open of a named pipe waits for its writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The path is the caller's own choice.
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &Error{Err: ErrNotRegular, Path: path, Mode: info.Mode()}
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &File{File: file, info: info}, nil
}

// Mode returns the mode that the file had when it was opened.
func (f *File) Mode() fs.FileMode { return f.info.Mode() }

// CheckContent makes sure that nobody but root and this process's user could
// have written what is in the file.
func (f *File) CheckContent() error { return ours().checkFile(f.Name(), f.info) }

// CheckPath makes sure that nobody but root and this process's user decides
// what stands at the path by which the file was opened, and that it is still
// this file. It looks at every folder and every link on the way, as sshd does
// for the files of a login.
func (f *File) CheckPath() error {
	info, err := Path(f.Name())
	if err != nil {
		return err
	}
	if !os.SameFile(info, f.info) {
		return &Error{Err: ErrExchanged, Path: f.Name()}
	}
	return nil
}

// CheckPrivate makes sure that the file's mode lets nobody but its owner write it,
// and nobody else read it but a group that this process is in, as that of a
// Kubernetes volume with an fsGroup, or one that has no other members. Who the
// owner is, CheckContent asks.
func (f *File) CheckPrivate() error { return ours().checkPrivate(f.Name(), f.info) }

// ReadAll reads the file from where it is to its end, and at most limit bytes.
func (f *File) ReadAll(limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = &Error{Err: ErrTooLong, Path: f.Name(), Limit: limit}
	}
	return content, err
}
