package pgtest

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
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a running PostgreSQL server.
type Server struct {
	folder string // with the data and the socket
	locked *os.File
	host   string // a folder with a socket, or an address
	port   int

	process *os.Process
	ended   chan struct{}
	ready   chan struct{}
	log     log

	databases atomic.Int64
}

const (
	prefix     = "paysocket-pg-"
	superuser  = "postgres"
	socketPort = 5432 // names the socket
	patience   = time.Minute
)

// start makes a cluster and starts its server, with settings such as "fsync=off".
func start(ctx context.Context, bin, listen string, settings []string) (_ *Server, err error) {
	sweep()
	as, err := somebody()
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no other user: %w", err)
	}
	s := &Server{port: socketPort, ended: make(chan struct{}), ready: make(chan struct{})}
	if err := s.makeFolder(as); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.removeFolder())
		}
	}()
	s.host = s.folder
	if err := s.initialize(ctx, bin, as); err != nil {
		return nil, err
	}
	settings = slices.Concat([]string{"unix_socket_directories=" + s.folder, "listen_addresses=" + listen, "shared_buffers=16MB"}, settings)
	if listen != "" {
		more, err := s.listenOn(ctx, listen, as)
		if err != nil {
			return nil, err
		}
		settings = append(settings, more...)
	}
	return s, s.run(ctx, bin, as, settings)
}

// makeFolder makes the folder of the server, which no sweep of another test binary
// removes while this one lives. The temporary folder of a test would be one of root's.
func (s *Server) makeFolder(as *credential) (err error) {
	if s.folder, err = os.MkdirTemp("", prefix); err != nil {
		return err
	}
	if s.locked, err = os.Create(filepath.Join(s.folder, "locking")); err != nil {
		return err
	}
	return errors.Join(lock(s.locked), os.Rename(s.locked.Name(), filepath.Join(s.folder, lockName)), give(s.folder, as))
}

func (s *Server) removeFolder() error {
	return errors.Join(os.RemoveAll(s.folder), s.locked.Close())
}

const lockName = "lock"

// sweep removes the folders of servers whose test binaries were killed.
func sweep() {
	locks, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*", lockName))
	if err != nil {
		return
	}
	for _, path := range locks {
		file, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // It is found by name in the temporary folder.
		if err != nil {
			continue // it is gone, or another user's
		}
		if lock(file) == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
		_ = file.Close()
	}
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) initialize(ctx context.Context, bin string, as *credential) error {
	command := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", s.data(), "-U", superuser, "-A", "trust", "-E", "UTF8", //nolint:gosec // The program is an installed one.
		"--no-locale", "--no-sync", "--no-instructions")
	command.Dir, command.Env = s.folder, environment()
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
func (s *Server) run(ctx context.Context, bin string, as *credential, settings []string) error {
	arguments := []string{"-D", s.data()}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	command := exec.Command(filepath.Join(bin, "postgres"), arguments...) //nolint:gosec,noctx // The program is an installed one, and ends by Stop.
	command.Dir, command.Env, command.SysProcAttr = s.folder, environment(), attributes(as)
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

// stop ends the server and removes what it has written.
func (s *Server) stop() error { return errors.Join(s.end(), s.removeFolder()) }

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

// dsn returns how to connect to a database.
func (s *Server) dsn(database string) string {
	return fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=disable", s.host, s.port, superuser, database)
}

// execute runs a statement as the superuser.
func (s *Server) execute(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, fmt.Sprintf("host=%s port=%d user=%s dbname=postgres", s.folder, s.port, superuser))
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
