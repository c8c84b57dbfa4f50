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

// pipeGrace bounds the wait for pipes that a dead sandbox's own children hold.
const pipeGrace = time.Second

// StartOptions changes how a sandbox is started. The zero value is the
// default.
type StartOptions struct {
	// Env adds to the environment, as "NAME=value". The child otherwise gets
	// PATH, HOME and TMPDIR only: a sandbox needs none of its starter's
	// secrets.
	Env []string

	// Stderr gets what the child prints there. nil: discarded.
	Stderr io.Writer

	// StartTimeout bounds the wait for the ready line. 0: 10 s.
	StartTimeout time.Duration

	// How long after the start of Close the sandbox gets SIGTERM and SIGKILL. 0:
	// 2 s and 5 s.
	termAfter, killAfter time.Duration
}

// Sandbox is a sandbox that runs as a child process. It may be used by many
// goroutines at once.
type Sandbox struct {
	// Client speaks to the sandbox.
	Client *Client

	// Ready is the line that the sandbox printed, for the fields that it
	// gives beside those of [Ready].
	Ready json.RawMessage

	process *os.Process
	stdin   io.Closer
	done    chan struct{} // closed when the process has been waited for
	err     error         // how it ended; read after done

	termAfter, killAfter time.Duration
	closing              sync.Once
}

// StartSandbox starts a sandbox and waits until it has printed its ready line,
// which must be the first of its standard output. ctx bounds the start only;
// the sandbox runs until Close, and ends by itself should the caller die. A
// sandbox that does not come up is killed and waited for. Its address must
// be loopback.
func StartSandbox(ctx context.Context, command []string, options *StartOptions) (*Sandbox, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("launch a stand-in: the command is empty")
	}
	if options == nil {
		options = &StartOptions{}
	}
	first := newFirstLine()
	sandbox, err := start(ctx, command, first, options)
	if err != nil {
		return nil, fmt.Errorf("launch %s: %w", command[0], err)
	}
	if err := sandbox.connect(ctx, first, options); err != nil {
		sandbox.kill()
		return nil, fmt.Errorf("launch %s: %w", command[0], err)
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

// connect waits for the ready line and makes the client.
func (s *Sandbox) connect(ctx context.Context, first *firstLine, options *StartOptions) error {
	wait := cmp.Or(options.StartTimeout, 10*time.Second)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-first.complete:
	case <-s.done:
		select { // a child may speak and die at once
		case <-first.complete:
		default:
			return fmt.Errorf("it ended before its ready line: %s", s.how())
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
		return "", fmt.Errorf("it speaks %.40q, not %s", ready.Protocol, Protocol)
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

// Done is closed when the sandbox's process has ended, by Close or by itself.
func (s *Sandbox) Done() <-chan struct{} { return s.done }

// Close ends the sandbox: its standard input is closed, after two seconds it
// gets SIGTERM, after five SIGKILL with all that it started. It returns when the
// process has been waited for, a second or two later at most; nil says that the sandbox ended by itself and without an error.
// It may be called again.
func (s *Sandbox) Close() error {
	s.closing.Do(func() {
		if s.Client != nil {
			s.Client.Close()
		}
		_ = s.stdin.Close() // already closed when the child is gone
	})
	if s.endsWithin(s.termAfter) {
		return s.ended()
	}
	_ = s.process.Signal(syscall.SIGTERM) // gone meanwhile is what we want
	if s.endsWithin(s.killAfter - s.termAfter) {
		return s.ended()
	}
	s.kill()
	return fmt.Errorf("the stand-in ended neither with its standard input nor at SIGTERM: %s", s.how())
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
	case <-s.done: // its number may be another's by now
	default:
		killGroup(s.process)
	}
	_ = s.stdin.Close()
	<-s.done // WaitDelay bounds it
}

// ended is nil for a clean end; a pipe that a grandchild held on to is not
// the sandbox's fault.
func (s *Sandbox) ended() error {
	if s.err == nil || errors.Is(s.err, exec.ErrWaitDelay) {
		return nil
	}
	return fmt.Errorf("the stand-in ended: %w", s.err)
}

func (s *Sandbox) how() string {
	if s.err == nil {
		return "exit status 0"
	}
	return s.err.Error()
}
