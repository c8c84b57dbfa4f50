package confine

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_X86_64

// foreignCalls refuses the calls of the x32 interface, which have numbers of their
// own and the same architecture.
func foreignCalls() []unix.SockFilter {
	const x32 = 0x40000000
	return []unix.SockFilter{jump(unix.BPF_JGE, x32, 0, 1), refuse(unix.ENOSYS)}
}

// What only this architecture has beside the newer forms.
func olderAttributes() []uintptr {
	return []uintptr{unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT}
}

func olderForks() []uintptr { return []uintptr{unix.SYS_FORK, unix.SYS_VFORK} }
