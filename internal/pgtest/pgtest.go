package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/pgserver"
)

// Server is a server of a test's own.
type Server struct{ *pgserver.Server }

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
	if err := shared.server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping PostgreSQL:", err)
		return max(code, 1)
	}
	return code
}

// Database returns how to connect to a new database of the server of this test binary.
func Database(tb testing.TB) string {
	tb.Helper()
	require.NoError(tb, there(tb))
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		server, err := pgserver.Start(context.WithoutCancel(tb.Context()), "", "max_connections=200")
		shared.server, shared.err = &Server{server}, err
	}
	require.NoError(tb, shared.err)
	return shared.server.Database(tb)
}

// Start starts a server of the test's own, with settings such as "fsync=off". It
// listens on an address of the machine, or on a Unix socket only if that is empty.
func Start(tb testing.TB, listen string, settings ...string) *Server {
	tb.Helper()
	require.NoError(tb, there(tb))
	s, err := pgserver.Start(tb.Context(), listen, settings...)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, s.Stop()) })
	return &Server{s}
}

// Database returns how to connect to a new database.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	database, err := s.NewDatabase(tb.Context())
	require.NoError(tb, err)
	return database.DSN()
}

// there skips a test if PostgreSQL is not there.
func there(tb testing.TB) error {
	tb.Helper()
	_, err := pgserver.Programs()
	if missing, ok := errors.AsType[*pgserver.MissingError](err); ok {
		lacks(tb, missing.Why)
	}
	return err
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
