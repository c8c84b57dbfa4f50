package trust

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Path makes sure that nobody but root and this process's user decides what
// stands at the path, and returns what that is, behind all links. It need not be
// a regular file.
func Path(path string) (fs.FileInfo, error) { return ours().path(path) }

func (r *rule) path(path string) (fs.FileInfo, error) {
	if !filepath.IsAbs(path) {
		folder, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		path = folder + string(filepath.Separator) + path // not cleaned: ".." after a link leads elsewhere
	}
	info, err := os.Lstat("/")
	if err != nil {
		return nil, err
	}
	if err := r.checkFolder("/", info); err != nil {
		return nil, err
	}
	for w := (walk{rule: r, at: "/", rest: steps(path)}); len(w.rest) > 0; {
		if info, err = w.step(); err != nil {
			return nil, err
		}
	}
	return info, nil
}

// checkFile makes sure that nobody else could have written the file.
func (r *rule) checkFile(path string, info fs.FileInfo) error {
	switch {
	case !r.believesOwner(info):
		return ownerError(path, info)
	case r.othersCanWrite(info):
		return &Error{Err: ErrWritable, Path: path, Mode: info.Mode()}
	}
	return nil
}

func ownerError(path string, info fs.FileInfo) *Error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && isUnmapped(stat.Uid) {
		return &Error{Err: ErrUnmapped, Path: path, Mode: info.Mode()}
	}
	return &Error{Err: ErrOwner, Path: path, Mode: info.Mode()}
}

// checkFolder makes sure that nobody else can replace what is in a folder. In a
// sticky one, as the temporary folder is, they cannot: only the owner of a file
// can rename or remove it, and each owner on the way is looked at. Nor can a
// process here in one that is mounted only for reading, as Kubernetes mounts a
// ConfigMap; see the package's documentation.
func (r *rule) checkFolder(path string, info fs.FileInfo) error {
	if r.believesOwner(info) && (info.Mode()&fs.ModeSticky != 0 || isReadOnly(path)) {
		return nil
	}
	return r.checkFile(path, info)
}

// walk is on the way from the root folder to a file.
type walk struct {
	rule  *rule
	at    string // a folder, without links in its path
	rest  []string
	links int
}

// maxLinks is how many links the system itself follows.
const maxLinks = 40

func steps(path string) []string { return strings.Split(path, string(filepath.Separator)) }

// step takes the next name of the path, and returns what it is.
func (w *walk) step() (fs.FileInfo, error) {
	name := w.rest[0]
	w.rest = w.rest[1:]
	next := filepath.Join(w.at, name) // also of "..", since there are no links in it
	info, err := os.Lstat(next)
	if err != nil {
		return nil, err
	}
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		// A link has no mode of its own. Who may replace it is who may write to
		// its folder, which was looked at.
		if !w.rule.believesOwner(info) {
			return nil, ownerError(next, info)
		}
		return info, w.follow(next)
	case info.IsDir():
		w.at = next
		return info, w.rule.checkFolder(next, info)
	}
	return info, w.rule.checkFile(next, info)
}

// follow puts the target of a link in its place.
func (w *walk) follow(link string) error {
	if w.links++; w.links > maxLinks {
		return &Error{Err: ErrTooManyLinks, Path: link}
	}
	target, err := os.Readlink(link)
	if err != nil {
		return err
	}
	if filepath.IsAbs(target) {
		w.at = "/"
	}
	w.rest = append(steps(target), w.rest...)
	return nil
}
