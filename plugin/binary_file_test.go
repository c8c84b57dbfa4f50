package plugin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// scene is a script that a host is to execute, and what others could do to it.
type scene struct {
	needsRoot bool
	set       func(*stage) (path string)
	want      string // in the error; empty if the script may run
}

// stage is where a scene is set.
type stage struct {
	*testing.T

	folder, script string
}

func (s *stage) chmod(path string, mode os.FileMode) string {
	require.NoError(s, os.Chmod(path, mode))
	return s.script
}

func (s *stage) giveAway(path string, uid, gid int) string {
	require.NoError(s, os.Lchown(path, uid, gid))
	return s.script
}

func (s *stage) link(folder, target string) string {
	link := filepath.Join(folder, "link")
	require.NoError(s, os.Symlink(target, link))
	return link
}

const (
	stranger = 54321
	circle   = "too many levels of symbolic links"
	sticky   = 0o777 | os.ModeSticky
)

var scenes = map[string]scene{
	"a folder that is ours alone": {set: func(s *stage) string { return s.script }},
	"a sticky folder":             {set: func(s *stage) string { return s.chmod(s.folder, sticky) }},
	"a link":                      {set: func(s *stage) string { return s.link(s.TempDir(), s.script) }},
	"a link to the folder": {set: func(s *stage) string {
		return filepath.Join(s.link(s.TempDir(), s.folder), filepath.Base(s.script))
	}},
	"a folder that others can write to": {
		set: func(s *stage) string { return s.chmod(s.folder, 0o777) }, want: "chmod go-w",
	},
	"a folder above that others can write to": {
		set: func(s *stage) string { return s.chmod(filepath.Dir(s.folder), 0o757) }, want: "chmod go-w",
	},
	"a file that others can write to": {
		set: func(s *stage) string { return s.chmod(s.script, 0o707) }, want: "others can write to",
	},
	"a link that others can exchange": {set: func(s *stage) string {
		open := s.TempDir()
		s.chmod(open, 0o777)
		return s.link(open, s.script)
	}, want: "chmod go-w"},
	"links in a circle": {set: func(s *stage) string {
		require.NoError(s, os.Remove(s.script))
		require.NoError(s, os.Symlink(s.script, s.script))
		return s.script
	}, want: circle},
	"a folder of a group": {needsRoot: true, set: func(s *stage) string {
		s.giveAway(s.folder, -1, stranger)
		return s.chmod(s.folder, 0o770)
	}, want: "chmod go-w"},
	"another user's file": {
		needsRoot: true, set: func(s *stage) string { return s.giveAway(s.script, stranger, -1) }, want: "belongs to another user",
	},
	"another user's folder": {
		needsRoot: true, set: func(s *stage) string { return s.giveAway(s.folder, stranger, -1) }, want: "belongs to another user",
	},
	"another user's link in a sticky folder": {needsRoot: true, set: func(s *stage) string {
		open := s.TempDir()
		s.chmod(open, sticky)
		link := s.link(open, s.script)
		s.giveAway(link, stranger, -1)
		return link
	}, want: "belongs to another user"},
}

// marking returns a script that leaves a mark when it runs.
func marking(t *testing.T) (folder, script, mark string) {
	t.Helper()
	mark = filepath.Join(t.TempDir(), "executed")
	folder = filepath.Join(t.TempDir(), "above", "bin")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	script = filepath.Join(folder, "provider")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n: > "+mark+"\n"), 0o700))
	return folder, script, mark
}

func TestOpen_RefusesABinaryThatOthersCanReplace(t *testing.T) {
	t.Parallel()
	for name, c := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.needsRoot && os.Getuid() != 0 {
				t.Skip("only root can give a file away")
			}
			folder, script, mark := marking(t)
			approved := plugintest.SHA256(t, script)
			_, err := plugin.Open(t.Context(), c.set(&stage{T: t, folder: folder, script: script}), &plugin.OpenOptions{SHA256: approved})
			switch c.want {
			case "":
				require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
				assert.FileExists(t, mark)
			case circle:
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

func TestOpen_WarnsOfPermissionsWhereThereIsNoSum(t *testing.T) {
	t.Parallel()
	folder, script, mark := marking(t)
	require.NoError(t, os.Chmod(folder, 0o777))
	logger, log := plugintest.NewLog()
	_, err := plugin.Open(t.Context(), script, &plugin.OpenOptions{Logger: logger})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	assert.FileExists(t, mark)
	warning := log.Record("the provider's binary is not checked: no checksum was given")
	require.NotNil(t, warning)
	assert.Contains(t, warning["permissions"], "chmod go-w")
}

func TestOpen_LogsBothSumsWhenTheyDiffer(t *testing.T) {
	t.Parallel()
	_, script, _ := marking(t)
	logger, log := plugintest.NewLog()
	_, err := plugin.Open(t.Context(), script, &plugin.OpenOptions{SHA256: plugintest.Zeros, Logger: logger})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureChecksum})
	record := log.Record("the provider's binary was not executed: it is not the one that was approved")
	require.NotNil(t, record)
	assert.Equal(t, "ERROR", record["level"])
	assert.Equal(t, plugintest.SHA256(t, script), record["sha256"])
	assert.Equal(t, plugintest.Zeros, record["approved"])
	faults.Proved(t, faults.Injected{How: "another file than the approved one", Times: strings.Count(log.String(), plugintest.Zeros)}, "HP02")
}
