package harness

import "runtime"

// maxDump bounds the dump of goroutines in a report.
const maxDump = 64 << 10

// goroutines returns the stacks of all goroutines, for a check that hangs.
func goroutines() string {
	dump := make([]byte, maxDump)
	return string(dump[:runtime.Stack(dump, true)])
}
