package hostproc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// run is one start of a process.
type run struct {
	process        *os.Process
	stdout, stderr *capture
	ended          chan struct{} // closed when it has been waited for
	err            error         // how it ended; read after ended

	mu    sync.Mutex
	known map[identity]*shown // of it and of what it has started
}

// pipeGrace bounds the wait for pipes that children of an ended host hold open.
const pipeGrace = time.Second

// minimalEnvironment is what a host gets of the suite's: no secrets, and no settings that
// would make two runs differ.
func minimalEnvironment() []string {
	var environment []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			environment = append(environment, name+"="+value)
		}
	}
	return environment
}

// start starts a process in a folder, and captures its output in files.
func start(ctx context.Context, argv, env []string, folder, output string) (*run, error) {
	r := &run{ended: make(chan struct{}), known: map[identity]*shown{}}
	var err error
	if r.stdout, err = newCapture(output + ".stdout"); err != nil {
		return nil, err
	}
	if r.stderr, err = newCapture(output + ".stderr"); err != nil {
		return nil, errors.Join(err, r.stdout.Close())
	}
	command := exec.CommandContext(context.WithoutCancel(ctx), argv[0], argv[1:]...) //nolint:gosec // The manifest's command is what is to be run.
	command.Env, command.Dir = env, folder
	command.Stdout, command.Stderr = r.stdout, r.stderr
	command.WaitDelay = pipeGrace
	endWithParent(command)
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the process ends when this thread does
		defer close(r.ended)
		err := command.Start()
		r.process = command.Process
		started <- err
		if err == nil {
			if r.err = command.Wait(); errors.Is(r.err, exec.ErrWaitDelay) {
				r.err = nil // what it has started holds its output open
			}
		}
		_ = r.stdout.Close()
		_ = r.stderr.Close()
	}()
	if err := <-started; err != nil {
		<-r.ended
		return nil, fmt.Errorf("starting %s: %w", argv[0], err)
	}
	return r, nil
}

// kill kills the process, and waits until it is gone.
func (r *run) kill() {
	_ = r.process.Kill() // it fails if it has ended
	<-r.ended            // pipeGrace bounds it
}

// how returns how the process ended.
func (r *run) how() error {
	if r.err == nil {
		return errors.New("exit status 0")
	}
	return r.err
}

func (r *run) wasKilled() bool {
	exit, ok := errors.AsType[*exec.ExitError](r.err)
	if !ok {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
