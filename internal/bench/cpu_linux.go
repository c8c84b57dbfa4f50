package bench

import (
	"time"

	"golang.org/x/sys/unix"
)

// CPU returns how long a process has computed, in all its threads; 0 is this process.
func CPU(pid int) (time.Duration, error) {
	clock := int32(unix.CLOCK_PROCESS_CPUTIME_ID)
	if pid != 0 {
		clock = ^int32(pid)<<3 | 2 //nolint:gosec // process ids have 22 bits; this is what clock_getcpuclockid does
	}
	var at unix.Timespec
	if err := unix.ClockGettime(clock, &at); err != nil {
		return 0, err
	}
	return time.Duration(at.Nano()), nil
}
