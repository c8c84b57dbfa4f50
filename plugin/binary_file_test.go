package plugin_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
)

// scene is a script that a host is to execute, and what others could do to it.
type scene struct {
	needsRoot bool
	set       func(t *testing.T, folder, script string) (path string)
	want      string // in the error; empty if the script may run
}

const (
	stranger      = 54321
	strangersPart = "belongs to another user"
)

var scenes = map[string]scene{
	"a folder that is ours alone": {set: func(_ *testing.T, _, script string) string { return script }},
	"a sticky folder": {set: func(t *testing.T, folder, script string) string {
		require.NoError(t, os.Chmod(folder, 0o777|os.ModeSticky))
		return script
	}},
	"a link": {set: func(t *testing.T, _, script string) string { return linked(t, t.TempDir(), script) }},
	"a link to the folder": {set: func(t *testing.T, folder, script string) string {
		return filepath.Join(linked(t, t.TempDir(), folder), filepath.Base(script))
	}},
	"a folder that others can write to": {set: func(t *testing.T, folder, script string) string {
		require.NoError(t, os.Chmod(folder, 0o777))
		return script
	}, want: "chmod go-w"},
	"a folder above that others can write to": {set: func(t *testing.T, folder, script string) string {
		require.NoError(t, os.Chmod(filepath.Dir(folder), 0o757))
		return script
	}, want: "chmod go-w"},
	"a file that others can write to": {set: func(t *testing.T, _, script string) string {
		require.NoError(t, os.Chmod(script, 0o707))
		return script
	}, want: "others can write to"},
	"a link that others can exchange": {set: func(t *testing.T, _, script string) string {
		open := t.TempDir()
		require.NoError(t, os.Chmod(open, 0o777))
		return linked(t, open, script)
	}, want: "chmod go-w"},
	"links in a circle": {set: func(t *testing.T, folder, script string) string {
		require.NoError(t, os.Remove(script))
		require.NoError(t, os.Symlink(script, script))
		return script
	}, want: "too many levels of symbolic links"},
	"a folder of a group": {needsRoot: true, set: func(t *testing.T, folder, script string) string {
		require.NoError(t, os.Chown(folder, -1, stranger))
		require.NoError(t, os.Chmod(folder, 0o770))
		return script
	}, want: "chmod go-w"},
	"another user's file": {needsRoot: true, set: func(t *testing.T, _, script string) string {
		require.NoError(t, os.Chown(script, stranger, -1))
		return script
	}, want: strangersPart},
	"another user's folder": {needsRoot: true, set: func(t *testing.T, folder, script string) string {
		require.NoError(t, os.Chown(folder, stranger, -1))
		return script
	}, want: strangersPart},
	"another user's link in a sticky folder": {needsRoot: true, set: func(t *testing.T, _, script string) string {
		open := t.TempDir()
		require.NoError(t, os.Chmod(open, 0o777|os.ModeSticky))
		link := linked(t, open, script)
		require.NoError(t, os.Lchown(link, stranger, -1))
		return link
	}, want: strangersPart},
}

func linked(t *testing.T, folder, target string) string {
	t.Helper()
	link := filepath.Join(folder, "link")
	require.NoError(t, os.Symlink(target, link))
	return link
}

// marking gives a script that leaves a mark when it runs.
func marking(t *testing.T) (folder, script, mark string) {
	t.Helper()
	mark = filepath.Join(t.TempDir(), "executed")
	folder = filepath.Join(t.TempDir(), "above", "bin")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	script = filepath.Join(folder, "provider")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n: > "+mark+"\n"), 0o700)) //nolint:gosec // It is to be executed.
	return folder, script, mark
}

func TestABinaryThatOthersCanExchangeIsNotExecuted(t *testing.T) {
	t.Parallel()
	for name, c := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.needsRoot && os.Getuid() != 0 {
				t.Skip("only root can give a file away")
			}
			folder, script, mark := marking(t)
			approved := sum(t, script)
			_, err := plugin.Open(t.Context(), c.set(t, folder, script), &plugin.OpenOptions{SHA256: approved})
			switch c.want {
			case "":
				require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
				assert.FileExists(t, mark)
			case "too many levels of symbolic links":
				require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureNotExecutable})
				require.ErrorContains(t, err, c.want)
			default:
				require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailurePermissions})
				require.ErrorContains(t, err, c.want)
				assert.NoFileExists(t, mark)
			}
		})
	}
}

func TestWithoutASumPermissionsAreAWarning(t *testing.T) {
	t.Parallel()
	folder, script, mark := marking(t)
	require.NoError(t, os.Chmod(folder, 0o777))
	logger, log := capture()
	_, err := plugin.Open(t.Context(), script, &plugin.OpenOptions{Logger: logger})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	assert.FileExists(t, mark)
	warning := log.record("the provider's binary is not checked: no checksum was given")
	require.NotNil(t, warning)
	assert.Contains(t, warning["permissions"], "chmod go-w")
}

func TestBothSumsAreLoggedWhenTheyDiffer(t *testing.T) {
	t.Parallel()
	_, script, _ := marking(t)
	logger, log := capture()
	_, err := plugin.Open(t.Context(), script, &plugin.OpenOptions{SHA256: zeros, Logger: logger})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureChecksum})
	record := log.record("the provider's binary was not executed: it is not the one that was approved")
	require.NotNil(t, record)
	assert.Equal(t, "ERROR", record["level"])
	assert.Equal(t, sum(t, script), record["sha256"])
	assert.Equal(t, zeros, record["approved"])
}
