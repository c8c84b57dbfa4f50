//go:build unix

package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// keepDescriptors keeps the descriptors that the host itself inherited, or that a library in
// C has opened, from its providers. Go keeps its own.
func keepDescriptors() error {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		entries, err = os.ReadDir("/dev/fd") // of other systems
	}
	if err != nil {
		return fmt.Errorf("the host's descriptors cannot be found, so providers may inherit some: %w", err)
	}
	for _, entry := range entries {
		if descriptor, err := strconv.Atoi(entry.Name()); err == nil && descriptor > 2 {
			syscall.CloseOnExec(descriptor)
		}
	}
	return nil
}
