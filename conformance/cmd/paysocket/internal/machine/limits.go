package machine

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// What a host needs of this machine: for itself, and for each provider. A process of a
// provider in Go has about 20 threads under load and 30 MiB, and its host 10 descriptors
// for it.
const (
	ownFiles, filesEach         = 200, 20
	ownThreads, threadsEach     = 50, 30
	ownMemory, memoryEach       = 128 << 20, 64 << 20
	addressSpace                = 4 << 30 // below, Go's runtime may not find what it reserves
	unlimited               int = math.MaxInt
)

// limit returns the limit in force; unlimited if there is none.
func limit(resource int) int {
	var l unix.Rlimit
	if err := unix.Getrlimit(resource, &l); err != nil || uint64(l.Cur) > math.MaxInt64 { //nolint:unconvert // It is signed on some systems.
		return unlimited
	}
	return int(l.Cur)
}

func shown(n int) string {
	if n == unlimited {
		return "unlimited"
	}
	return strconv.Itoa(n)
}

// files looks at how many descriptors a process may have. Go raises the soft limit to
// the hard one.
func files(h *Host) Line {
	most, needed := limit(unix.RLIMIT_NOFILE), ownFiles+h.Providers*filesEach
	if most < needed {
		return bad("limits", "nofile", fmt.Sprintf("write LimitNOFILE=%d or more for systemd, or ulimit -n", max(4096, needed)),
			"a process may open %d files, and a host with %d providers needs about %d", most, h.Providers, needed)
	}
	return ok("limits", "nofile", "%s files", shown(most))
}

// processes looks at how many threads more the control groups may have, and the user.
func processes(h *Host) Line {
	most, used := fullest(controlGroups())
	group := threads(h, "the control group", "write TasksMax= for systemd, or --pids-limit for a container", most, used)
	own := limit(unix.RLIMIT_NPROC)
	if group.Status == Bad || os.Geteuid() == 0 || own == unlimited { // the kernel does not bound root
		return group
	}
	return threads(h, "the user", "write LimitNPROC= for systemd, or ulimit -u", own, threadsOf(os.Geteuid()))
}

func threads(h *Host, who, remedy string, most, used int) Line {
	needed := ownThreads + h.Providers*threadsEach
	switch {
	case most == unlimited:
		return ok("limits", "nproc", "unlimited")
	case used != unlimited && most-used < needed:
		return bad("limits", "nproc", remedy, "%s may have %d threads and has %d; a host with %d providers needs about %d more", who, most, used, h.Providers, needed)
	default:
		return ok("limits", "nproc", "%s may have %d threads", who, most)
	}
}

// memory looks at the address space, and at what the control group may use.
func memory(h *Host) Line {
	needed := ownMemory + h.Providers*memoryEach
	if space := limit(unix.RLIMIT_AS); space < addressSpace {
		return bad("limits", "memory", "write LimitAS=infinity for systemd, or ulimit -v unlimited, and bound the memory of the control group (MemoryMax=)",
			"the address space of a process is bounded to %d MiB, and programs in Go reserve more than they use", space>>20)
	}
	most := leastOf("memory.max", controlGroups())
	switch {
	case most == unlimited:
		return ok("limits", "memory", "nothing that can be seen bounds it; %d providers use about %d MiB", h.Providers, needed>>20)
	case most < needed:
		return bad("limits", "memory", fmt.Sprintf("write MemoryMax=%dM or more for systemd, or --memory for a container", needed>>20),
			"the control group may use %d MiB, and a host with %d providers needs about %d", most>>20, h.Providers, needed>>20)
	default:
		return ok("limits", "memory", "enough for %d providers, which use about %d MiB", h.Providers, needed>>20)
	}
}

// core looks at whether a crash of the host would write its memory to a file.
func core() Line {
	if most := limit(unix.RLIMIT_CORE); most > 0 {
		return warn("limits", "core", "write LimitCORE=0 for systemd, or ulimit -c 0, unless the host does so itself as host-example does",
			"a host that crashes writes its memory, with all secrets, to a file of up to %s bytes", shown(most))
	}
	return ok("limits", "core", "a crash writes no memory to a file")
}

// controlGroups returns the folders of this process's control groups of version 2, from
// its own to the root.
func controlGroups() []string {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	var folders []string
	for line := range strings.Lines(string(text)) {
		group, second := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !second {
			continue
		}
		for ; ; group = filepath.Dir(group) {
			folders = append(folders, filepath.Join("/sys/fs/cgroup", group))
			if group == "/" || group == "." {
				break
			}
		}
	}
	return folders
}

// fullest returns how many threads the control group may have that has the fewest left,
// and how many it has. Both are unlimited if no group is bounded, and the second if no
// bounded group says what it has.
func fullest(groups []string) (most, used int) {
	most, used = unlimited, unlimited
	for _, group := range groups {
		m, u := number(group, "pids.max"), number(group, "pids.current")
		if m == unlimited || u == unlimited {
			continue
		}
		if most == unlimited || m-u < most-used {
			most, used = m, u
		}
	}
	if most == unlimited {
		most = leastOf("pids.max", groups)
	}
	return most, used
}

// leastOf returns the least value of a file in the control groups; unlimited if none of
// them bounds it.
func leastOf(name string, groups []string) int {
	least := unlimited
	for _, group := range groups {
		least = min(least, number(group, name))
	}
	return least
}

// number returns what a file of a control group says; unlimited if that is no number.
func number(group, name string) int {
	value, err := os.ReadFile(filepath.Join(group, name)) //nolint:gosec // The kernel's names.
	if err != nil {
		return unlimited
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(value)))
	if err != nil {
		return unlimited
	}
	return n
}

// threadsOf returns how many threads a user has; unlimited if that is not known.
func threadsOf(uid int) int {
	files, _ := filepath.Glob("/proc/[0-9]*/status")
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // The names are the kernel's.
		if err != nil {
			continue
		}
		if statusField(string(text), "Uid:") == strconv.Itoa(uid) {
			threads, _ := strconv.Atoi(statusField(string(text), "Threads:"))
			count += threads
		}
	}
	if count == 0 {
		return unlimited
	}
	return count
}

// statusField returns the first word of a line of /proc/PID/status.
func statusField(text, name string) string {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			return fields[1]
		}
	}
	return ""
}
