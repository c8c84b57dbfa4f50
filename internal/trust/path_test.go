package trust

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	stranger = 54321
	sticky   = 0o777 | os.ModeSticky
)

// site is a file, alone in a folder, and what may be done to them.
type site struct {
	*testing.T

	above, folder, file string
}

func newSite(t *testing.T) *site {
	t.Helper()
	above := t.TempDir()
	folder := filepath.Join(above, "folder")
	file := filepath.Join(folder, "file")
	require.NoError(t, os.Mkdir(folder, 0o700))
	require.NoError(t, os.WriteFile(file, []byte("content"), 0o600))
	require.NoError(t, os.Chmod(above, 0o755)) // whatever the umask is
	return &site{T: t, above: above, folder: folder, file: file}
}

func (s *site) chmod(path string, mode os.FileMode) string {
	require.NoError(s, os.Chmod(path, mode))
	return s.file
}

func (s *site) chown(path string, uid, gid int) string {
	require.NoError(s, os.Lchown(path, uid, gid))
	return s.file
}

// link puts a link to the target into the folder, which it makes, and returns
// its path.
func (s *site) link(folder, target string, mode os.FileMode) string {
	require.NoError(s, os.Mkdir(folder, 0o700))
	link := filepath.Join(folder, "link")
	require.NoError(s, os.Symlink(target, link))
	s.chmod(folder, mode)
	return link
}

// believing returns a rule for this process's user, on a system on which the
// process's group is the user's own, or is shared with somebody.
func believing(t *testing.T, members string) *rule {
	t.Helper()
	folder, uid, gid := t.TempDir(), strconv.Itoa(os.Geteuid()), strconv.Itoa(os.Getegid())
	r := &rule{uid: ours().uid, group: filepath.Join(folder, "group"), passwd: filepath.Join(folder, "passwd")}
	require.NoError(t, os.WriteFile(r.group, []byte("us:x:"+gid+":"+members+"\n"), 0o600))
	require.NoError(t, os.WriteFile(r.passwd, []byte("us:x:"+uid+":"+gid+"::/:\nmallory:x:54321:54321::/:\n"), 0o600))
	return r
}

const mallory = "mallory"

var paths = map[string]struct {
	needsRoot bool
	members   string // of the process's group, besides its user
	set       func(*site) (path string)
	want      error // nil: it is believed
	remedy    string
}{
	"a file of ours": {set: func(s *site) string { return s.file }},
	"a folder":       {set: func(s *site) string { return s.folder }},
	"dots": {set: func(s *site) string {
		return s.above + "/folder/./../folder//file"
	}},
	"a sticky folder that all can write to": {set: func(s *site) string { return s.chmod(s.folder, sticky) }},
	"a link":                                {set: func(s *site) string { return s.link(s.above+"/links", s.file, 0o700) }},
	"a link to the folder":                  {set: func(s *site) string { return s.link(s.above+"/links", s.folder, 0o700) + "/file" }},
	"a relative link":                       {set: func(s *site) string { return s.link(s.above+"/links", "../folder/file", 0o700) }},
	"a link in a sticky folder":             {set: func(s *site) string { return s.link(s.above+"/links", s.file, sticky) }},
	"dots after a link": {set: func(s *site) string {
		return s.link(s.above+"/links", s.folder, 0o700) + "/../folder/file"
	}},
	"made with the umask 002": {set: func(s *site) string {
		s.chmod(s.folder, 0o775)
		return s.chmod(s.file, 0o664)
	}},

	"a file that others can write to":         {set: func(s *site) string { return s.chmod(s.file, 0o602) }, want: ErrWritable, remedy: "file (mode -rw-----w-); chmod go-w it"},
	"a folder that others can write to":       {set: func(s *site) string { return s.chmod(s.folder, 0o702) }, want: ErrWritable, remedy: "the folder"},
	"a folder above that others can write to": {set: func(s *site) string { return s.chmod(s.above, 0o757) }, want: ErrWritable, remedy: "the folder"},
	"a file that a shared group can write to": {
		members: mallory, set: func(s *site) string { return s.chmod(s.file, 0o664) }, want: ErrWritable, remedy: "chmod go-w it",
	},
	"a folder that a shared group can write to": {
		members: mallory, set: func(s *site) string { return s.chmod(s.folder, 0o775) }, want: ErrWritable, remedy: "chmod go-w it",
	},
	"a link that others can exchange": {
		set: func(s *site) string { return s.link(s.above+"/links", s.file, 0o777) }, want: ErrWritable, remedy: "links",
	},
	"links in a circle": {set: func(s *site) string {
		require.NoError(s, os.Remove(s.file))
		require.NoError(s, os.Symlink(s.file, s.file))
		return s.file
	}, want: ErrTooManyLinks, remedy: "too many links"},
	"nothing":                {set: func(s *site) string { return s.above + "/none" }, want: os.ErrNotExist},
	"nothing, behind a link": {set: func(s *site) string { return s.link(s.above+"/links", "none", 0o700) }, want: os.ErrNotExist},

	"another user's file": {
		needsRoot: true, set: func(s *site) string { return s.chown(s.file, stranger, -1) }, want: ErrOwner, remedy: "chown it",
	},
	"another user's folder": {
		needsRoot: true, set: func(s *site) string { return s.chown(s.folder, stranger, -1) }, want: ErrOwner, remedy: "chown it",
	},
	"another user's sticky folder": {needsRoot: true, set: func(s *site) string {
		s.chmod(s.folder, sticky)
		return s.chown(s.folder, stranger, -1)
	}, want: ErrOwner, remedy: "chown it"},
	"another user's file in a sticky folder": {needsRoot: true, set: func(s *site) string {
		s.chmod(s.folder, sticky)
		return s.chown(s.file, stranger, -1)
	}, want: ErrOwner, remedy: "chown it"},
	"another user's link in a sticky folder": {needsRoot: true, set: func(s *site) string {
		link := s.link(s.above+"/links", s.file, sticky)
		s.chown(link, stranger, -1)
		return link
	}, want: ErrOwner, remedy: "link belongs to another user"},
	"a group's that nobody knows": {needsRoot: true, set: func(s *site) string {
		s.chown(s.file, -1, stranger)
		return s.chmod(s.file, 0o660)
	}, want: ErrWritable, remedy: "chmod go-w it"},
}

func TestPath_IsBelievedIfNobodyElseDecidesWhatStandsThere(t *testing.T) {
	t.Parallel()
	for name, c := range paths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.needsRoot {
				needRoot(t)
			}
			s := newSite(t)
			path := c.set(s)
			info, err := believing(t, c.members).path(path)
			if c.want == nil {
				require.NoError(t, err)
				want, err := os.Stat(path)
				require.NoError(t, err)
				assert.True(t, os.SameFile(want, info), "where the system leads")
				return
			}
			require.ErrorIs(t, err, c.want)
			assert.ErrorContains(t, err, c.remedy)
		})
	}
}

// A path that does not begin at the root begins at the working folder, and is
// walked from the root all the same.
func TestPath_LooksAtTheFoldersAboveTheWorkingFolder(t *testing.T) {
	s := newSite(t)
	t.Chdir(s.folder)
	r := believing(t, "")
	info, err := r.path("file")
	require.NoError(t, err)
	assert.Equal(t, "file", info.Name())
	require.NoError(t, os.Symlink(s.above, "up"))
	info, err = r.path("up/../" + filepath.Base(s.above) + "/folder/file")
	require.NoError(t, err, "dots after a link lead to where the link leads")
	assert.Equal(t, "file", info.Name())
	info, err = r.path(".")
	require.NoError(t, err)
	assert.True(t, info.IsDir())
	s.chmod(s.above, 0o777)
	_, err = r.path("file")
	require.ErrorIs(t, err, ErrWritable)
	assert.ErrorContains(t, err, s.above+" ")
}

// The system opens nothing behind more links, whatever was thought of them.
func TestPath_FollowsAsManyLinksAsTheSystem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.file
	for i := range maxLinks + 1 {
		next := filepath.Join(s.above, "link"+strconv.Itoa(i))
		require.NoError(t, os.Symlink(path, next))
		_, err := believing(t, "").path(next)
		if i < maxLinks {
			require.NoError(t, err, i)
		} else {
			require.ErrorIs(t, err, ErrTooManyLinks)
		}
		path = next
	}
}
