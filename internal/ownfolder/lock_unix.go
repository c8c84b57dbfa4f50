//go:build unix

package ownfolder

import (
	"os"
	"syscall"
)

// lock holds a file until this process ends.
func lock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

const canLock = true
