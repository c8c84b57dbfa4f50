package checks

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/plugin"
)

// bare is a provider's program that a check started by itself, without the
// runtime of package plugin, which would hide what the check looks for.
type bare struct {
	command *exec.Cmd
	folder  string // for its socket
	mark    harness.ProcessTag
	host    *os.File
	stdout  *os.File
	stderr  lockedBuffer
	lines   chan string   // of its standard output; closed at the end
	ended   chan struct{} // closed when the process has been waited for
	err     error         // how it ended; read after ended
}

const (
	handshakeLimit = 10 * time.Second
	endLimit       = 5 * time.Second
)

// startBare starts the program; with the cookie as a host does, without it as a
// person does. A host has no certificate unless env has it.
func startBare(t *harness.T, e *harness.Env, cookie bool, env ...string) *bare {
	folder, err := os.MkdirTemp("", "ps")
	t.SetupFailed("make a folder for a socket", err)
	b := &bare{folder: folder, mark: harness.NewProcessTag(), lines: make(chan string, 64), ended: make(chan struct{})}
	b.command = exec.CommandContext(context.WithoutCancel(t.Context()), e.Subject.Binary()) //nolint:gosec // the program under test
	b.command.Env = append(b.command.Env, e.Manifest.Provider.Env...)
	b.command.Env = append(append(b.command.Env, b.mark.Env()), env...)
	if cookie {
		b.command.Env = append(b.command.Env,
			plugin.MagicCookieKey+"="+plugin.MagicCookieValue,
			"PLUGIN_PROTOCOL_VERSIONS="+strconv.Itoa(plugin.ProtocolVersion),
			"PLUGIN_UNIX_SOCKET_DIR="+folder,
			plugin.HostFDKey+"=3")
	}
	b.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	b.command.Stderr = &b.stderr
	b.command.WaitDelay = time.Second
	theirs, ours, err := os.Pipe() // when the suite dies, the program sees it
	t.SetupFailed("make a pipe", err)
	b.host = ours
	b.command.ExtraFiles = []*os.File{theirs}
	// A file of its own, so that a child which holds it does not keep the program
	// from being waited for.
	stdout, theirStdout, err := os.Pipe()
	t.SetupFailed("make a pipe", err)
	b.stdout, b.command.Stdout = stdout, theirStdout
	err = b.command.Start()
	_ = theirs.Close()
	_ = theirStdout.Close()
	if err != nil {
		b.remove()
		t.Fatalf("the program cannot be started: %v", err)
	}
	go b.watch()
	go func() {
		defer close(b.ended)
		// Only a child of its own holds its standard error longer than it lives.
		if err := b.command.Wait(); !errors.Is(err, exec.ErrWaitDelay) {
			b.err = err
		}
	}()
	return b
}

// watch reads the standard output until nobody holds it any more.
func (b *bare) watch() {
	scanner := bufio.NewScanner(b.stdout)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		select {
		case b.lines <- scanner.Text():
		default: // nobody reads that many
		}
	}
	close(b.lines)
	_, _ = io.Copy(io.Discard, b.stdout) // of what is no line
}

// printed gives the lines of the standard output of a program that has ended,
// and of what it left behind no more than comes in a moment.
func (b *bare) printed() []string {
	var lines []string
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case line, more := <-b.lines:
			if !more {
				return lines
			}
			lines = append(lines, line)
		case <-timer.C:
			return lines
		}
	}
}

// firstLine gives the first line of the standard output.
func (b *bare) firstLine(limit time.Duration) (string, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case line, ok := <-b.lines:
		if !ok {
			return "", errors.New("it ended without a line; it last printed " + strconv.Quote(b.stderr.tail()))
		}
		return line, nil
	case <-timer.C:
		return "", fmt.Errorf("nothing within %s", limit)
	}
}

// handshake is what a plugin says of itself.
type handshake struct {
	core, protocol   string
	network, address string
	kind             string
	certificate      string // empty: none
}

// parseHandshake reads a line of handshake.
func parseHandshake(line string) (*handshake, error) {
	parts := strings.Split(line, "|")
	if len(parts) < 5 {
		return nil, fmt.Errorf("it is no line of handshake: %.120q", line)
	}
	said := &handshake{core: parts[0], protocol: parts[1], network: parts[2], address: parts[3], kind: parts[4]}
	if len(parts) > 5 {
		said.certificate = parts[5]
	}
	return said, nil
}

// connect opens a connection to a program that announced itself.
func (h *handshake) connect(as credentials.TransportCredentials) (*grpc.ClientConn, error) {
	return grpc.NewClient(h.network+":"+h.address, grpc.WithTransportCredentials(as))
}

// handshake waits for what the program says of itself.
func (b *bare) handshake(t *harness.T) *handshake {
	line, err := b.firstLine(handshakeLimit)
	if err != nil {
		t.Fatalf("no handshake: %v", err)
	}
	said, err := parseHandshake(line)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return said
}

// announced waits for the handshake and connects.
func (b *bare) announced(t *harness.T) (*handshake, *grpc.ClientConn) {
	said := b.handshake(t)
	conn, err := said.connect(insecure.NewCredentials())
	if err != nil {
		t.Fatalf("the address of the handshake cannot be connected to: %v", err)
	}
	return said, conn
}

// endsWithin reports whether the process ended in time.
func (b *bare) endsWithin(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-b.ended:
		return true
	case <-timer.C:
		return false
	}
}

// leavesProcesses reports whether anything that the program started is left, in
// its process group or in one of its own. What was killed is there until it has
// been waited for, so it gets a moment.
func (b *bare) leavesProcesses() bool {
	deadline := time.Now().Add(time.Second)
	for {
		err := syscall.Kill(-b.command.Process.Pid, 0)
		if errors.Is(err, syscall.ESRCH) && len(b.mark.Leftovers()) == 0 {
			return false
		}
		if time.Now().After(deadline) {
			return true
		}
		<-time.After(10 * time.Millisecond)
	}
}

// orphans are the processes that the program has started and left, wherever
// they went: they inherit the folder of the socket with their environment. Only
// Linux tells.
func (b *bare) orphans() []string {
	var found []string
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		text, err := os.ReadFile(path) //nolint:gosec // a file of the system's
		if err == nil && bytes.Contains(text, []byte("PLUGIN_UNIX_SOCKET_DIR="+b.folder+"\x00")) {
			found = append(found, filepath.Base(filepath.Dir(path)))
		}
	}
	return found
}

// leftFiles are the names in the folder of the socket.
func (b *bare) leftFiles() []string {
	entries, err := os.ReadDir(b.folder)
	if err != nil {
		return nil
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names
}

// close ends everything.
func (b *bare) close() {
	_ = syscall.Kill(-b.command.Process.Pid, syscall.SIGKILL)
	b.mark.End()
	b.endsWithin(endLimit)
	b.remove()
}

func (b *bare) remove() {
	_, _ = b.host.Close(), b.stdout.Close()
	_ = os.RemoveAll(b.folder)
}

// lockedBuffer keeps the last of what is written to it.
type lockedBuffer struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

// Write implements io.Writer and never fails.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept.Len() > 64<<10 {
		l.kept.Reset()
	}
	return l.kept.Write(p)
}

func (l *lockedBuffer) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return text.Tail(strings.TrimSpace(l.kept.String()), 200)
}
