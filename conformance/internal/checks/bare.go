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
	"slices"
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
	host    *os.File // descriptor 3 of the program ends when this is closed
	stdout  *os.File
	stderr  *os.File
	said    lockedBuffer  // on its standard error
	lines   chan string   // of its standard output; closed at the end
	read    chan struct{} // closed when all of its standard error has been read
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
	b := &bare{folder: folder, mark: harness.NewProcessTag(), lines: make(chan string, 64), read: make(chan struct{}), ended: make(chan struct{})}
	b.command = exec.CommandContext(context.WithoutCancel(t.Context()), e.Subject.Binary()) //nolint:gosec // the program under test
	b.command.Env = slices.Concat(e.TLS.Env(), e.Manifest.Provider.Env)
	b.command.Env = append(append(b.command.Env, b.mark.Env()), env...)
	if cookie {
		b.command.Env = append(b.command.Env,
			plugin.MagicCookieKey+"="+plugin.MagicCookieValue,
			"PLUGIN_PROTOCOL_VERSIONS="+strconv.Itoa(plugin.ProtocolVersion),
			"PLUGIN_UNIX_SOCKET_DIR="+folder,
			plugin.HostFDKey+"=3")
	}
	b.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	host, ours, err := os.Pipe() // when the suite dies, the program sees it
	t.SetupFailed("make a pipe", err)
	// The suite's own pipes, so that a child that keeps one open does not block Wait.
	stdout, theirStdout, err := os.Pipe()
	t.SetupFailed("make a pipe", err)
	stderr, theirStderr, err := os.Pipe()
	t.SetupFailed("make a pipe", err)
	b.host, b.stdout, b.stderr = ours, stdout, stderr
	b.command.ExtraFiles, b.command.Stdout, b.command.Stderr = []*os.File{host}, theirStdout, theirStderr
	err = b.command.Start()
	_, _, _ = host.Close(), theirStdout.Close(), theirStderr.Close()
	if err != nil {
		b.remove()
		t.Fatalf("the program cannot be started: %v", err)
	}
	go b.watch()
	go func() {
		defer close(b.read)
		_, _ = io.Copy(&b.said, b.stderr)
	}()
	go func() {
		defer close(b.ended)
		b.err = b.command.Wait()
	}()
	return b
}

// abandon does to the program what the death of its host does: the system closes the
// host's ends of all pipes.
func (b *bare) abandon() { _, _, _ = b.host.Close(), b.stdout.Close(), b.stderr.Close() }

// watch reads the standard output until every process has closed it.
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
	_, _ = io.Copy(io.Discard, b.stdout) // after a line that is too long
}

// printed returns what a program which has ended wrote: the lines of its standard output,
// and the end of its standard error. A process that the program left running may keep
// them open, which printed waits for in vain.
func (b *bare) printed() []string {
	var lines []string
	timer := time.NewTimer(endLimit)
	defer timer.Stop()
	for {
		select {
		case line, more := <-b.lines:
			if more {
				lines = append(lines, line)
				continue
			}
			select {
			case <-b.read:
			case <-timer.C:
			}
		case <-timer.C:
		}
		return append(lines, b.said.tail())
	}
}

var errNoLine = errors.New("the program printed no line in time")

// firstLine returns the first line of the standard output.
func (b *bare) firstLine(limit time.Duration) (string, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case line, ok := <-b.lines:
		if !ok {
			return "", fmt.Errorf("the program ended without printing a line; its last output was %q", b.printed())
		}
		return line, nil
	case <-timer.C:
		return "", errNoLine
	}
}

// handshake is the line in which a plugin announces its address.
type handshake struct {
	core, protocol   string
	network, address string
	kind             string
	certificate      string // empty: none
}

// parseHandshake parses a handshake line.
func parseHandshake(line string) (*handshake, error) {
	parts := strings.Split(line, "|")
	if len(parts) < 5 {
		return nil, fmt.Errorf("the first line is not a handshake: %.120q", line)
	}
	said := &handshake{core: parts[0], protocol: parts[1], network: parts[2], address: parts[3], kind: parts[4]}
	if len(parts) > 5 {
		said.certificate = parts[5]
	}
	return said, nil
}

// connect opens a connection to the announced address.
func (h *handshake) connect(as credentials.TransportCredentials, more ...grpc.DialOption) (*grpc.ClientConn, error) {
	return grpc.NewClient(h.network+":"+h.address, append(more, grpc.WithTransportCredentials(as))...)
}

// handshake waits for the program's handshake line.
func (b *bare) handshake(t *harness.T) *handshake {
	line, err := b.firstLine(handshakeLimit)
	if errors.Is(err, errNoLine) {
		t.Latef("no handshake: the program printed no line within %s", handshakeLimit)
		t.FailNow()
	}
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
func (b *bare) announced(t *harness.T, more ...grpc.DialOption) (*handshake, *grpc.ClientConn) {
	said := b.handshake(t)
	conn, err := said.connect(insecure.NewCredentials(), more...)
	if err != nil {
		t.Fatalf("connecting to the address in the handshake: %v", err)
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

// leavesProcesses reports whether a process that the program started still runs,
// in its process group or in another one. A killed process is visible until its
// parent has waited for it, so leavesProcesses looks for up to a second.
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

// orphans returns the ids of the processes that the program has started and left,
// in any process group. It finds them by the socket folder in their environment,
// which only Linux shows.
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

// leftFiles returns the names in the folder of the socket.
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

// hasFolder reports whether the folder of the socket is there.
func (b *bare) hasFolder() bool {
	_, err := os.Stat(b.folder)
	return err == nil
}

// close kills the program and what it started, and removes its folder.
func (b *bare) close() {
	_ = syscall.Kill(-b.command.Process.Pid, syscall.SIGKILL)
	b.mark.End()
	b.endsWithin(endLimit)
	b.remove()
}

func (b *bare) remove() {
	b.abandon()
	_ = os.RemoveAll(b.folder)
}

// lockedBuffer keeps the end of what is written to it.
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
