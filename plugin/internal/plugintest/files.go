package plugintest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Zeros is a sum that no file has.
const Zeros = "0000000000000000000000000000000000000000000000000000000000000000"

// SHA256 returns the sum of a file, in hex.
func SHA256(tb testing.TB, path string) string {
	tb.Helper()
	content, err := os.ReadFile(path)
	require.NoError(tb, err)
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

// WriteFile writes a file into a folder of its own, and returns its path.
func WriteFile(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), mode))
	return path
}

// SocketFolder returns a folder with a name short enough for sockets, which must
// be empty at the end of the test.
func SocketFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "ps") //nolint:usetesting // t.TempDir is too long a name for a socket.
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.Remove(folder), "the folder for sockets must be empty again") })
	return folder
}
