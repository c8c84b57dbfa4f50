//go:build amd64 || arm64

package confine

import (
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// Calls makes the kernel refuse the system calls that serving does not need and
// landlock allows: those that change the attributes of files, begin programs and
// processes, act on other processes, use networks other than TCP and UDP, or lead
// around all that. It needs no landlock.
func Calls() error {
	if err := install(slices.Concat(attributes(), programs(), processes(os.Getpid()), networks(), detours())); err != nil {
		return fmt.Errorf("system calls are not filtered: %w", err)
	}
	return nil
}

// lastCalls makes the kernel refuse what the process needs until it is confined:
// to listen, as it does at its own socket, and the signal by which landlock reaches
// threads of C, which can be sent to those of other processes as well. Landlock sees a
// socket that is bound to a port, and not one that the kernel binds when it listens.
func lastCalls() error {
	if err := install(append(always(unix.EACCES, unix.SYS_LISTEN), always(unix.EPERM, unix.SYS_TKILL)...)); err != nil {
		return fmt.Errorf("it can listen: %w", err)
	}
	return nil
}

// always refuses calls whatever their arguments are.
func always(errno unix.Errno, calls ...uintptr) []refusal {
	refusals := make([]refusal, len(calls))
	for i, call := range calls {
		refusals[i] = refusal{call: call, errno: errno}
	}
	return refusals
}

// attributes are the calls that change the mode, the owner, the times and the extended
// attributes of files, and their size, which landlock of older kernels allows.
func attributes() []refusal {
	refusals := always(unix.EPERM, slices.Concat(olderAttributes(), []uintptr{
		unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT,
		unix.SYS_UTIMENSAT, unix.SYS_TRUNCATE, unix.SYS_FILE_SETATTR,
		unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT,
		unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR, unix.SYS_REMOVEXATTRAT,
	})...)
	const setFileAttributes = 0x401c5820 // FS_IOC_FSSETXATTR
	return append(refusals, refusal{unix.SYS_IOCTL, unix.EPERM, []condition{is(1, unix.FS_IOC_SETFLAGS, setFileAttributes)}})
}

// programs are the calls that start a program or a process: a new one would outlive a host that
// kills this one. A thread is no process. The C library makes one by clone if there is
// no clone3, whose flags a filter cannot see. Landlock lets a file in memory be
// executed.
func programs() []refusal {
	refusals := always(unix.EPERM, slices.Concat(olderForks(), []uintptr{
		unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_SETSID, unix.SYS_SETPGID,
	})...)
	return append(refusals,
		refusal{unix.SYS_CLONE, unix.EPERM, []condition{lacks(0, unix.CLONE_THREAD)}},
		refusal{unix.SYS_CLONE3, unix.ENOSYS, nil})
}

// processes are the calls that signal other processes, change their limits and
// priorities, reach their memory, or share with them without a file.
func processes(own int) []refusal {
	refusals := always(unix.EPERM,
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE,
		unix.SYS_PIDFD_GETFD, unix.SYS_KCMP, unix.SYS_MIGRATE_PAGES, unix.SYS_MOVE_PAGES, unix.SYS_SETPRIORITY, unix.SYS_IOPRIO_SET,
		unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMCTL, unix.SYS_SEMOP, unix.SYS_SEMTIMEDOP,
		unix.SYS_MSGGET, unix.SYS_MSGCTL, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
		unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY)
	for _, call := range []uintptr{unix.SYS_KILL, unix.SYS_TGKILL, unix.SYS_RT_SIGQUEUEINFO, unix.SYS_RT_TGSIGQUEUEINFO, unix.SYS_PIDFD_OPEN} {
		refusals = append(refusals, refusal{call, unix.EPERM, []condition{isNot(0, uint32(own))}}) //nolint:gosec // A process id.
	}
	for _, call := range []uintptr{
		unix.SYS_PRLIMIT64, unix.SYS_SCHED_SETAFFINITY, unix.SYS_SCHED_SETATTR, unix.SYS_SCHED_SETPARAM, unix.SYS_SCHED_SETSCHEDULER,
	} {
		refusals = append(refusals, refusal{call, unix.EPERM, []condition{isNot(0, 0, uint32(own))}}) //nolint:gosec // Likewise.
	}
	return refusals
}

// networks leaves TCP, UDP, unix sockets and netlink, from which a resolver learns the
// addresses of the machine. What else carries a stream, such as Multipath TCP and
// SCTP, is no TCP to landlock. Go takes this answer for a system without Multipath
// TCP, and uses TCP. Nor does landlock see a connection that sending begins.
func networks() []refusal {
	internet := is(0, unix.AF_INET, unix.AF_INET6)
	fastOpen := func(call uintptr, flags uint32) refusal {
		return refusal{call, unix.EOPNOTSUPP, []condition{has(flags, unix.MSG_FASTOPEN)}}
	}
	const kind = 0xf // of a socket; the other bits are flags
	return []refusal{
		{unix.SYS_SOCKET, unix.EAFNOSUPPORT, []condition{isNot(0, unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK)}},
		{unix.SYS_SOCKET, unix.EPROTONOSUPPORT, []condition{internet, isNot(2, 0, unix.IPPROTO_TCP, unix.IPPROTO_UDP)}},
		{unix.SYS_SOCKET, unix.EPROTONOSUPPORT, []condition{
			internet, {argument: 1, mask: kind, none: true, values: []uint32{unix.SOCK_STREAM, unix.SOCK_DGRAM}},
		}},
		fastOpen(unix.SYS_SENDTO, 3), fastOpen(unix.SYS_SENDMSG, 2), fastOpen(unix.SYS_SENDMMSG, 3),
	}
}

// detours are the calls that would lead around the others, or undo what [Process]
// does: rings of calls that no filter sees, other namespaces, the kernel's own
// programs, and the memory that was hidden.
func detours() []refusal {
	return append(always(unix.EPERM, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD),
		refusal{unix.SYS_IO_URING_SETUP, unix.ENOSYS, nil},
		refusal{unix.SYS_PRCTL, unix.EPERM, []condition{is(0, unix.PR_SET_DUMPABLE, unix.PR_SET_PTRACER)}})
}
