//go:build amd64 || arm64

package confine

import (
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// refusal is a system call that the kernel refuses to this process.
type refusal struct {
	call  uintptr
	errno unix.Errno
	when  []condition // all must hold; always if there is none
}

// condition is one about an argument, of which it sees the lower half, as the kernel
// does of an int. It holds if the masked argument is one of the values, or with
// none if it is not.
type condition struct {
	argument uint32 // from 0
	mask     uint32
	none     bool
	values   []uint32
}

const allBits = ^uint32(0)

func is(argument uint32, values ...uint32) condition {
	return condition{argument: argument, mask: allBits, values: values}
}

func isNot(argument uint32, values ...uint32) condition {
	return condition{argument: argument, mask: allBits, none: true, values: values}
}

func has(argument, bit uint32) condition {
	return condition{argument: argument, mask: bit, values: []uint32{bit}}
}

func lacks(argument, bit uint32) condition {
	return condition{argument: argument, mask: bit, none: true, values: []uint32{bit}}
}

// Where a filter finds what it looks at: struct seccomp_data.
const (
	atCall      = 0
	atArch      = 4
	atArguments = 16
)

// program returns the filter that refuses these calls, and all calls of other
// architectures that the kernel knows, whose numbers are others.
func program(refusals []refusal) []unix.SockFilter {
	p := []unix.SockFilter{load(atArch), jump(unix.BPF_JEQ, auditArch, 1, 0), refuse(unix.ENOSYS), load(atCall)}
	p = append(p, foreignCalls()...)
	for _, r := range refusals {
		p = append(p, r.program()...)
	}
	return append(p, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
}

// program returns instructions that skip to their end if the call is not refused.
func (r *refusal) program() []unix.SockFilter {
	body := []unix.SockFilter{refuse(r.errno)}
	for _, c := range slices.Backward(r.when) {
		body = append(c.program(len(body)), body...)
	}
	p := append([]unix.SockFilter{jump(unix.BPF_JEQ, uint32(r.call), 0, len(body))}, body...) //nolint:gosec // Numbers are small.
	if len(r.when) > 0 {
		p = append(p, load(atCall)) // in place of an argument
	}
	return p
}

// program returns instructions that go on behind them if the condition holds, and
// skip as many as rest otherwise.
func (c *condition) program(rest int) []unix.SockFilter {
	p := []unix.SockFilter{load(atArguments + 8*c.argument)} // both architectures are little-endian
	if c.mask != allBits {
		p = append(p, unix.SockFilter{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: c.mask})
	}
	for i, value := range c.values {
		left := len(c.values) - 1 - i
		found, missed := left, 0
		if c.none {
			found += rest
		} else if left == 0 {
			missed = rest
		}
		p = append(p, jump(unix.BPF_JEQ, value, found, missed))
	}
	return p
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

// jump skips instructions by whether the comparison holds.
func jump(comparison uint16, value uint32, holds, fails int) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | comparison, K: value, Jt: uint8(holds), Jf: uint8(fails)} //nolint:gosec // Blocks are short.
}

func refuse(errno unix.Errno) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(errno)} //nolint:gosec // Likewise.
}

// install makes the kernel refuse these calls to all threads of the process.
func install(refusals []refusal) error {
	instructions := program(refusals)
	filter := unix.SockFprog{Len: uint16(len(instructions)), Filter: &instructions[0]} //nolint:gosec // A few hundred.
	runtime.LockOSThread()                                                             // the thread that gives up new privileges is the one that installs the filter
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&filter))) //nolint:gosec // The system call takes a pointer.
	switch {
	case errno != 0:
		return errno
	case thread != 0:
		return fmt.Errorf("thread %d has a filter of its own", thread)
	}
	return nil
}
