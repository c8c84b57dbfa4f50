package trust

import (
	"errors"
	"fmt"
	"io/fs"
)

// The reasons for which a file is not trusted or not read. Test for them with
// errors.Is.
var (
	// ErrNotRegular: it is a folder, a pipe, a device or a socket.
	ErrNotRegular = errors.New("it is not a regular file")

	// ErrOwner: it, or a folder or link on the way to it, belongs to neither
	// root nor this process's user.
	ErrOwner = errors.New("it belongs to another user")

	// ErrWritable: others can write to it, or to a folder on the way to it.
	ErrWritable = errors.New("others can write to it")

	// ErrUnmapped: it belongs to a user whom the process's user namespace does
	// not know. It is an ErrOwner, too.
	ErrUnmapped = fmt.Errorf("%w, whom this user namespace does not know", ErrOwner)

	// ErrNotPrivate: others may read or write it, or a group that this process
	// is not in, or its group may write it.
	ErrNotPrivate = errors.New("others may use it")

	// ErrExchanged: another file is now at its path.
	ErrExchanged = errors.New("it was exchanged")

	// ErrTooManyLinks: the links on the way to it are more than the system
	// follows.
	ErrTooManyLinks = errors.New("too many links lead to it")

	// ErrTooLong: it is longer than the reader's limit.
	ErrTooLong = errors.New("it is too long")
)

// Error says which file is not trusted, and why. Its text is for the person who
// can correct it. Use the fields to write another text.
type Error struct {
	// Err is one of the reasons of this package.
	Err error

	// Path is what is wrong: the file, or a folder or link on the way to it.
	Path string

	// Mode is the mode of what is at Path, where it is part of the reason.
	Mode fs.FileMode

	// Limit is the reader's, in bytes, of ErrTooLong.
	Limit int64
}

// Error returns the reason and the remedy in one line.
func (e *Error) Error() string {
	switch {
	case errors.Is(e.Err, ErrUnmapped):
		return e.Path + " belongs to a user whom this user namespace does not know, so nobody can know who decides what it is; " +
			"map root's id and that of the file's owner into the namespace, or run the host outside of it"
	case errors.Is(e.Err, ErrOwner):
		return e.Path + " belongs to another user, who decides what it is; " +
			"it must belong to root or to the host's user: chown it, or move what is below it"
	case errors.Is(e.Err, ErrWritable) && e.Mode.IsDir():
		return fmt.Sprintf("others can write to the folder %s (mode %s), and so put something else in the place of what is there; chmod go-w it", e.Path, e.Mode)
	case errors.Is(e.Err, ErrWritable):
		return fmt.Sprintf("others can write to %s (mode %s); chmod go-w it", e.Path, e.Mode)
	case errors.Is(e.Err, ErrNotPrivate):
		return fmt.Sprintf("others may use %s (mode %s); %s", e.Path, e.Mode, Remedy(e.Path))
	case errors.Is(e.Err, ErrExchanged):
		return e.Path + " was exchanged while it was looked at; try again"
	case errors.Is(e.Err, ErrTooManyLinks):
		return "too many links lead to the file"
	case errors.Is(e.Err, ErrTooLong):
		return fmt.Sprintf("it is longer than %d bytes", e.Limit)
	}
	return e.Err.Error()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }
