package pgserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/paysocket/paysocket/internal/ownfolder"
)

// Server is a running PostgreSQL server.
type Server struct {
	folder *ownfolder.Folder // with the data and the socket
	host   string            // a folder with a socket, or an address
	port   int

	process *os.Process
	ended   chan struct{}
	ready   chan struct{}
	log     log

	bin       string // the folder of the programs
	databases atomic.Int64
}

const (
	prefix     = "paysocket-pg-"
	superuser  = "postgres"
	socketPort = 5432 // names the socket
	patience   = time.Minute
)

// Start makes a cluster and starts its server with the newest programs that are
// installed, and with settings such as "fsync=off". It listens on an address of the
// machine, with TLS and without, or on a Unix socket only if that is empty. Its error is
// a [*MissingError] if PostgreSQL is not installed.
func Start(ctx context.Context, listen string, settings ...string) (_ *Server, err error) {
	bin, err := Programs()
	if err != nil {
		return nil, err
	}
	as, err := somebody()
	if err != nil {
		return nil, &MissingError{fmt.Sprintf("PostgreSQL refuses to run as root, and there is no other user: %v", err)}
	}
	s := &Server{bin: bin, port: socketPort, ended: make(chan struct{}), ready: make(chan struct{})}
	if s.folder, err = ownfolder.New(prefix); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.folder.Remove())
		}
	}()
	if err := give(s.folder.Path, as); err != nil {
		return nil, err
	}
	s.host = s.folder.Path
	if err := s.initialize(ctx, as); err != nil {
		return nil, err
	}
	settings = slices.Concat([]string{"unix_socket_directories=" + s.folder.Path, "listen_addresses=" + listen, "shared_buffers=16MB"}, settings)
	if listen != "" {
		more, err := s.listenOn(ctx, listen, as)
		if err != nil {
			return nil, err
		}
		settings = append(settings, more...)
	}
	return s, s.run(ctx, as, settings)
}

func (s *Server) data() string { return filepath.Join(s.folder.Path, "data") }

func (s *Server) initialize(ctx context.Context, as *credential) error {
	command := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", superuser, "-A", "trust", "-E", "UTF8", //nolint:gosec // The program is an installed one.
		"--no-locale", "--no-sync", "--no-instructions")
	command.Dir, command.Env = s.folder.Path, environment()
	command.SysProcAttr = attributes(as)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return nil
}

func environment() []string { return []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin"} }

// run starts the server and waits until it is ready.
func (s *Server) run(ctx context.Context, as *credential, settings []string) error {
	arguments := []string{"-D", s.data()}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	command := exec.Command(filepath.Join(s.bin, "postgres"), arguments...) //nolint:gosec,noctx // The program is an installed one, and ends by Stop.
	command.Dir, command.Env, command.SysProcAttr = s.folder.Path, environment(), attributes(as)
	output, err := command.StderrPipe()
	if err != nil {
		return err
	}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the server ends when this thread does
		err := command.Start()
		s.process = command.Process
		started <- err
		if err == nil {
			s.log.read(output, s.ready)
			_ = command.Wait()
		}
		close(s.ended)
	}()
	if err := <-started; err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case <-s.ready:
		return nil
	case <-s.ended:
		return fmt.Errorf("PostgreSQL ended at once:\n%s", s.log.String())
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("PostgreSQL is not ready: %w\n%s", ctx.Err(), s.log.String()), s.end())
	}
}

// Stop ends the server and removes what it has written.
func (s *Server) Stop() error { return errors.Join(s.end(), s.folder.Remove()) }

func (s *Server) end() error {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		_ = s.process.Signal(signal)
		select {
		case <-s.ended:
			return nil
		case <-time.After(5 * time.Second):
		}
	}
	return errors.New("PostgreSQL does not end")
}

// NewDatabase makes a database, and returns how to connect to it. It is there until the
// server ends: to drop it needs a checkpoint and takes seconds.
func (s *Server) NewDatabase(ctx context.Context) (*Database, error) {
	d := &Database{Host: s.host, Port: s.port, User: superuser, Name: "test" + strconv.FormatInt(s.databases.Add(1), 10), server: s}
	return d, s.Execute(ctx, "CREATE DATABASE "+d.Name)
}

// Execute executes a statement as the superuser.
func (s *Server) Execute(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	maintenance := &Database{Host: s.folder.Path, Port: s.port, User: superuser, Name: "postgres"}
	conn, err := pgx.Connect(ctx, maintenance.DSN())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// log is the end of what the server says.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) read(output io.Reader, ready chan struct{}) {
	const most = 200
	scanner := bufio.NewScanner(output)
	for waits := true; scanner.Scan(); {
		line := scanner.Text()
		l.mu.Lock()
		l.lines = append(l.lines, line)
		l.lines = l.lines[max(0, len(l.lines)-most):]
		l.mu.Unlock()
		if waits && strings.Contains(line, "database system is ready to accept connections") {
			waits = false
			close(ready)
		}
	}
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}
