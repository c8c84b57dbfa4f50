//go:build !linux

package hostproc

import (
	"os/exec"
	"syscall"
)

// endWithParent keeps the signals of the terminal from a process: the suite ends it after
// the report. It outlives a suite that is killed; only Linux can prevent that.
func endWithParent(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

type identity struct{}

type shown struct{}

// look sees nothing: other systems have no /proc.
func (r *run) look() {}

func (r *run) left() []int { return nil }

func (r *run) traces(string) []Trace { return nil }
