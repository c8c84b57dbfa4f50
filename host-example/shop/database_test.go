package shop_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// How long and how often tests look for what must happen.
const (
	waitFor   = time.Minute
	pollEvery = 10 * time.Millisecond
)

func TestOpenDatabase_RefusesAPasswordWhereOthersSeeIt(t *testing.T) {
	t.Parallel()
	inEnvironment := func(name string) (string, bool) { return "s3cret", name == "PGPASSWORD" }
	for _, c := range []struct {
		address     string
		credentials *shop.Credentials
		want        string
	}{
		{"postgres://shop:s3cret@db/shop", nil, "--database-password-file"},
		{"postgres://shop:@db/shop", nil, "--database-password-file"},
		{"postgresql://db/shop?password=s3cret", nil, "--database-password-file"},
		{"postgres://db/shop?sslpassword=s3cret", nil, "--database-password-file"},
		{"postgres://shop:s3 cret@db:x/shop", nil, "is not a URL"},
		{"postgres:s3cret", nil, "is not a URL"},
		{"host=db password=s3cret", nil, "neither"},
		{"mysql://shop:s3cret@db/shop", nil, "neither"},
		{"", nil, "neither"},
		{"postgres://shop@db/shop", &shop.Credentials{LookupEnv: inEnvironment}, "PGPASSWORD"},
	} {
		_, err := shop.OpenDatabase(t.Context(), c.address, c.credentials)
		require.ErrorContains(t, err, c.want, c.address)
		assert.NotContains(t, err.Error(), "cret", c.address)
	}
}

func TestOpenDatabase_ReadsThePasswordFromASecretFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "password")
	open := func() error {
		db, err := shop.OpenDatabase(t.Context(), "postgres://shop@db.example/shop", &shop.Credentials{PasswordFile: file})
		if err != nil {
			return err
		}
		assert.Equal(t, host.Postgres, db.Kind)
		assert.NotContains(t, db.Place, "s3cret")
		assert.Contains(t, db.Place, "sslmode=verify-full", "nobody in between reads what is sold")
		return db.Close()
	}
	require.ErrorContains(t, open(), "no such file")
	require.NoError(t, os.WriteFile(file, []byte("s3cret\n"), 0o600))
	require.NoError(t, open())
	for name, spoil := range map[string]func() error{
		"is not secret": func() error { return os.Chmod(file, 0o644) },
		"the one line":  func() error { return os.WriteFile(file, []byte("s3cret\nanother\n"), 0o600) },
	} {
		require.NoError(t, os.Chmod(file, 0o600))
		require.NoError(t, spoil())
		err := open()
		require.ErrorContains(t, err, name)
		assert.NotContains(t, err.Error(), "s3cret")
	}
	require.NoError(t, os.Chmod(file, 0o644))
	_, err := shop.OpenDatabase(t.Context(), "postgres://shop@db/shop", &shop.Credentials{
		LookupEnv: func(name string) (string, bool) { return file, name == "PGPASSFILE" },
	})
	require.ErrorContains(t, err, "is not secret", "PGPASSFILE is held to the same rule")
}

func TestOpenDatabase_KeepsAFileFromOtherUsers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "50% of # shops?.db")
	db, err := shop.OpenDatabase(t.Context(), path, nil)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE t (n INTEGER)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	info, err := os.Stat(path)
	require.NoError(t, err, "it is the file that was named")
	assert.NotZero(t, info.Size())
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestOpenDatabase_StoresNothingInAFileThatWasMovedAway(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := shop.OpenDatabase(t.Context(), path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), "CREATE TABLE t (n INTEGER)")
	require.NoError(t, err)
	insert := func() error {
		_, err := db.ExecContext(t.Context(), "INSERT INTO t VALUES (1)")
		return err
	}
	require.NoError(t, insert())
	require.NoError(t, db.Check())

	require.NoError(t, os.Rename(path, path+".away"))
	require.Error(t, insert(), "the connection is to a file that nobody finds again")
	require.ErrorIs(t, db.Check(), os.ErrNotExist)
	held, err := db.Conn(t.Context())
	require.NoError(t, err)
	_, err = db.Conn(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist, "a new connection makes no new file")
	require.NoError(t, held.Close())
	assert.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.Error(t, insert())
	require.ErrorContains(t, db.Check(), "was replaced")

	require.NoError(t, os.Rename(path+".away", path))
	require.NoError(t, db.Check())
	require.NoError(t, insert(), "the file is back")
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM t").Scan(&n))
	assert.Equal(t, 2, n)
}

func TestOpenDatabase_RefusesAFileThatIsInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	link := path + ".link"
	require.NoError(t, os.Symlink(path, link))
	db, err := shop.OpenDatabase(t.Context(), path, nil)
	require.NoError(t, err)
	for _, name := range []string{path, link} {
		_, err = shop.OpenDatabase(t.Context(), name, nil)
		require.ErrorContains(t, err, path+" cannot be used: another host uses it")
	}
	require.NoError(t, db.PingContext(t.Context()))
	require.NoError(t, db.Close())

	db, err = shop.OpenDatabase(t.Context(), link, nil)
	require.NoError(t, err, "it is free again")
	require.NoError(t, db.Close())
}
