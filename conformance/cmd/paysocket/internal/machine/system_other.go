//go:build unix && !linux

package machine

// landlockABI returns the version of the kernel's landlock in words.
func landlockABI() string { return "is of Linux" }

// synchronised does not know.
func synchronised() Line { return ok("clock", "synchronised", "this system does not say") }
