package plugintest

import (
	"maps"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// RoleKey names the variable that holds the role which a test binary plays.
const RoleKey = "PAYSOCKET_TEST_ROLE"

// Main runs the tests, or plays the role that the environment asks for: one of
// this package's, or one of more, which are those of a single test binary. It
// does not return.
func Main(m *testing.M, more map[string]func()) {
	all := roles()
	maps.Copy(all, more)
	if role, ok := all[os.Getenv(RoleKey)]; ok {
		role()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// As returns the variable that makes a test binary play a role.
func As(role string) string { return RoleKey + "=" + role }

// Binary returns the path of the test binary.
func Binary(tb testing.TB) string {
	tb.Helper()
	path, err := os.Executable()
	require.NoError(tb, err)
	return path
}

// Command returns a command that runs the test binary in a role, with nothing
// else in its environment.
func Command(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), Binary(t), args...)
	cmd.Env = []string{As(role)}
	cmd.WaitDelay = 10 * time.Second
	return cmd
}
