package plugin_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// systemAttempts are what a prober can try with the calls of Linux.
func systemAttempts() map[string]func(with string) (string, error) {
	return map[string]func(with string) (string, error){
		"chmod":       quietly(func(file string) error { return os.Chmod(file, 0o600) }),
		"chown":       quietly(func(file string) error { return os.Chown(file, os.Getuid(), os.Getgid()) }),
		"utimes":      quietly(func(file string) error { return os.Chtimes(file, time.Unix(1, 0), time.Unix(1, 0)) }),
		"setxattr":    quietly(func(file string) error { return unix.Setxattr(file, "user.paysocket", []byte("x"), 0) }),
		"truncate":    quietly(func(file string) error { return os.Truncate(file, 0) }),
		"exec memory": quietly(executeMemory),
		"execve":      quietly(func(file string) error { return syscall.Exec(file, []string{file}, nil) }),
		"daemon":      daemon,
		"stat":        size,
		"setsid":      quietly(func(string) error { _, err := unix.Setsid(); return err }),
		"setpgid":     quietly(func(string) error { return unix.Setpgid(0, 0) }),
		"join":        aboutProcess(func(group int) error { return unix.Setpgid(0, group) }),
		"limit": aboutProcess(func(pid int) error {
			var limit unix.Rlimit
			return unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &limit)
		}),
		"priority":    aboutProcess(func(pid int) error { return unix.Setpriority(unix.PRIO_PROCESS, pid, 0) }),
		"pidfd":       aboutProcess(func(pid int) error { return closed(unix.PidfdOpen(pid, 0)) }),
		"tkill":       aboutProcess(func(pid int) error { return raw(unix.SYS_TKILL, uintptr(pid), 0) }),
		"listen free": quietly(func(string) error { return listenUnbound() }),
		"multipath":   quietly(func(address string) error { return connect(address, unix.IPPROTO_MPTCP) }),
		"fast open":   quietly(fastOpen),
		"seqpacket":   quietly(func(string) error { return closed(unix.Socket(unix.AF_INET, unix.SOCK_SEQPACKET, 0)) }),
		"crypto":      quietly(func(string) error { return closed(unix.Socket(unix.AF_ALG, unix.SOCK_SEQPACKET, 0)) }),
		"netlink":     quietly(func(string) error { return closed(unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE)) }),
		"rings":       quietly(func(string) error { return ring() }),
		"undumpable":  quietly(func(string) error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) }),
		"key": quietly(func(string) error {
			_, err := unix.AddKey("user", "paysocket-test", []byte("x"), unix.KEY_SPEC_PROCESS_KEYRING)
			return err
		}),
		"shared":      quietly(func(string) error { _, err := unix.SysvShmGet(unix.IPC_PRIVATE, 1, unix.IPC_CREAT|0o600); return err }),
		"descriptor":  readDescriptor,
		"descriptors": func(string) (string, error) { return inherited() },
		"namespace":   quietly(func(string) error { return unix.Unshare(unix.CLONE_NEWUTS) }),
	}
}

func quietly(attempt func(with string) error) func(string) (string, error) {
	return func(with string) (string, error) { return "", attempt(with) }
}

func aboutProcess(attempt func(pid int) error) func(string) (string, error) {
	return quietly(func(with string) error {
		pid, err := strconv.Atoi(with)
		if err != nil {
			return err
		}
		return attempt(pid)
	})
}

// closed closes a descriptor that was made.
func closed(descriptor int, err error) error {
	if err != nil {
		return err
	}
	return unix.Close(descriptor)
}

func raw(call uintptr, arguments ...uintptr) error {
	var all [6]uintptr
	copy(all[:], arguments)
	if _, _, errno := unix.Syscall6(call, all[0], all[1], all[2], all[3], all[4], all[5]); errno != 0 {
		return errno
	}
	return nil
}

func ring() error {
	var parameters [120]byte // struct io_uring_params
	descriptor, _, errno := unix.Syscall(unix.SYS_IO_URING_SETUP, 1, uintptr(unsafe.Pointer(&parameters)), 0)
	if errno != 0 {
		return errno
	}
	return unix.Close(int(descriptor))
}

// executeMemory executes a program that is in no file.
func executeMemory(program string) error {
	content, err := os.ReadFile(program)
	if err != nil && !errors.Is(err, os.ErrPermission) {
		return err
	}
	descriptor, err := unix.MemfdCreate("program", 0)
	if err != nil {
		return err
	}
	memory := os.NewFile(uintptr(descriptor), "program")
	defer func() { _ = memory.Close() }()
	if _, err := memory.Write(content); err != nil {
		return err
	}
	return exec.CommandContext(context.Background(), "/proc/self/fd/"+strconv.Itoa(descriptor)).Run()
}

// daemon begins a process in a session of its own, and returns its id.
func daemon(string) (string, error) {
	cmd := exec.CommandContext(context.Background(), os.Args[0])
	cmd.Env = append(os.Environ(), plugintest.As(plugintest.RoleMute))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	return strconv.Itoa(cmd.Process.Pid), nil
}

func size(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(info.Size(), 10), nil
}

// listenUnbound listens at a port that the kernel chooses when it does.
func listenUnbound() error {
	descriptor, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(descriptor) }()
	return unix.Listen(descriptor, 1)
}

func connect(address string, protocol int) error {
	descriptor, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, protocol)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(descriptor) }()
	to, err := addressOf(address)
	if err != nil {
		return err
	}
	return unix.Connect(descriptor, to)
}

// fastOpen connects by sending.
func fastOpen(address string) error {
	descriptor, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(descriptor) }()
	to, err := addressOf(address)
	if err != nil {
		return err
	}
	return unix.Sendto(descriptor, []byte("x"), unix.MSG_FASTOPEN, to)
}

func addressOf(address string) (*unix.SockaddrInet4, error) {
	tcp, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	return &unix.SockaddrInet4{Port: tcp.Port, Addr: [4]byte(tcp.IP.To4())}, nil
}

// readDescriptor reads what somebody else has opened.
func readDescriptor(number string) (string, error) {
	descriptor, err := strconv.Atoi(number)
	if err != nil {
		return "", err
	}
	content := make([]byte, 64)
	n, err := unix.Pread(descriptor, content, 0)
	return string(content[:max(n, 0)]), err
}

// inherited returns the numbers of the descriptors that would survive an exec.
func inherited() (string, error) {
	var numbers []string
	for descriptor := range 256 {
		if flags, err := unix.FcntlInt(uintptr(descriptor), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			numbers = append(numbers, strconv.Itoa(descriptor))
		}
	}
	return strings.Join(numbers, " "), nil
}
