package hostproc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/paysocket/paysocket/internal/ownfolder"
	"github.com/paysocket/paysocket/internal/pgserver"
)

// prefix begins the names of the folders of runs.
const prefix = "paysocket-host-"

// Environment is what the worlds of a run share: a folder, and a database server where
// the host needs one. It is safe for concurrent use.
type Environment struct {
	manifest *Manifest
	folder   *ownfolder.Folder
	ports    ports

	mu     sync.Mutex
	worlds []*World
	server *pgserver.Server // nil until a world needs it
	failed error            // why there is none
}

// DatabaseError says that there is no database for the host on this machine. What needs
// one is unverified.
type DatabaseError struct {
	Kind DatabaseKind
	Err  error
}

func (e *DatabaseError) Error() string {
	return fmt.Sprintf("there is no %s for the host: %v; install it, or judge the host with another database", e.Kind, e.Err)
}

// Unwrap returns the cause.
func (e *DatabaseError) Unwrap() error { return e.Err }

// New makes the environment of a run. It starts nothing. Call Close at the end.
func New(m *Manifest) (*Environment, error) {
	folder, err := ownfolder.New(prefix)
	if err != nil {
		return nil, fmt.Errorf("making the folder of the run: %w", err)
	}
	return &Environment{manifest: m, folder: folder}, nil
}

// Manifest returns the manifest of the host.
func (e *Environment) Manifest() *Manifest { return e.manifest }

// NewWorld makes a world with a new database and addresses of its own, for so many
// processes; as many as the manifest says if that is 0. It starts none of them, and has no
// catalog yet. The error is a [*DatabaseError] if there is no such database.
func (e *Environment) NewWorld(ctx context.Context, processes int) (*World, error) {
	if processes == 0 {
		processes = e.manifest.Processes
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	w := &World{environment: e, manifest: e.manifest, folder: filepath.Join(e.folder.Path, "world-"+strconv.Itoa(len(e.worlds)+1))}
	for _, folder := range []string{w.folder, w.hostFolder(), w.secretsFolder(), w.outputFolder()} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of a world: %w", err)
		}
	}
	if err := e.makeDatabase(ctx, w); err != nil {
		return nil, err
	}
	for n := range processes {
		p, err := newProcess(ctx, w, n+1)
		if err != nil {
			return nil, err
		}
		w.processes = append(w.processes, p)
	}
	e.worlds = append(e.worlds, w)
	return w, nil
}

// makeDatabase makes the database of a world.
func (e *Environment) makeDatabase(ctx context.Context, w *World) error {
	switch e.manifest.Database {
	case SQLite:
		w.address = filepath.Join(w.hostFolder(), "host.db")
		return nil
	case Postgres:
	case None:
		return nil
	default:
		return &DatabaseError{Kind: e.manifest.Database, Err: errors.New("the suite has no such database")}
	}
	if e.server == nil && e.failed == nil {
		// Two processes of several worlds have some twenty connections each.
		e.server, e.failed = pgserver.Start(context.WithoutCancel(ctx), "", "max_connections=600")
	}
	if e.failed != nil {
		return &DatabaseError{Kind: Postgres, Err: e.failed}
	}
	database, err := e.server.NewDatabase(ctx)
	if err != nil {
		return fmt.Errorf("making the database of a world: %w", err)
	}
	w.database, w.address = database, database.URL()
	return nil
}

// Close ends everything that was started, and removes what it has written.
func (e *Environment) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var err error
	for _, w := range e.worlds {
		w.Close()
	}
	if e.server != nil {
		err = e.server.Stop()
	}
	e.ports.release()
	return errors.Join(err, e.folder.Remove())
}
