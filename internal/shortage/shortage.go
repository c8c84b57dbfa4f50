// Package shortage tells a machine's short trouble from what stays wrong until
// somebody corrects it.
package shortage

import (
	"errors"
	"slices"
	"syscall"
)

// Is reports whether the error is one of the system's for want of something that
// comes back by itself: file descriptors, processes, memory, room on a disk, or the
// end of a writer of the file.
func Is(err error) bool {
	number, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains([]syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.EAGAIN, syscall.ENOMEM, syscall.ENOBUFS, syscall.ENOSPC, syscall.EDQUOT, syscall.ETXTBSY,
		syscall.EINTR, syscall.EIO,
	}, number)
}
