package scripted

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Process is a process of the plugin.
type Process struct {
	PID     int
	Host    int    // the PID of the process that started it
	Nonce   string // no other process has it
	Version string // of the binary
}

// Processes returns the plugin's processes that the account has seen and that are there.
func (a *Account) Processes() []Process {
	var there []Process
	for _, s := range a.sessions() {
		if s.lost().IsZero() {
			there = append(there, *s.process)
		}
	}
	return there
}

// KillProcesses ends all processes of the plugin that are there by SIGKILL, and returns when
// their connections are gone. It returns how many there were.
func (a *Account) KillProcesses() int { return a.each(syscall.SIGKILL, true) }

// StopProcesses makes all processes of the plugin hang, as if by a deadlock, until
// ContinueProcesses, and returns when they do. It returns how many there are. On systems
// without /proc they may go on for a moment.
func (a *Account) StopProcesses() int {
	n := a.each(syscall.SIGSTOP, false)
	for _, p := range a.Processes() {
		p.awaitStop()
	}
	return n
}

// ContinueProcesses lets processes go on that StopProcesses made hang.
func (a *Account) ContinueProcesses() int { return a.each(syscall.SIGCONT, false) }

// TerminateProcesses asks the processes to end in good order.
func (a *Account) TerminateProcesses() int { return a.each(syscall.SIGTERM, false) }

func (a *Account) each(signal syscall.Signal, wait bool) int {
	n := 0
	for _, s := range a.sessions() {
		if !s.signal(signal) {
			continue
		}
		n++
		if wait {
			<-s.connection.lost
		}
	}
	return n
}

func (a *Account) sessions() []*session {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	var mine []*session
	for _, s := range a.server.sessions {
		if s.account() == a {
			mine = append(mine, s)
		}
	}
	return mine
}

// awaitStop waits until no thread of the process runs: the signal takes its time, and a
// process that is not ours says so in /proc only.
func (p *Process) awaitStop() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for p.runs() {
		<-tick.C
	}
}

// runs reports whether a thread of the process has not been stopped.
func (p *Process) runs() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.PID))
	for _, path := range threads {
		stat, err := os.ReadFile(path) //nolint:gosec // A file of the system's.
		if err != nil {
			continue // the thread has ended
		}
		// The name before the state is in parentheses, and may have any character.
		_, state, _ := bytes.Cut(stat[max(0, bytes.LastIndexByte(stat, ')')):], []byte(" "))
		if !bytes.HasPrefix(state, []byte("T")) && !bytes.HasPrefix(state, []byte("Z")) && !bytes.HasPrefix(state, []byte("X")) {
			return true
		}
	}
	return false
}
