//go:build amd64 || arm64

package confine

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// raw is a call by its number and arguments.
func raw(call uintptr, arguments ...int64) string {
	numbers := []string{fmt.Sprint(call)}
	for _, argument := range arguments {
		numbers = append(numbers, strconv.FormatInt(argument, 10))
	}
	return strings.Join(numbers, ",")
}

func TestCalls_RefusesEachCallWhateverItsArguments(t *testing.T) {
	t.Parallel()
	var tries, want []string
	for _, r := range append(append(append(attributes(), programs()...), processes(0)...), detours()...) {
		if r.when == nil {
			tries = append(tries, "call", raw(r.call, -1, -1, -1, -1, -1, -1))
			want = append(want, r.errno.Error())
		}
	}
	require.Greater(t, len(want), 40)
	assert.Equal(t, want, try(t, "calls", tries...))
}

func TestCalls_LooksAtArguments(t *testing.T) {
	t.Parallel()
	const high = 1 << 32 // what the kernel does not look at in an int
	stream, datagram, seqpacket := int64(unix.SOCK_STREAM), int64(unix.SOCK_DGRAM), int64(unix.SOCK_SEQPACKET)
	cases := []struct{ what, call, want string }{
		{"a thread is made", raw(unix.SYS_CLONE, unix.CLONE_THREAD), "invalid argument"}, // it lacks what goes with it
		{"a process is made", raw(unix.SYS_CLONE, int64(unix.SIGCHLD)), "operation not permitted"},
		{"its own limits", raw(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_CORE, 0, 0), "done"},
		{"another's limits", raw(unix.SYS_PRLIMIT64, int64(os.Getpid()), unix.RLIMIT_CORE, 0, 0), "operation not permitted"},
		{"a signal to all", raw(unix.SYS_KILL, -1, 0), "operation not permitted"},
		{"a signal to its group", raw(unix.SYS_KILL, 0, 0), "operation not permitted"},
		{"TCP", raw(unix.SYS_SOCKET, unix.AF_INET, stream|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP), "done"},
		{"UDP over IPv6", raw(unix.SYS_SOCKET, unix.AF_INET6, datagram|unix.SOCK_NONBLOCK, 0), "done"},
		{"a unix socket", raw(unix.SYS_SOCKET, unix.AF_UNIX, seqpacket, 0), "done"},
		{"netlink", raw(unix.SYS_SOCKET, unix.AF_NETLINK, unix.SOCK_RAW, 0), "done"},
		{"Multipath TCP", raw(unix.SYS_SOCKET, unix.AF_INET, stream, unix.IPPROTO_MPTCP), "protocol not supported"},
		{"Multipath TCP, with more bits", raw(unix.SYS_SOCKET, unix.AF_INET6, stream, unix.IPPROTO_MPTCP+high), "protocol not supported"},
		{"SCTP", raw(unix.SYS_SOCKET, unix.AF_INET, seqpacket, 0), "protocol not supported"},
		{"raw packets", raw(unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_TCP), "protocol not supported"},
		{"a virtual machine's socket", raw(unix.SYS_SOCKET, unix.AF_VSOCK, stream, 0), "address family not supported by protocol"},
		{"a connection by sending", raw(unix.SYS_SENDMSG, -1, 0, unix.MSG_FASTOPEN), "operation not supported"},
		{"sending", raw(unix.SYS_SENDMSG, -1, 0, unix.MSG_NOSIGNAL), "bad file descriptor"},
		{"attributes of an open file", raw(unix.SYS_IOCTL, 0, unix.FS_IOC_SETFLAGS, 0), "operation not permitted"},
		{"showing the memory", raw(unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 1, 0, 0, 0), "operation not permitted"},
		{"naming the process", raw(unix.SYS_PRCTL, unix.PR_GET_DUMPABLE, 0, 0, 0, 0), "done"},
	}
	var tries, want []string
	for _, c := range cases {
		tries, want = append(tries, "call", c.call), append(want, c.what+": "+c.want)
	}
	var got []string
	for i, text := range try(t, "calls", tries...) {
		got = append(got, cases[i].what+": "+text)
	}
	assert.Equal(t, want, got)
}

func TestCalls_LeaveWhatServesANetwork(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	assert.Equal(t, []string{"done", "done", "done"},
		try(t, "calls", "connect", listener.Addr().String(), "listen", "unix "+t.TempDir()+"/s", "listen", "tcp 127.0.0.1:0"))
}
