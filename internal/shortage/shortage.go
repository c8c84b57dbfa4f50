// Package shortage recognises a machine's temporary trouble, as opposed to what stays
// wrong until somebody corrects it.
package shortage

import (
	"errors"
	"slices"
	"syscall"
)

// Is reports whether the error is one of the system's for want of something that
// comes back by itself: file descriptors, processes, memory, room on a disk, the end of
// a writer of the file, or a read that succeeds, as on a network's file system.
func Is(err error) bool {
	number, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains([]syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.EAGAIN, syscall.ENOMEM, syscall.ENOBUFS, syscall.ENOSPC, syscall.EDQUOT, syscall.ETXTBSY,
		syscall.EINTR, syscall.EIO,
	}, number)
}
