package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
)

// process is one run of a provider's binary. It replaces go-plugin's own runner,
// with which a grandchild that holds the output open hides the end of the process,
// a line of output can make the host panic, and the handshake is not checked.
type process struct {
	binary          *binaryFile
	socketFolder    string
	wantCertificate bool
	env             []string
	output          *output
	memory          memoryLimit
	logger          *slog.Logger

	stdout *os.File
	exited chan struct{}
	swept  chan struct{}  // closed when what it left behind was looked for
	unread sync.WaitGroup // the readers of its output

	mu       sync.Mutex
	leader   *os.Process // of its group, unless it left that; nil until it runs
	killed   bool        // also before it runs
	address  string
	failure  Failure // of start or handshake
	err      error
	exitText string

	exitKilled bool  // it was killed by this host
	overrun    error // for which it was killed; see boundMemory
}

var _ runner.Runner = (*process)(nil)

// binaryFD is the number under which the process inherits its own binary, after
// hostFD.
const binaryFD = 4

// outputGrace is how long output is read after the end of the process: what it
// wrote itself is in the pipe already, and whoever still writes is not the process.
const outputGrace = 200 * time.Millisecond

// Start implements runner.Runner.
func (p *process) Start(context.Context) error {
	err := p.start() //nolint:contextcheck // The process outlives the start, and so does the reading of its output.
	if err == nil {
		return nil
	}
	failure := FailureSystem
	switch {
	case errors.Is(err, fs.ErrPermission) && isOnNoexec(p.binary.file.File):
		failure = FailureNotExecutable
		err = fmt.Errorf("the system cannot execute it: %w; its file system is mounted noexec: "+
			"put it on another one, or mount that one with exec", err)
	case errors.Is(err, fs.ErrPermission):
		failure = FailureNotExecutable
		err = fmt.Errorf("the system cannot execute it: %w; may the host's user execute it, and every folder above it, "+
			"and does no security module such as AppArmor or SELinux forbid it?", err)
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOEXEC):
		failure = FailureNotExecutable
		err = fmt.Errorf("the system cannot execute it: %w; is it built for this machine, "+
			"and is the interpreter of a script installed, or the loader of a program that is not static?", err)
	case errors.Is(err, syscall.ETXTBSY):
		err = fmt.Errorf("the system cannot execute it now: %w; somebody has it open for writing", err)
	}
	p.fail(failure, err)
	return err
}

func (p *process) start() (err error) {
	var files []*os.File
	defer func() {
		if err != nil {
			closeAll(files)
		}
	}()
	pipe := func() (reading, writing *os.File) {
		if err != nil {
			return nil, nil
		}
		if reading, writing, err = os.Pipe(); err == nil {
			files = append(files, reading, writing)
		}
		return reading, writing
	}
	stdout, childStdout := pipe()
	stderr, childStderr := pipe()
	childHost, host := pipe()
	if err != nil {
		return err
	}

	cmd := &exec.Cmd{
		Path: p.binary.path, Args: []string{p.binary.path}, Env: p.env,
		Stdout: childStdout, Stderr: childStderr,
		ExtraFiles:  []*os.File{childHost}, // becomes file descriptor 3
		SysProcAttr: ownProcessGroup(),
	}
	if path := descriptorPath(binaryFD); path != "" && !p.binary.script {
		cmd.Path, cmd.ExtraFiles = path, append(cmd.ExtraFiles, p.binary.file.File)
	}
	if err = cmd.Start(); err != nil {
		if failed, ok := errors.AsType[*fs.PathError](err); ok {
			failed.Path = p.binary.path
		}
		return err
	}
	closeAll([]*os.File{childStdout, childStderr, childHost})
	p.stdout = stdout
	p.output.started(cmd.Process.Pid)
	p.unread.Go(func() { p.output.read("stderr", stderr) })
	p.runs(cmd.Process)
	if p.memory > 0 {
		go p.boundMemory()
	}
	go p.reap(cmd, host, stdout, stderr)
	return nil
}

// runs records the process, and kills it if that was asked for before it ran.
func (p *process) runs(leader *os.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leader = leader
	if p.killed {
		p.killAll()
	}
}

// killAll kills the group, and the process, which can have left it.
func (p *process) killAll() {
	killGroup(p.leader.Pid)
	_ = p.leader.Kill()
}

func (p *process) id() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.leader == nil {
		return 0
	}
	return p.leader.Pid
}

// reap waits for the end of the process, and kills what it left running. Until then it
// keeps the host's end of the pipe open.
func (p *process) reap(cmd *exec.Cmd, host *os.File, outputs ...*os.File) {
	err := cmd.Wait()
	killGroup(cmd.Process.Pid)
	_ = host.Close()
	text := "exit status 0"
	if err != nil {
		text = err.Error()
	}
	p.mu.Lock()
	p.exitText, p.exitKilled = text, p.killed
	p.mu.Unlock()
	for _, file := range outputs {
		_ = file.SetReadDeadline(time.Now().Add(outputGrace))
	}
	close(p.exited)
	// After the end is known: on a busy machine looking for them takes a while.
	killStragglers(goplugin.EnvUnixSocketDir + "=" + p.socketFolder)
	close(p.swept)
}

// awaitSweep waits for the end of what the process left running, if it ran.
func (p *process) awaitSweep() {
	if p.id() != 0 {
		closedWithin(p.swept, killGrace)
	}
}

// Wait implements runner.Runner.
func (p *process) Wait(context.Context) error {
	<-p.exited
	if text, _ := p.exit(); text != "exit status 0" {
		return errors.New(text)
	}
	return nil
}

// exit returns how the process ended, and whether by itself: the end of one that
// this host killed explains nothing.
func (p *process) exit() (text string, byItself bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exitText, !p.exitKilled
}

// Kill implements runner.Runner.
func (p *process) Kill(context.Context) error {
	p.kill()
	return nil
}

// kill kills the process and its whole group, now or as soon as it runs.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	if p.leader != nil && !p.hasExited() {
		p.killAll()
	}
}

func (p *process) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// Stdout implements runner.Runner: go-plugin reads the handshake from it and then
// nothing until the end.
func (p *process) Stdout() io.ReadCloser { return &handshakeReader{process: p} }

// Stderr implements runner.Runner. It is empty: see output.
func (p *process) Stderr() io.ReadCloser { return io.NopCloser(strings.NewReader("")) }

// Name implements runner.Runner.
func (p *process) Name() string { return p.binary.path }

// ID implements runner.Runner.
func (p *process) ID() string {
	if pid := p.id(); pid != 0 {
		return strconv.Itoa(pid)
	}
	return ""
}

// Diagnose implements runner.Runner. OpenError has a better diagnosis.
func (p *process) Diagnose(context.Context) string { return "" }

// PluginToHost implements runner.Runner, and records the address.
func (p *process) PluginToHost(network, address string) (string, string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.address = address
	return network, address, nil
}

// HostToPlugin implements runner.Runner.
func (p *process) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}

func (p *process) socket() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.address
}

// fail records the first thing that went wrong.
func (p *process) fail(failure Failure, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure == "" {
		p.failure, p.err = failure, err
	}
}

// startFailure returns why go-plugin could not start it; err is go-plugin's error.
func (p *process) startFailure(err error) (Failure, error) {
	select {
	case <-p.exited:
	case <-time.After(outputGrace): // a process that closed its output is about to end
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failure != "":
		return p.failure, p.err
	case p.hasExited():
		return FailureExited, fmt.Errorf("it ended with %q before it was ready; run it by hand to see why", p.exitText)
	default:
		return FailureHandshake, errors.New(excerpt(err.Error()))
	}
}

func closeAll(files []*os.File) {
	for _, file := range files {
		_ = file.Close()
	}
}
