//go:build !unix

package ownfolder

import "os"

func lock(*os.File) error { return nil }

// canLock is false: without locks nobody knows whose process is gone.
const canLock = false
