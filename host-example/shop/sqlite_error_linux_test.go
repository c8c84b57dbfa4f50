package shop_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/internal/pgtest"
)

// openerVariable has the test binary play a host that opens the database in it.
const openerVariable = "SHOP_TEST_OPENS"

func TestMain(m *testing.M) {
	if path := os.Getenv(openerVariable); path != "" {
		fmt.Fprint(os.Stdout, start(context.Background(), path))
		return
	}
	os.Exit(pgtest.Main(m))
}

// start opens a shop in a database, and returns why it cannot.
func start(ctx context.Context, path string) error {
	db, err := shop.OpenDatabase(ctx, path, nil)
	if err != nil {
		return err
	}
	s, err := shop.Open(ctx, db, func(string) (host.Provider, bool) { return nil, false }, &shop.Options{
		BaseURL: "http://127.0.0.1:8080", KeyFile: path + ".key",
	})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	return s.Close()
}

// hostUser is a user who is not root.
const hostUser = 34567

// startAs starts a host as another user, if the test may, and returns what it says.
func startAs(t *testing.T, path string) string {
	t.Helper()
	opener := exec.CommandContext(t.Context(), "/proc/self/exe") // the file itself is in a folder that the user cannot enter
	opener.Env = []string{openerVariable + "=" + path}
	if os.Geteuid() == 0 {
		opener.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: hostUser, Gid: hostUser}}
	}
	said, err := opener.CombinedOutput()
	require.NoError(t, err, string(said))
	return string(said)
}

// give gives files to the user of startAs, with a mode.
func give(t *testing.T, mode os.FileMode, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if os.Geteuid() == 0 {
			require.NoError(t, os.Chown(path, hostUser, hostUser))
		}
		require.NoError(t, os.Chmod(path, mode))
	}
}

// spoilt are files of SQLite with which no host can start, by what is wrong with them: each
// is prepared at a path in a folder that is the host's, and the second text is a part of the
// remedy.
var spoilt = map[string]struct {
	prepare func(t *testing.T, path string)
	what    string
	remedy  string
	isUsers bool // only another user than root is refused
}{
	"no database": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("no database\n", 100)), 0o600))
		give(t, 0o600, path)
	}, "it is no database of SQLite", "restore a backup", false},
	"a folder that is missing": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.Remove(filepath.Dir(path)))
	}, "its folder does not exist", "install -d -m 700", false},
	"a folder": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.Mkdir(path, 0o700))
	}, "it is a folder", "name a file", false},
	"a file of root's": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}, "may not write to", "chown both", true},
	"a file that may only be read": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		give(t, 0o400, path)
	}, "may not write to", "chown both", true},
	"a folder that may only be read": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		give(t, 0o600, path)
		give(t, 0o500, filepath.Dir(path))
	}, "may not write to", "chown both", true},
	"a folder in which it was locked once": {func(t *testing.T, path string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.WriteFile(path+".lock", nil, 0o600))
		give(t, 0o600, path, path+".lock")
		give(t, 0o500, filepath.Dir(path))
	}, "may not write to", "chown both", true},
	"tables of a later release": {func(t *testing.T, path string) {
		t.Helper()
		later(t, path, "INSERT INTO paysocket_versions (version_id, is_applied) VALUES (9999, true)")
	}, "the tables of the ledger have version 9999", "run the release that made them", false},
	"tables of a later River": {func(t *testing.T, path string) {
		t.Helper()
		later(t, path, "INSERT INTO river_migration (line, version) VALUES ('main', 9999)")
	}, "the tables of River have version 9999", "run the release that made them", false},
	"what another host has open": {func(t *testing.T, path string) {
		t.Helper()
		db, err := shop.OpenDatabase(t.Context(), path, nil)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, db.Close()) })
		give(t, 0o600, path, path+".lock")
	}, "another host uses it", "end that one first", false},
	"what another program has locked": {func(t *testing.T, path string) {
		t.Helper()
		holder := raw(t, path)
		for _, statement := range []string{"CREATE TABLE t (n INTEGER)", "BEGIN EXCLUSIVE"} {
			_, err := holder.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		give(t, 0o600, path)
	}, "another program has locked it", "end that program", false},
}

// raw returns one connection to a file, as any other program has one.
func raw(t *testing.T, path string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, errors.Join(conn.Close(), db.Close())) })
	return conn
}

// later makes a database as a later release has it.
func later(t *testing.T, path, statement string) {
	t.Helper()
	require.NoError(t, start(t.Context(), path))
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, errors.Join(err, db.Close()))
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	give(t, 0o600, files...)
}

func TestOpen_SaysWhatIsWrongWithAFileAndWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range spoilt {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.isUsers && os.Geteuid() != 0 {
				if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "root") {
					require.FailNow(t, "PAYSOCKET_REQUIRE has root", "only root can give a file away")
				}
				t.Skip("SKIPPED, NOT TESTED: only root can give a file away (PAYSOCKET_REQUIRE=root makes this a failure)")
			}
			above, err := os.MkdirTemp("", "shop") //nolint:usetesting // T.TempDir lets no other user in.
			require.NoError(t, err)
			t.Cleanup(func() { assert.NoError(t, os.RemoveAll(above)) })
			require.NoError(t, os.Chmod(above, 0o755))
			folder := filepath.Join(above, "data")
			require.NoError(t, os.Mkdir(folder, 0o700))
			give(t, 0o700, folder)
			path := filepath.Join(folder, "shop.db")
			c.prepare(t, path)
			said := startAs(t, path)
			for _, part := range []string{path + " cannot be used: ", c.what, c.remedy} {
				assert.Contains(t, said, part)
			}
		})
	}
}
