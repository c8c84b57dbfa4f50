//go:build !linux

package bench

import (
	"errors"
	"time"
)

// CPU returns how long a process has computed, in all its threads; 0 is this process.
func CPU(int) (time.Duration, error) { return 0, errors.ErrUnsupported }
