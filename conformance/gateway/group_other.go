//go:build !unix

package gateway

import (
	"os"
	"os/exec"
)

func ownGroup(*exec.Cmd) {} // process groups exist on Unix only

func killGroup(process *os.Process) { _ = process.Kill() }
