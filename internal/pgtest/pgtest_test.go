package pgtest

import (
	"context"
	"os"
	"os/exec"
	"strings"
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

// playVictim makes a test wait with its server until it is killed.
const playVictim = "PAYSOCKET_PGTEST_VICTIM"

func TestVictim(t *testing.T) { //nolint:paralleltest // It is a process of its own.
	if os.Getenv(playVictim) == "" {
		t.Skip("it is run by the test of what is left of it")
	}
	s := Start(t, "")
	_, err := os.Stdout.WriteString("\nserver " + s.folder + "\n")
	require.NoError(t, err)
	<-context.Background().Done()
}

func TestAServerEndsWithATestBinaryThatIsKilledAndItsFolderIsSwept(t *testing.T) {
	t.Parallel()
	programs(t)
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
	command.Env = append(os.Environ(), playVictim+"=1")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	folder := folderIn(t, output)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	dsn := "host=" + folder + " user=" + superuser + " dbname=postgres"
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err, "the server must have run")
	sweep()
	require.DirExists(t, folder, "the folder of one that lives stays")

	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	_, err = conn.Exec(t.Context(), "SELECT pg_sleep(60)")
	require.Error(t, err, "the server must end")
	sweep()
	assert.NoDirExists(t, folder)
}

func folderIn(t *testing.T, output interface{ Read([]byte) (int, error) }) string {
	t.Helper()
	var text strings.Builder
	buffer := make([]byte, 1024)
	for {
		n, err := output.Read(buffer)
		text.Write(buffer[:n])
		if _, after, ok := strings.Cut(text.String(), "server "); ok && strings.Contains(after, "\n") {
			folder, _, _ := strings.Cut(after, "\n")
			return folder
		}
		require.NoError(t, err, text.String())
	}
}
