package pgtest

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestADatabaseIsNewAndTheServerWritesForGood(t *testing.T) {
	t.Parallel()
	one, two := Database(t), Database(t)
	assert.NotEqual(t, one, two)
	for _, dsn := range []string{one, two} {
		conn, err := pgx.Connect(t.Context(), dsn)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "CREATE TABLE it_is_new (n int)")
		require.NoError(t, err)
		var fsync string
		require.NoError(t, conn.QueryRow(t.Context(), "SHOW fsync").Scan(&fsync))
		assert.Equal(t, "on", fsync)
		require.NoError(t, conn.Close(t.Context()))
	}
}
