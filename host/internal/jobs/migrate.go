package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
)

// NewerError says that River's tables are those of a later release. Nothing was written.
type NewerError struct {
	Found, Known int // versions of the tables
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("the tables of River have version %d, and this program knows %d at most: run the release that made them, or a later one",
		e.Found, e.Known)
}

// migrationLock keeps two processes from making the tables at once. It is not that of
// the ledger's own migrations.
const migrationLock = 0x72697665

// Migrate brings River's tables forward by one version in a transaction, and reports
// whether another one follows. A version may use what the one before has committed.
func (j *Jobs) Migrate(ctx context.Context, tx *sql.Tx) (more bool, err error) {
	if j.options.Postgres {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
			return false, fmt.Errorf("waiting for another process that makes River's tables: %w", err)
		}
	}
	found, known, err := j.versions(ctx, tx)
	switch {
	case err != nil:
		return false, fmt.Errorf("reading the version of River's tables: %w", err)
	case found > known:
		return false, &NewerError{Found: found, Known: known}
	case found == known:
		return false, nil
	}
	options := &rivermigrate.MigrateOpts{MaxSteps: 1}
	if !j.options.Postgres { // which has none that need a commit before them
		options = nil
	}
	//nolint:staticcheck // Deprecated for several versions in one transaction. Migrate would need a lock that outlives one.
	if _, err := j.migrator.MigrateTx(ctx, tx, rivermigrate.DirectionUp, options); err != nil {
		return false, fmt.Errorf("bringing River's tables up to date: %w", err)
	}
	return j.options.Postgres && found+1 < known, nil
}

// versions returns the version of River's tables, and the latest one that is known here.
func (j *Jobs) versions(ctx context.Context, tx *sql.Tx) (found, known int, err error) {
	all := j.migrator.AllVersions()
	known = all[len(all)-1].Version
	existing, err := j.migrator.ExistingVersionsTx(ctx, tx)
	if err == nil {
		for _, m := range existing {
			found = max(found, m.Version)
		}
		return found, known, nil
	}
	// The migrator says of a version that it does not know only that it does not.
	rows, queryErr := j.driver.UnwrapExecutor(tx).MigrationGetByLine(ctx, &riverdriver.MigrationGetByLineParams{
		Line: riverdriver.MigrationLineMain, Schema: j.schema(),
	})
	if queryErr != nil {
		return 0, known, errors.Join(err, queryErr)
	}
	for _, row := range rows {
		found = max(found, row.Version)
	}
	if found <= known {
		return 0, known, err
	}
	return found, known, nil
}
