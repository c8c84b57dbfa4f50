package trust

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func opened(t *testing.T, path string) *File {
	t.Helper()
	file, err := Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func TestOpen_TakesRegularFilesAndWaitsForNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	content, err := opened(t, s.file).ReadAll(7)
	require.NoError(t, err)
	assert.Equal(t, "content", string(content))
	assert.Equal(t, os.FileMode(0o600), opened(t, s.file).Mode())

	pipe := s.above + "/pipe"
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for _, path := range []string{pipe, s.folder, os.DevNull} {
		_, err := Open(path)
		require.ErrorIs(t, err, ErrNotRegular, path)
		assert.EqualError(t, err, "it is not a regular file")
	}
	_, err = Open(s.above + "/none")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestFile_ReadAllRefusesWhatIsLonger(t *testing.T) {
	t.Parallel()
	_, err := opened(t, newSite(t).file).ReadAll(6)
	require.ErrorIs(t, err, ErrTooLong)
	assert.EqualError(t, err, "it is longer than 6 bytes")
}

func TestFile_CheckContentAsksForTheFileAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.chmod(s.folder, 0o777)
	require.NoError(t, opened(t, s.file).CheckContent(), "the folder is another question")
	require.ErrorIs(t, opened(t, s.file).CheckPath(), ErrWritable)
	for _, mode := range []os.FileMode{0o602, 0o606, 0o666} {
		s.chmod(s.file, mode)
		err := opened(t, s.file).CheckContent()
		require.ErrorIs(t, err, ErrWritable, mode)
		var wrong *Error
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, Error{Err: ErrWritable, Path: s.file, Mode: mode}, *wrong)
	}
	for _, mode := range []os.FileMode{0o400, 0o600, 0o644, 0o755} {
		s.chmod(s.file, mode)
		require.NoError(t, opened(t, s.file).CheckContent(), mode)
	}
}

func TestFile_CheckContentAsksWhoIsInTheGroup(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.chmod(s.file, 0o664)
	info, err := os.Stat(s.file)
	require.NoError(t, err)
	require.NoError(t, believing(t, "").checkFile(s.file, info), "made with the umask 002")
	require.NoError(t, believing(t, "us").checkFile(s.file, info))
	require.ErrorIs(t, believing(t, mallory).checkFile(s.file, info), ErrWritable)
	unknown := believing(t, "")
	unknown.group = s.above + "/none"
	require.ErrorIs(t, unknown.checkFile(s.file, info), ErrWritable, "a system whose groups cannot be read")
	huge := believing(t, "")
	require.NoError(t, os.WriteFile(huge.passwd, []byte(strings.Repeat("#", maxAccounts+1)), 0o600))
	require.ErrorIs(t, huge.checkFile(s.file, info), ErrWritable)
}

func TestFile_CheckPrivateAsksForTheMode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for mode, want := range map[os.FileMode]error{
		0o400: nil, 0o600: nil, 0o700: nil,
		0o440: nil, 0o640: nil, // the group is this process's
		0o620: ErrNotPrivate, 0o660: ErrNotPrivate, 0o604: ErrNotPrivate, 0o601: ErrNotPrivate, 0o444: ErrNotPrivate, 0o666: ErrNotPrivate,
	} {
		s.chmod(s.file, mode)
		err := opened(t, s.file).CheckPrivate()
		require.ErrorIs(t, err, want, mode)
		if want != nil {
			assert.ErrorContains(t, err, "chmod 600 ")
		}
	}
}

func TestFile_CheckPrivateAsksForTheGroup(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.chmod(s.file, 0o440)
	info, err := os.Stat(s.file)
	require.NoError(t, err)
	require.NoError(t, believing(t, "").checkPrivate(s.file, info), "nobody else is in the group")
	shared := believing(t, mallory)
	require.ErrorIs(t, shared.checkPrivate(s.file, info), ErrNotPrivate)
	shared.gids = []int{1, os.Getegid()}
	require.NoError(t, shared.checkPrivate(s.file, info), "this process is in it")
	s.chmod(s.file, 0o460)
	info, err = os.Stat(s.file)
	require.NoError(t, err)
	require.ErrorIs(t, shared.checkPrivate(s.file, info), ErrNotPrivate, "the group may write")
}

func TestRemedy_KnowsWhoMountedTheFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.NoError(t, os.Mkdir(s.folder+"/..2026_11_30", 0o755))
	require.NoError(t, os.WriteFile(s.folder+"/..2026_11_30/key", nil, 0o644))
	require.NoError(t, os.Symlink("..2026_11_30", s.folder+"/..data"))
	require.NoError(t, os.Symlink("..data/key", s.folder+"/key"))
	for path, want := range map[string]string{
		s.file:                           "chmod 600 " + s.file,
		s.folder + "/../folder/file":     "chmod 600",
		s.folder + "/key":                "defaultMode: 0400",
		"/run/secrets/key":               "a mode of 0400 and the host's uid",
		"/var/run/secrets/of/key":        "a mode of 0400 and the host's uid",
		"/run/credentials/a.service/key": "LoadCredential=",
		"/run/secretsofmine/key":         "chmod 600",
	} {
		assert.Contains(t, Remedy(path), want, path)
	}
}

func TestFile_CheckPathSeesAnExchangedFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := opened(t, s.file)
	require.NoError(t, file.CheckPath())
	require.NoError(t, os.Rename(s.file, s.file+".old"))
	require.ErrorIs(t, file.CheckPath(), os.ErrNotExist)
	require.NoError(t, os.WriteFile(s.file, []byte("content"), 0o600))
	err := file.CheckPath()
	require.ErrorIs(t, err, ErrExchanged)
	require.ErrorContains(t, err, s.file+" was exchanged while it was looked at; try again")
	require.NoError(t, os.Remove(s.file))
	require.NoError(t, os.Symlink(s.file+".old", s.file))
	require.NoError(t, file.CheckPath(), "a link leads to it")
	content, err := file.ReadAll(7)
	require.NoError(t, err)
	assert.Equal(t, "content", string(content), "the file that was looked at")
}

func TestIsOurs_IsWhatThisProcessCouldHaveMade(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	info, err := os.Stat(s.file)
	require.NoError(t, err)
	assert.True(t, IsOurs(info))
	needRoot(t)
	s.chown(s.file, stranger, -1)
	info, err = os.Stat(s.file)
	require.NoError(t, err)
	assert.False(t, IsOurs(info))
}
