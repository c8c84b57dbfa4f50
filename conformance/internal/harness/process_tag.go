package harness

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// markKey is a variable by which whatever a program starts is known, wherever
// it went.
const markKey = "PAYSOCKET_CONFORMANCE_PROCESS"

// ProcessTag is the value of a variable that a program under test is started with.
type ProcessTag string

// NewProcessTag gives a mark that no other has.
func NewProcessTag() ProcessTag {
	return ProcessTag(fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano()))
}

// Env is the variable, "NAME=value".
func (m ProcessTag) Env() string { return markKey + "=" + string(m) }

// Leftovers are the processes with the mark. Only Linux shows them.
func (m ProcessTag) Leftovers() []int {
	var found []int
	entries, _ := os.ReadDir("/proc") // not there: not Linux
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		environment, _ := os.ReadFile("/proc/" + entry.Name() + "/environ") // another person's, or gone
		if bytes.Contains(append(environment, 0), []byte(m.Env()+"\x00")) {
			found = append(found, pid)
		}
	}
	return found
}

// End ends what is left with the mark, and gives how many processes that were.
func (m ProcessTag) End() int {
	strays := m.Leftovers()
	for _, pid := range strays {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return len(strays)
}
