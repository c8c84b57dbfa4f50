package trust

import (
	"iter"
	"strconv"
	"strings"
)

// groupIsOurs reports whether the texts, which are /etc/group and /etc/passwd,
// say that nobody is in the group but root and the user. A group that is not in
// the text, but in a directory somewhere, may have anybody in it.
func groupIsOurs(group, passwd string, gid, uid uint32) bool {
	strangers := map[string]bool{} // by name: whether one of that name is somebody else
	for user := range accounts(passwd) {
		name, stranger := user[0], !isID(user[2], uid) && !isID(user[2], 0)
		if stranger && isID(user[3], gid) {
			return false
		}
		strangers[name] = strangers[name] || stranger
	}
	found := false
	for entry := range accounts(group) {
		if !isID(entry[2], gid) {
			continue
		}
		found = true
		for member := range strings.SplitSeq(entry[3], ",") {
			if stranger, known := strangers[member]; member != "" && (stranger || !known) {
				return false
			}
		}
	}
	return found
}

// accounts iterates over the lines of /etc/passwd or /etc/group, as fields; both
// have an id in the third of at least four. What is no such line is left out.
func accounts(text string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			fields := strings.Split(strings.TrimSpace(line), ":")
			if len(fields) >= 4 && !yield(fields) {
				return
			}
		}
	}
}

// isID compares numbers, as the system does: "0100" is 100.
func isID(text string, id uint32) bool {
	number, err := strconv.ParseUint(text, 10, 32)
	return err == nil && uint32(number) == id
}
