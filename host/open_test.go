package host_test

import (
	"encoding/hex"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
)

// TestOpen_ByManyAtOnce has the first processes of a platform begin in the same instant:
// one of them makes the tables, and all of them work for one account.
func TestOpen_ByManyAtOnce(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	w := newWorld(t)
	options := *w.options
	options.Schema = "fresh"
	const processes = 8
	databases := make(chan *host.Engine, processes)
	var begun sync.WaitGroup
	for range processes {
		db := w.openDatabase()
		begun.Go(func() {
			engine, err := host.Open(t.Context(), db, host.SQLite, w.provider, &options)
			if assert.NoError(t, err) {
				databases <- engine
			}
		})
	}
	begun.Wait()
	close(databases)
	n := 0
	for engine := range databases {
		t.Cleanup(func() { assert.NoError(t, engine.Close()) })
		o := order(string(rune('a' + n)))
		begun.Go(func() {
			_, err := engine.Checkout(t.Context(), o)
			assert.NoError(t, err)
		})
		n++
	}
	begun.Wait()
	assert.Len(t, w.wallets["wallet-a"].ledger(), processes)
	for query, want := range map[string]int{
		"SELECT count(*) FROM fresh_attempts":                processes,
		"SELECT count(DISTINCT account) FROM fresh_attempts": 1,
	} {
		var got int
		require.NoError(t, w.db.QueryRowContext(t.Context(), query).Scan(&got))
		assert.Equal(t, want, got, query)
	}
}

// TestOpen_MakesOneKeyFile has many processes that are started with no key file.
func TestOpen_MakesOneKeyFile(t *testing.T) {
	t.Parallel()
	for range 50 {
		path := filepath.Join(t.TempDir(), "payer.key")
		begin, keys := make(chan struct{}), make(chan string, 8)
		var makers sync.WaitGroup
		for range cap(keys) {
			makers.Go(func() {
				<-begin
				key, _, err := host.ReadOrMakeKey(path)
				assert.NoError(t, err)
				keys <- hex.EncodeToString(key)
			})
		}
		close(begin)
		makers.Wait()
		close(keys)
		first := <-keys
		for key := range keys {
			require.Equal(t, first, key)
		}
		left, err := filepath.Glob(path + "*")
		require.NoError(t, err)
		assert.Equal(t, []string{path}, left)
	}
}
