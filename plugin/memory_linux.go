package plugin

import (
	"fmt"
	"os"
)

// residentMemory returns how many bytes of memory a process has resident, with what it
// shares with others, such as its code; 0 if the process is gone or hidden.
func residentMemory(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	var size, resident int64 // in pages
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * int64(os.Getpagesize())
}
