package harness

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// processTagName is the environment variable with the tag. A process inherits it,
// so its descendants are found wherever they are.
const processTagName = "PAYSOCKET_CONFORMANCE_PROCESS"

// ProcessTag marks a program under test and all processes that it starts, in their
// environment.
type ProcessTag string

// NewProcessTag returns a unique tag.
func NewProcessTag() ProcessTag {
	return ProcessTag(fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano()))
}

// Env returns the environment variable, "NAME=value".
func (t ProcessTag) Env() string { return processTagName + "=" + string(t) }

// Leftovers returns the ids of the processes with the tag. It finds them on Linux
// only.
func (t ProcessTag) Leftovers() []int {
	var found []int
	entries, _ := os.ReadDir("/proc") // not there: not Linux
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		environment, _ := os.ReadFile("/proc/" + entry.Name() + "/environ") // another person's, or gone
		if bytes.Contains(append(environment, 0), []byte(t.Env()+"\x00")) {
			found = append(found, pid)
		}
	}
	return found
}

// End kills the processes with the tag, and returns how many there were.
func (t ProcessTag) End() int {
	left := t.Leftovers()
	for _, pid := range left {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return len(left)
}
