package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// restrictFiles takes the rights of other users to the files of SQLite away: they have
// what merchants sell and payers do.
func (s *Store) restrictFiles(ctx context.Context) error {
	var n int
	var name, file string
	err := s.db.QueryRowContext(ctx, "SELECT seq, name, file FROM pragma_database_list WHERE name = 'main'").Scan(&n, &name, &file)
	if err != nil || file == "" {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(file + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("looking at the database's file: %w", err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			if err := os.Chmod(file+suffix, mode&^0o077); err != nil {
				return fmt.Errorf("the database's file can be read by others: %w", err)
			}
		}
	}
	return nil
}
