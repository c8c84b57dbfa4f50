package shop_test

import (
	"net/url"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/internal/pgtest"
)

// TestOpen_NeedsNoRightToMakeTablesThatAreThere has the grants of docs/operating.md.
func TestOpen_NeedsNoRightToMakeTablesThatAreThere(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(pgtest.Database(t))
	require.NoError(t, err)
	key := filepath.Join(t.TempDir(), "key")
	open := func(user string) *shop.Database {
		query := url.Values{"host": {config.Host}, "port": {strconv.Itoa(int(config.Port))}, "sslmode": {"disable"}}
		address := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + config.Database, RawQuery: query.Encode()}
		db, err := shop.OpenDatabase(t.Context(), address.String(), nil)
		require.NoError(t, err)
		return db
	}
	start := func(db *shop.Database) {
		s, err := shop.Open(t.Context(), db, func(string) (host.Provider, bool) { return nil, false }, &shop.Options{
			BaseURL: "http://127.0.0.1:8080", KeyFile: key,
		})
		require.NoError(t, err)
		_, err = s.Overview(t.Context())
		require.NoError(t, err)
		assert.NoError(t, s.Close())
	}
	start(open(config.User))
	owner := open(config.User)
	for _, statement := range []string{
		`DO $$ BEGIN CREATE ROLE seller LOGIN; EXCEPTION WHEN duplicate_object THEN END $$`,
		`GRANT USAGE ON SCHEMA paysocket, public TO seller`,
		`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA paysocket, public TO seller`,
		`GRANT USAGE ON ALL SEQUENCES IN SCHEMA paysocket, public TO seller`,
	} {
		_, err := owner.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	require.NoError(t, owner.Close())
	start(open("seller"))
}
