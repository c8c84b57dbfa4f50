package move

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/host-example/shop"
)

// Options are the settings of a move.
type Options struct {
	// From is the file of SQLite, and To the address of the database of PostgreSQL; see
	// shop.OpenDatabase.
	From, To string

	// Credentials say where the password of PostgreSQL is; nil if there is none.
	Credentials *shop.Credentials

	// KeyFile is the file of the key that seals what is known of buyers; From with ".key"
	// if empty.
	KeyFile string

	// Progress gets a line every two seconds; nil discards them.
	Progress func(line string)
}

// Report is what was moved.
type Report struct {
	From, To string // without a password
	KeyFile  string
	Tables   []Table // empty if an earlier move had copied them
}

// Table is a table that was copied, and read back with the same rows.
type Table struct {
	Name   string
	Rows   int64
	Digest string
}

// mover is a move under way.
type mover struct {
	options  *Options
	progress *progress
	source   *source
	target   *target

	cancel context.CancelFunc // of the context of the move
	detach func() bool        // has that context go on when the caller's ends
}

// Run moves the sales of a file of SQLite to PostgreSQL. After an error the file is as it
// was, and PostgreSQL has empty tables at most, unless the error is an *UnfinishedError.
// It may be run again in any case.
func Run(ctx context.Context, options *Options) (_ *Report, err error) {
	ctx, m, err := open(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	before := m.source.moved
	if before != nil && before.State != shop.MoveLeaving {
		return nil, &shop.MovedError{Move: *before, Place: m.source.db.Place}
	}
	if err := m.connect(ctx); err != nil {
		return nil, err
	}
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	report := &Report{From: m.source.db.Place, To: m.target.db.Place, KeyFile: m.keyFile()}
	known, err := m.target.moved(ctx)
	if err != nil {
		return nil, err
	}
	if before != nil && known != nil && known.ID == before.ID {
		before.State = shop.MoveLeft // the commit had succeeded
		return report, m.source.mark(ctx, before)
	}
	if report.Tables, err = m.copy(ctx); err != nil {
		return nil, err
	}
	return report, m.commit(ctx)
}

// open opens the file. The context that it returns ends with ctx, unless it is detached.
func open(ctx context.Context, options *Options) (_ context.Context, m *mover, err error) {
	m = &mover{options: options}
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	m.cancel, m.detach = cancel, context.AfterFunc(ctx, cancel)
	m.progress = newProgress(options.Progress, progressInterval)
	m.progress.begin("opening "+options.From, 0)
	if m.source, err = openSource(detached, options.From); err != nil {
		return nil, nil, errors.Join(err, m.close())
	}
	return detached, m, nil
}

// connect opens the database, which is to be the one to which the file was moved before.
func (m *mover) connect(ctx context.Context) (err error) {
	m.progress.begin("connecting to PostgreSQL", 0)
	if m.target, err = openTarget(ctx, m.options); err != nil {
		return err
	}
	if moved := m.source.moved; moved != nil && moved.Other != m.target.db.Place {
		return &OtherError{File: m.source.db.Place, Other: moved.Other, Named: m.target.db.Place}
	}
	return nil
}

func (m *mover) close() error {
	m.detach()
	var all error
	if m.target != nil {
		all = m.target.close()
	}
	if m.source != nil {
		all = errors.Join(all, m.source.close())
	}
	m.cancel()
	m.progress.stop()
	return all
}

// ready makes the tables of PostgreSQL, and begins the transaction in which they belong to
// the move.
func (m *mover) ready(ctx context.Context) (err error) {
	path := m.keyFile()
	key, err := linkKeyFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, key.remove()) }()
	m.progress.begin("looking at the tables", 0)
	made, err := key.make(ctx)
	if err != nil {
		return fmt.Errorf("making the tables of this release in an empty file, with the key file %s: %w", path, err)
	}
	if err := m.source.check(ctx, made, path); err != nil {
		return err
	}
	m.progress.begin("making the tables in PostgreSQL", 0)
	if err := m.target.makeTables(ctx, key, made.key); err != nil {
		return err
	}
	differences, err := compareTarget(ctx, m.target.conn, m.source.tables)
	if err != nil {
		return err
	}
	if len(differences) > 0 {
		return &SchemaError{m.target.db.Place, differences}
	}
	m.progress.begin("waiting for the tables in PostgreSQL", 0)
	return m.target.begin(ctx, m.source.tables)
}

func (m *mover) keyFile() string { return cmp.Or(m.options.KeyFile, m.source.db.Place+".key") }

// copy copies all rows, and compares what was read back.
func (m *mover) copy(ctx context.Context) ([]Table, error) {
	if err := m.target.empty(ctx, m.source.tables); err != nil {
		return nil, err
	}
	c := &copier{from: m.source.tx, to: m.target.tx, conn: m.target.conn, progress: m.progress}
	var copied []Table
	for _, t := range m.source.tables {
		done, err := c.copy(ctx, t)
		if err != nil {
			return nil, err
		}
		copied = append(copied, *done)
	}
	return copied, nil
}

// commit commits in both databases, in the order that the package says. Once the file is
// marked it goes on also if the caller's context ends.
func (m *mover) commit(ctx context.Context) error {
	m.progress.begin("committing", 0)
	move := shop.Move{ID: rand.Text(), State: shop.MoveArrived, Other: m.source.db.Place, At: time.Now()}
	if err := move.Store(ctx, m.target.tx); err != nil {
		return err
	}
	if !m.detach() {
		return context.Canceled
	}
	move.State, move.Other = shop.MoveLeaving, m.target.db.Place
	if err := m.source.mark(ctx, &move); err != nil {
		return err
	}
	err := m.target.tx.Commit()
	if err == nil {
		move.State = shop.MoveLeft
		err = move.Store(ctx, m.source.db)
	}
	if err != nil {
		return &UnfinishedError{m.source.db.Place, err}
	}
	return nil
}
