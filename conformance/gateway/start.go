package gateway

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"
)

// pipeGrace bounds the wait for pipes that children of an ended sandbox hold open.
const pipeGrace = time.Second

// StartOptions configures [StartSandbox]. The zero value is valid.
type StartOptions struct {
	// Env adds variables to the environment, as "NAME=value". Otherwise the child
	// has PATH, HOME and TMPDIR only, because a sandbox needs no secrets of the
	// process that starts it.
	Env []string

	// Stderr receives what the child prints to standard error. nil: discarded.
	Stderr io.Writer

	// StartTimeout bounds the wait for the ready line. 0: 10 s.
	StartTimeout time.Duration

	// When Close sends SIGTERM and SIGKILL, from its start. 0: 2 s and 5 s.
	termAfter, killAfter time.Duration
}

// Sandbox is a sandbox that runs as a child process. It is safe for concurrent use.
type Sandbox struct {
	// Client is a client of the sandbox. Close closes it.
	Client *Client

	// Ready is the line that the sandbox printed. It may have more fields than
	// those of the type Ready.
	Ready json.RawMessage

	process *os.Process
	stdin   io.Closer
	done    chan struct{} // closed when the process has been waited for
	err     error         // how it ended; read after done

	termAfter, killAfter time.Duration
	closing              sync.Once
}

// StartSandbox starts a sandbox as a child process, without a shell, and waits for
// its ready line, which must be the first line of its standard output. ctx bounds
// the start only. The sandbox runs until Close is called, or until this process
// ends and so closes the sandbox's standard input. StartSandbox fails if there is no
// ready line in time or if its address is not loopback; the child has been killed
// then.
func StartSandbox(ctx context.Context, command []string, options *StartOptions) (*Sandbox, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("starting a sandbox: the command is empty")
	}
	if options == nil {
		options = &StartOptions{}
	}
	first := newFirstLine()
	sandbox, err := start(ctx, command, first, options)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", command[0], err)
	}
	if err := sandbox.connect(ctx, first, options); err != nil {
		sandbox.kill()
		return nil, fmt.Errorf("starting %s: %w", command[0], err)
	}
	return sandbox, nil
}

func start(ctx context.Context, command []string, stdout io.Writer, options *StartOptions) (*Sandbox, error) {
	child := exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...) //nolint:gosec // the caller's own command is what StartSandbox is for
	child.Env = append(minimalEnvironment(), options.Env...)
	child.Stdout = stdout
	child.Stderr = options.Stderr
	child.WaitDelay = pipeGrace
	ownGroup(child)
	stdin, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	sandbox := &Sandbox{
		process: child.Process, stdin: stdin, done: make(chan struct{}),
		termAfter: cmp.Or(options.termAfter, 2*time.Second),
		killAfter: cmp.Or(options.killAfter, 5*time.Second),
	}
	go func() {
		defer close(sandbox.done)
		sandbox.err = child.Wait()
	}()
	return sandbox, nil
}

func minimalEnvironment() []string {
	var environment []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			environment = append(environment, name+"="+value)
		}
	}
	return slices.Clip(environment)
}

// connect waits for the ready line and creates the client.
func (s *Sandbox) connect(ctx context.Context, first *firstLine, options *StartOptions) error {
	wait := cmp.Or(options.StartTimeout, 10*time.Second)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-first.complete:
	case <-s.done:
		select { // a child may print its line and end at once
		case <-first.complete:
		default:
			return fmt.Errorf("it ended before its ready line: %s", s.exitStatus())
		}
	case <-timer.C:
		return fmt.Errorf("no ready line within %s", wait)
	case <-ctx.Done():
		return ctx.Err()
	}
	line, err := first.line()
	if err != nil {
		return err
	}
	manage, err := parseReady(line)
	if err != nil {
		return err
	}
	s.Ready = line
	s.Client, err = NewClient(manage)
	return err
}

func parseReady(line []byte) (manage string, err error) {
	var ready Ready
	if err := json.Unmarshal(line, &ready); err != nil {
		return "", fmt.Errorf("its first line is not the JSON of a ready line: %.80q", line)
	}
	if ready.Protocol != Protocol {
		return "", fmt.Errorf("it has the protocol %.40q, not %s", ready.Protocol, Protocol)
	}
	parsed, err := url.Parse(ready.Manage)
	if err != nil {
		return "", errors.New("manage in its ready line is not a URL")
	}
	if host := parsed.Hostname(); host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return "", fmt.Errorf("manage in its ready line is not a loopback address: %.80q", ready.Manage)
	}
	return ready.Manage, nil
}

// Done returns a channel that is closed when the sandbox's process has ended, by
// Close or by itself.
func (s *Sandbox) Done() <-chan struct{} { return s.done }

// Close ends the sandbox and waits for its process. It closes the sandbox's standard
// input, sends SIGTERM after two seconds, and kills the process group after five. It
// returns nil if the sandbox was not killed and exited with status 0. It may be
// called more than once.
func (s *Sandbox) Close() error {
	s.closing.Do(func() {
		if s.Client != nil {
			s.Client.Close()
		}
		_ = s.stdin.Close() // closed already if the child has ended
	})
	if s.endsWithin(s.termAfter) {
		return s.ended()
	}
	_ = s.process.Signal(syscall.SIGTERM) // fails if it has ended meanwhile
	if s.endsWithin(s.killAfter - s.termAfter) {
		return s.ended()
	}
	s.kill()
	return fmt.Errorf("the sandbox ended neither when its standard input was closed nor at SIGTERM: %s", s.exitStatus())
}

func (s *Sandbox) endsWithin(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-s.done:
		return true
	case <-timer.C:
		return false
	}
}

func (s *Sandbox) kill() {
	select {
	case <-s.done: // another process may have its id now
	default:
		killGroup(s.process)
	}
	_ = s.stdin.Close()
	<-s.done // WaitDelay bounds it
}

// ended returns nil if the sandbox exited with status 0. That one of its children
// kept a pipe open is no error.
func (s *Sandbox) ended() error {
	if s.err == nil || errors.Is(s.err, exec.ErrWaitDelay) {
		return nil
	}
	return fmt.Errorf("the sandbox ended: %w", s.err)
}

func (s *Sandbox) exitStatus() string {
	if s.err == nil {
		return "exit status 0"
	}
	return s.err.Error()
}
