package hostproc

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/paysocket/paysocket/internal/pgserver"
)

// World is a host: its processes, with a database, a catalog and addresses of their own.
// It is safe for concurrent use.
type World struct {
	environment *Environment
	manifest    *Manifest
	folder      string
	address     string             // of the database
	database    *pgserver.Database // nil but for PostgreSQL
	processes   []*Process
}

func (w *World) hostFolder() string    { return filepath.Join(w.folder, "host") }
func (w *World) secretsFolder() string { return filepath.Join(w.folder, "secrets") }
func (w *World) outputFolder() string  { return filepath.Join(w.folder, "output") }

// Catalog returns the path of the catalog.
func (w *World) Catalog() string { return filepath.Join(w.folder, "catalog.yaml") }

// The modes of a world.
const modeTest, modeLive = "test", "live"

// UseLive makes it a world of real money. Call it before Start.
func (w *World) UseLive() {
	for _, p := range w.processes {
		p.facts.Mode = modeLive
	}
}

// Processes returns the processes, whether they run or not.
func (w *World) Processes() []*Process { return w.processes }

// Start starts the processes that do not run, side by side, and waits until each takes
// orders.
func (w *World) Start(ctx context.Context) error {
	return w.each(func(p *Process) error { return p.Start(ctx) })
}

// Stop ends the processes that run in good order, side by side.
func (w *World) Stop(ctx context.Context) error {
	return w.each(func(p *Process) error { return p.Stop(ctx) })
}

// Kill kills the processes that run by SIGKILL, and waits until they are gone.
func (w *World) Kill() error { return w.each((*Process).Kill) }

// Reload has the processes that run read the catalog again. Where the manifest has no
// signal for it, they are stopped and started.
func (w *World) Reload(ctx context.Context) error {
	return w.each(func(p *Process) error { return p.Reload(ctx) })
}

// each does something with all processes at once, and returns the first error.
func (w *World) each(do func(*Process) error) error {
	failed := make([]error, len(w.processes))
	var all sync.WaitGroup
	for i, p := range w.processes {
		all.Go(func() { failed[i] = do(p) })
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// Close kills what still runs of the world: its processes, and what they have started. It
// may be called more than once. What they wrote stays until the environment is closed.
func (w *World) Close() {
	_ = w.Kill() // it fails for what has ended
	for _, p := range w.processes {
		p.client.Close()
		p.killDescendants()
	}
}

// Trace is something that a host has left, or shows to others on its machine.
type Trace struct {
	What    string // such as "standard error of process 1"
	Content []byte
}

// maxTrace bounds what is read of one file.
const maxTrace = 256 << 20

// Traces returns everything that the processes have printed, their command lines and
// environments and those of what they started, and what is in the database and in the
// host's folder. Stop the processes before: SQLite keeps a part in its journal.
func (w *World) Traces(ctx context.Context) ([]Trace, error) {
	var traces []Trace
	for _, p := range w.processes {
		traces = append(traces, p.traces()...)
	}
	for _, folder := range []string{w.outputFolder(), w.hostFolder()} {
		err := filepath.WalkDir(folder, func(path string, file os.DirEntry, err error) error {
			if err != nil || !file.Type().IsRegular() {
				return err
			}
			info, err := file.Info()
			if err != nil {
				return err
			}
			if info.Size() > maxTrace {
				return fmt.Errorf("%s has %d bytes; more than %d are not looked through", path, info.Size(), maxTrace)
			}
			content, err := os.ReadFile(path) //nolint:gosec // It is in the world's own folder.
			name, _ := filepath.Rel(w.folder, path)
			traces = append(traces, Trace{What: "file " + name, Content: content})
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("reading what the host has left: %w", err)
		}
	}
	if w.database != nil {
		dump, err := w.database.Dump(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the host's database: %w", err)
		}
		traces = append(traces, Trace{What: "database", Content: dump})
	}
	return traces, nil
}
