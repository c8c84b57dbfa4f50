//go:build unix

package confine

import (
	"fmt"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// Descriptors closes the descriptors above the standard ones that the process
// inherited from the one that started it, but for those to keep. An inherited one can
// be told by its surviving an exec; this process's own do not, if Go opened them.
func Descriptors(keep ...int) error {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		entries, err = os.ReadDir("/dev/fd") // of other systems
	}
	if err != nil {
		return fmt.Errorf("inherited descriptors cannot be found: %w", err)
	}
	for _, entry := range entries {
		descriptor, err := strconv.Atoi(entry.Name())
		if err != nil || descriptor <= 2 || slices.Contains(keep, descriptor) {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(descriptor), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			_ = unix.Close(descriptor)
		}
	}
	return nil
}
