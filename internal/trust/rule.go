package trust

import (
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// rule is who is believed: root, and a user.
type rule struct {
	uid           uint32
	gids          []int  // the groups that the process is in
	group, passwd string // the system's files of groups and users
}

// ours is the rule for this process; see the documentation of the package.
func ours() *rule {
	gids, _ := os.Getgroups() // those that the process has besides its own
	return &rule{
		uid:   uint32(os.Geteuid()), //nolint:gosec // Ids of users have 32 bits.
		gids:  append(gids, os.Getegid()),
		group: "/etc/group", passwd: "/etc/passwd",
	}
}

// checkPrivate makes sure that nobody else could read or write the file.
func (r *rule) checkPrivate(path string, info fs.FileInfo) error {
	mode := info.Mode().Perm()
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case mode&0o077 == 0:
		return nil
	case mode&0o027 == 0 && (ok && slices.Contains(r.gids, int(stat.Gid)) || r.ownsGroup(info)):
		return nil
	}
	return &Error{Err: ErrNotPrivate, Path: path, Mode: info.Mode()}
}

// IsOurs reports whether the file belongs to this process's user, so that the
// process itself could have made it.
func IsOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == ours().uid
}

// believesOwner reports whether the file belongs to root or to the user. In a user
// namespace, a process whose user it does not know has the id of all such users.
func (r *rule) believesOwner(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || stat.Uid == r.uid && !isUnmapped(stat.Uid))
}

// othersCanWrite reports whether somebody besides root and the user may write.
// A group that has no other member is not somebody.
func (r *rule) othersCanWrite(info fs.FileInfo) bool {
	switch mode := info.Mode().Perm(); {
	case mode&0o002 != 0:
		return true
	case mode&0o020 != 0:
		return !r.ownsGroup(info)
	}
	return false
}

// maxAccounts bounds the system's files of users and groups.
const maxAccounts = 1 << 20

// ownsGroup reports whether nobody but root and the user is in the file's group.
func (r *rule) ownsGroup(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	group, groupErr := readAll(r.group, maxAccounts)
	passwd, passwdErr := readAll(r.passwd, maxAccounts)
	return groupErr == nil && passwdErr == nil && groupIsOurs(string(group), string(passwd), stat.Gid, r.uid)
}

func readAll(path string, limit int64) ([]byte, error) {
	file, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return file.ReadAll(limit)
}
