package trust

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// isReadOnly reports whether what is at the path is on a mount by which nobody can
// write, as that of a ConfigMap is.
func isReadOnly(path string) bool {
	const readOnly = 1 // ST_RDONLY
	var stat syscall.Statfs_t
	return syscall.Statfs(path, &stat) == nil && stat.Flags&readOnly != 0
}

// isUnmapped reports whether an owner's id is that of all users that this process's
// user namespace does not know, and of no user whom it knows.
func isUnmapped(uid uint32) bool {
	overflow, err := os.ReadFile("/proc/sys/fs/overflowuid")
	if err != nil || !isID(strings.TrimSpace(string(overflow)), uid) {
		return false
	}
	ids, err := os.ReadFile("/proc/self/uid_map")
	for line := range strings.Lines(string(ids)) {
		var first, outside, count uint64
		if _, err := fmt.Sscan(line, &first, &outside, &count); err == nil && first <= uint64(uid) && uint64(uid) < first+count {
			return false
		}
	}
	return err == nil
}
