package confine

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

func foreignCalls() []unix.SockFilter { return nil }

func olderAttributes() []uintptr { return nil }

func olderForks() []uintptr { return nil }
