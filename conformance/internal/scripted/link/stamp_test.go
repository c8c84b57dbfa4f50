package link_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
)

func TestStamp_IsReadBackAndTheLastOneCounts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	require.NoError(t, os.WriteFile(at("binary"), []byte("a program"), 0o600))
	first := &link.Stamp{Control: "127.0.0.1:1", Token: "a", Version: "1.0.0", Serial: "x"}
	second := &link.Stamp{Control: "127.0.0.1:2", Token: "b", Version: "1.1.0", Serial: "y"}
	require.NoError(t, link.Write(at("binary"), at("first"), first))
	require.NoError(t, link.Write(at("first"), at("second"), second))
	got, err := link.Read(at("first"))
	require.NoError(t, err)
	assert.Equal(t, first, got)
	got, err = link.Read(at("second"))
	require.NoError(t, err)
	assert.Equal(t, second, got)
	content, err := os.ReadFile(at("second"))
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(content, []byte("a program")))
	info, err := os.Stat(at("second"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode())
}

func TestWrite_OverwritesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "binary")
	require.NoError(t, os.WriteFile(path, []byte("a program"), 0o600))
	assert.ErrorIs(t, link.Write(path, path, &link.Stamp{}), os.ErrExist)
	assert.ErrorIs(t, link.Write(path+"2", path+"3", &link.Stamp{}), os.ErrNotExist)
}

func TestRead_RefusesWhatHasNoStamp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"empty":           "",
		"short":           "a",
		"a program":       string(make([]byte, 4096)),
		"a length beyond": "\xff\xff\xff\xff\xff\xff\xff\xff\x00scripted-stamp\x01",
		"no room":         "\x00\x00\x00\x00\x00\x00\x00\x05\x00scripted-stamp\x01",
	} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := link.Read(path)
		assert.ErrorIs(t, err, link.ErrNoStamp, name)
	}
}
