package pgtest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared is the server of the test binary.
var shared struct {
	sync.Mutex

	server *Server
	err    error
}

// Main runs the tests of a package, and stops the server that they have used.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		return code
	}
	if err := shared.server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping PostgreSQL:", err)
		return max(code, 1)
	}
	return code
}

// Database returns how to connect to a new database of the server of this test binary.
func Database(tb testing.TB) string {
	tb.Helper()
	bin := programs(tb)
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = start(context.WithoutCancel(tb.Context()), bin, "", []string{"max_connections=200"})
	}
	require.NoError(tb, shared.err)
	return shared.server.Database(tb)
}

// Start starts a server of the test's own, with settings such as "fsync=off". It
// listens on an address of the machine, or on a Unix socket only if that is empty.
func Start(tb testing.TB, listen string, settings ...string) *Server {
	tb.Helper()
	s, err := start(tb.Context(), programs(tb), listen, settings)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, s.stop()) })
	return s
}

// Database returns how to connect to a new database.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	name := "test" + strconv.FormatInt(s.databases.Add(1), 10)
	s.Execute(tb, "CREATE DATABASE "+name) // it is not dropped, which needs a checkpoint and takes seconds
	return s.dsn(name)
}

// Execute executes a statement as the superuser.
func (s *Server) Execute(tb testing.TB, statement string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	require.NoError(tb, s.execute(ctx, statement))
}

// programs returns the folder with the newest PostgreSQL, which Debian does not have on
// the PATH.
func programs(tb testing.TB) string {
	tb.Helper()
	if unsupported != "" {
		lacks(tb, unsupported)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	require.NoError(tb, err)
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) }))
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		lacks(tb, "PostgreSQL is not installed")
	}
	return filepath.Dir(initdb)
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

// lacks skips a test for want of PostgreSQL, and fails it where PAYSOCKET_REQUIRE lists
// it.
func lacks(tb testing.TB, reason string) {
	tb.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "postgres") {
		require.FailNow(tb, "PAYSOCKET_REQUIRE has postgres", reason)
	}
	tb.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=postgres makes this a failure)", reason)
}
