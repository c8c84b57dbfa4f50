package pgserver

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/ownfolder"
)

// playVictim makes a test wait with its server until it is killed.
const playVictim = "PAYSOCKET_PGSERVER_VICTIM"

func TestVictim(t *testing.T) { //nolint:paralleltest // It is a process of its own.
	if os.Getenv(playVictim) == "" {
		t.Skip("it is run by the test of what is left of it")
	}
	s, err := Start(t.Context(), "")
	require.NoError(t, err)
	_, err = os.Stdout.WriteString("\nserver " + s.folder.Path + "\n")
	require.NoError(t, err)
	<-context.Background().Done()
}

func TestAServerEndsWithAProcessThatIsKilledAndItsFolderIsSwept(t *testing.T) {
	t.Parallel()
	if _, err := Programs(); err != nil {
		t.Skipf("SKIPPED, NOT TESTED: %v", err) // package pgtest fails where it is required
	}
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
	ownfolder.Sweep(prefix)
	require.DirExists(t, folder, "the folder of one that lives stays")

	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	_, err = conn.Exec(t.Context(), "SELECT pg_sleep(60)")
	require.Error(t, err, "the server must end")
	ownfolder.Sweep(prefix)
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

func TestADatabaseIsReachedByItsURLAndDumped(t *testing.T) {
	t.Parallel()
	if _, err := Programs(); err != nil {
		t.Skipf("SKIPPED, NOT TESTED: %v", err)
	}
	s, err := Start(t.Context(), "")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Stop()) })
	database, err := s.NewDatabase(t.Context())
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), database.URL())
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE TABLE notes AS SELECT 'a text that is looked for' AS note")
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	dump, err := database.Dump(t.Context())
	require.NoError(t, err)
	assert.Contains(t, string(dump), "a text that is looked for")
}
