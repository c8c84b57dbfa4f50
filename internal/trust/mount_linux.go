package trust

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// isReadOnly reports whether what is at the path is on a mount to which nobody can
// write, as that of a ConfigMap is.
func isReadOnly(path string) bool {
	const readOnly = 1 // ST_RDONLY
	var stat syscall.Statfs_t
	return syscall.Statfs(path, &stat) == nil && stat.Flags&readOnly != 0
}

// isUnmapped reports whether an owner's id is that of all users that this process's
// user namespace does not know.
func isUnmapped(uid uint32) bool {
	overflow, err := os.ReadFile("/proc/sys/fs/overflowuid")
	if err != nil || strings.TrimSpace(string(overflow)) != strconv.FormatUint(uint64(uid), 10) {
		return false
	}
	ids, err := os.ReadFile("/proc/self/uid_map")
	fields := strings.Fields(string(ids))
	return err == nil && (len(fields) != 3 || fields[2] != "4294967295")
}
