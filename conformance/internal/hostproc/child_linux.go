package hostproc

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// endWithParent makes a process end when the thread does that started it, and keeps the
// signals of the terminal from it: the suite ends it after the report.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// identity is a process: its id may be another one's later.
type identity struct {
	pid     int
	started string // its start time in ticks since boot
}

// shown is what everybody on the machine may see of a process.
type shown struct{ cmdline, environ []byte }

// look notes what is to be seen of the process and of everything that it has started.
func (r *run) look() {
	parents := map[int]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return
	}
	starts := map[int]string{}
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		if fields := statOf(pid); fields != nil {
			parents[pid], _ = strconv.Atoi(fields[1])
			starts[pid] = fields[19]
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for pid := range parents {
		if !descends(pid, r.process.Pid, parents) {
			continue
		}
		cmdline, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // empty if it has ended
		environ, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		r.known[identity{pid, starts[pid]}] = &shown{cmdline, environ}
	}
}

func descends(pid, from int, parents map[int]int) bool {
	for range len(parents) {
		switch {
		case pid == from:
			return true
		case pid <= 1:
			return false
		}
		pid = parents[pid]
	}
	return false
}

// statOf returns the fields of a process after its name: state, parent, and so on; nil if
// it is gone.
func statOf(pid int) []string {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
	const least = 20
	if len(fields) < least {
		return nil
	}
	return fields
}

// left returns the ids of the processes that were started by this one and still run.
func (r *run) left() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var left []int
	for one := range r.known {
		if one.pid == r.process.Pid {
			continue
		}
		if fields := statOf(one.pid); fields != nil && fields[19] == one.started && fields[0] != "Z" {
			left = append(left, one.pid)
		}
	}
	return left
}

func (r *run) traces(of string) []Trace {
	r.mu.Lock()
	defer r.mu.Unlock()
	var traces []Trace
	for one, seen := range r.known {
		what := "of " + of
		if one.pid != r.process.Pid {
			what = "of what was started by " + of
		}
		traces = append(traces, Trace{"command line " + what, seen.cmdline}, Trace{"environment " + what, seen.environ})
	}
	return traces
}
