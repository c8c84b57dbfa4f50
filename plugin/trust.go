package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// checkTrust makes sure that nobody but root and this process's user decides
// what stands at the path, which has to be absolute, and that it is still the
// open file. It looks at every folder and every link on the way, as sshd does
// for the files of a login.
func checkTrust(path string, file *os.File) error {
	info, err := trustedPath(path)
	if err != nil {
		return err
	}
	opened, err := file.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(info, opened) {
		return fmt.Errorf("%s was exchanged while it was looked at; try again", path)
	}
	return nil
}

// trustedPath gives what stands at a path that nobody but root and this
// process's user decides about.
func trustedPath(path string) (fs.FileInfo, error) {
	walk := trustWalk{at: "/", rest: steps(path)}
	info, err := os.Lstat("/")
	if err != nil {
		return nil, err
	}
	if err := distrustFolder("/", info); err != nil {
		return nil, err
	}
	for len(walk.rest) > 0 {
		if info, err = walk.step(); err != nil {
			return nil, err
		}
	}
	return info, nil
}

// trustWalk is on the way from the root folder to a file.
type trustWalk struct {
	at    string // a folder, without links in its path
	rest  []string
	links int
}

// maxLinks is how many links the system itself follows.
const maxLinks = 40

func steps(path string) []string { return strings.Split(path, string(filepath.Separator)) }

// step takes the next name of the path, and gives what it is.
func (w *trustWalk) step() (fs.FileInfo, error) {
	name := w.rest[0]
	w.rest = w.rest[1:]
	next := filepath.Join(w.at, name) // also of "..", since there are no links in it
	info, err := os.Lstat(next)
	if err != nil {
		return nil, err
	}
	if !ownedByRootOrUs(info) {
		return nil, fmt.Errorf("%s belongs to another user, who decides what it is; "+
			"it must belong to root or to the host's user: chown it, or move what is below it", next)
	}
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		return info, w.follow(next)
	case info.IsDir():
		w.at = next
		return info, distrustFolder(next, info)
	case writableByOthers(info):
		return nil, fmt.Errorf("others can write to %s (mode %s); chmod go-w it", next, info.Mode())
	}
	return info, nil
}

// follow puts the target of a link in its place. Who may replace the link is
// who may write to its folder, which was looked at.
func (w *trustWalk) follow(link string) error {
	if w.links++; w.links > maxLinks {
		return errors.New("too many links lead to the file")
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

// distrustFolder refuses a folder in which others can replace what is ours. In
// a sticky one, as the temporary folder is, they cannot: only the owner of a
// file can rename or remove it, and each owner on the way is looked at.
func distrustFolder(path string, info fs.FileInfo) error {
	if !writableByOthers(info) || info.Mode()&fs.ModeSticky != 0 {
		return nil
	}
	return fmt.Errorf("others can write to the folder %s (mode %s), and so put something else in the place of what is there; chmod go-w it", path, info.Mode())
}

// writableByOthers reports whether somebody besides root and this process's
// user may write. A group that has no other member is not somebody.
func writableByOthers(info fs.FileInfo) bool {
	switch mode := info.Mode().Perm(); {
	case mode&0o002 != 0:
		return true
	case mode&0o020 != 0:
		return !ourGroup(info)
	}
	return false
}

// maxAccounts bounds the system's lists of users and groups.
const maxAccounts = 1 << 20

// groupIsOurs reports whether the texts, which are /etc/group and /etc/passwd,
// say that nobody is in the group but root and the user. Many systems give each
// user such a group, and let it write to all that the user makes. A group that
// is not in the text, but in a directory somewhere, may have anybody in it.
func groupIsOurs(group, passwd, gid, uid string) bool {
	ours := map[string]bool{} // by name
	for line := range strings.Lines(passwd) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) < 4 {
			continue
		}
		ours[fields[0]] = fields[2] == uid || fields[2] == "0"
		if fields[3] == gid && !ours[fields[0]] {
			return false
		}
	}
	found := false
	for line := range strings.Lines(group) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) < 4 || fields[2] != gid {
			continue
		}
		found = true
		for member := range strings.SplitSeq(fields[3], ",") {
			if member != "" && !ours[member] {
				return false
			}
		}
	}
	return found
}
