package plugin

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// killStragglers kills what a process that has ended left running outside of its
// group. Its children inherit its environment, in which the variable is like no other's. A
// subreaper would find them as well, but would be the parent of all orphans of the
// host's own children.
func killStragglers(variable string) {
	const rounds = 10 // what starts another while it is killed is found in the next
	for range rounds {
		if !killAllWith([]byte(variable)) {
			return
		}
	}
}

// killAllWith kills the processes with this variable, and reports whether there was one.
func killAllWith(variable []byte) (found bool) {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil || pid == os.Getpid() || !hasVariable(folder, variable) {
			continue
		}
		process, err := os.FindProcess(pid) // holds on to it, whoever gets its id later
		if err != nil {
			continue
		}
		if hasVariable(folder, variable) {
			found = true
			_ = process.Kill()
		}
		_ = process.Release()
	}
	return found
}

func hasVariable(folder string, variable []byte) bool {
	environment, err := os.ReadFile(filepath.Join(folder, "environ")) //nolint:gosec // Of a process; that of others cannot be read.
	if err != nil {
		return false
	}
	for one := range bytes.SplitSeq(environment, []byte{0}) {
		if bytes.Equal(one, variable) {
			return true
		}
	}
	return false
}
