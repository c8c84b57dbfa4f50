package confine

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// roleKey names what the test binary takes from itself in place of the tests,
// which would be confined, too. Its arguments are what it tries then: pairs of
// what to do and with what.
const roleKey = "PAYSOCKET_CONFINE_TEST_ROLE"

func TestMain(m *testing.M) {
	role, with, _ := strings.Cut(os.Getenv(roleKey), " ")
	if role == "" {
		os.Exit(m.Run())
	}
	if err := take(role, strings.Fields(with)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := 1; i+1 < len(os.Args); i += 2 {
		text, err := attempts[os.Args[i]](os.Args[i+1])
		if err != nil {
			text = err.Error()
		}
		fmt.Fprintln(os.Stdout, text)
	}
}

func take(role string, with []string) error {
	switch role {
	case "process":
		return Process()
	case "files":
		return Files(&FileRights{Read: []string{with[0], "", "/nowhere"}, Sockets: with[1], RemoveFolders: with[2:]})
	case "calls":
		return Calls()
	case "ports":
		var ports []uint16
		for _, text := range with {
			port, err := strconv.ParseUint(text, 10, 16)
			if err != nil {
				return err
			}
			ports = append(ports, uint16(port))
		}
		_, err := Ports(ports)
		return err
	default:
		return fmt.Errorf("there is no role %s", role)
	}
}

// attempts are what a confined process can try.
var attempts = map[string]func(with string) (string, error){
	"read": func(file string) (string, error) {
		text, err := os.ReadFile(file)
		return string(text), err
	},
	"list": func(folder string) (string, error) {
		entries, err := os.ReadDir(folder)
		return strconv.Itoa(len(entries)), err
	},
	"write":  func(file string) (string, error) { return "done", os.WriteFile(file, []byte("x"), 0o600) },
	"remove": func(path string) (string, error) { return "done", os.Remove(path) },
	"exec": func(program string) (string, error) {
		return "done", exec.CommandContext(context.Background(), program).Run()
	},
	"connect": func(address string) (string, error) {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return "done", err
	},
	"listen": func(address string) (string, error) {
		network, address, _ := strings.Cut(address, " ")
		var config net.ListenConfig
		config.SetMultipathTCP(false) // which landlock does not see
		listener, err := config.Listen(context.Background(), network, address)
		if err == nil {
			err = listener.Close()
		}
		return "done", err
	},
	"signal": func(pid string) (string, error) {
		number, err := strconv.Atoi(pid)
		if err != nil {
			return "", err
		}
		return "done", syscall.Kill(number, 0)
	},
	"call": func(numbers string) (string, error) {
		var call [7]uintptr
		for i, text := range strings.Split(numbers, ",") {
			number, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return "", err
			}
			call[i] = uintptr(number)
		}
		if _, _, errno := unix.Syscall6(call[0], call[1], call[2], call[3], call[4], call[5], call[6]); errno != 0 {
			return "", errno
		}
		return "done", nil
	},
	"dumpable": func(string) (string, error) {
		set, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		return strconv.Itoa(set), err
	},
	"limit": func(name string) (string, error) {
		var limit syscall.Rlimit
		err := syscall.Getrlimit(map[string]int{"core": syscall.RLIMIT_CORE, "files": syscall.RLIMIT_NOFILE}[name], &limit)
		return fmt.Sprint(limit.Cur, limit.Max), err
	},
}

// try starts a process that takes rights from itself and then tries things, and
// returns what came of each.
func try(t *testing.T, role string, tries ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], tries...)
	command.Env = []string{roleKey + "=" + role}
	printed, err := command.Output()
	require.NoError(t, err, "%s", err)
	said := strings.Split(strings.TrimSuffix(string(printed), "\n"), "\n")
	require.Len(t, said, len(tries)/2)
	return said
}

// needLandlock skips a test where the kernel cannot do what it looks at.
func needLandlock(t *testing.T, abi int) {
	t.Helper()
	if got, err := ll.LandlockGetABIVersion(); err != nil || got < abi {
		t.Skipf("SKIPPED: this kernel's landlock is %d (%v), and this needs ABI %d", got, err, abi)
	}
}

const denied = "permission denied"

func TestFiles_LeavesTheRightsAndNothingElse(t *testing.T) {
	t.Parallel()
	needLandlock(t, 1)
	base := t.TempDir()
	readable, sockets, above, other := filepath.Join(base, "readable"), filepath.Join(base, "sockets"), filepath.Join(base, "above"), filepath.Join(base, "other")
	for _, folder := range []string{readable + "/below", sockets, above + "/empty", above + "/full", other + "/empty"} {
		require.NoError(t, os.MkdirAll(folder, 0o700))
	}
	for _, file := range []string{readable + "/below/file", above + "/full/file", other + "/file"} {
		require.NoError(t, os.WriteFile(file, []byte("content"), 0o600))
	}
	cases := []struct{ what, with, want string }{
		{"read", readable + "/below/file", "content"},
		{"list", readable, "1"},
		{"write", readable + "/new", denied},
		{"write", sockets + "/new", "done"},
		{"listen", "unix " + sockets + "/s", "done"},
		{"remove", sockets + "/new", "done"},
		{"read", other + "/file", denied},
		{"list", other, denied},
		{"write", other + "/file", denied},
		{"listen", "unix " + other + "/s", denied},
		{"remove", other + "/file", denied},
		{"remove", other + "/empty", denied},
		{"read", "/etc/passwd", denied},
		{"write", "/dev/null", "done"},
		{"exec", os.Args[0], denied},
		{"remove", above + "/full/file", denied},
		{"remove", above + "/full", "directory not empty"},
		{"remove", above + "/empty", "done"},
	}
	var tries []string
	for _, c := range cases {
		tries = append(tries, c.what, c.with)
	}
	said := try(t, strings.Join([]string{"files", readable, sockets, above}, " "), tries...)
	for i, c := range cases {
		assert.Contains(t, said[i], c.want, "%s %s", c.what, c.with)
	}
}

func TestPorts_LeavesThosePortsAndNoSignals(t *testing.T) {
	t.Parallel()
	needLandlock(t, abiScopes)
	var addresses, ports []string
	for range 3 {
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
		_, port, err := net.SplitHostPort(listener.Addr().String())
		require.NoError(t, err)
		addresses, ports = append(addresses, listener.Addr().String()), append(ports, port)
	}
	said := try(t, "ports "+ports[0]+" "+ports[1],
		"connect", addresses[0], "connect", addresses[1], "connect", addresses[2], "listen", "tcp 127.0.0.1:0",
		"signal", strconv.Itoa(os.Getpid()), "read", "/dev/null")
	assert.Equal(t, []string{"done", "done"}, said[:2])
	assert.Contains(t, said[2], denied)
	assert.Contains(t, said[3], denied)
	assert.Contains(t, said[4], "operation not permitted")
	assert.Empty(t, said[5], "files are another matter")
}

func TestProcess_HidesTheMemoryAndBoundsOpenFiles(t *testing.T) {
	t.Parallel()
	var files syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files))
	most := min(files.Max, maxOpenFiles)
	assert.Equal(t, []string{"0", "0 0", fmt.Sprint(most, most)}, try(t, "process", "dumpable", "", "limit", "core", "limit", "files"))
}

func TestSystemPaths_AreWhatTheLibrariesReadAndNoMore(t *testing.T) {
	t.Parallel()
	environment := map[string]string{
		"SSL_CERT_FILE": "/a/root.pem", "ZONEINFO": "/a/zones", "SSL_CERT_DIR": "/a/certs:/b/certs", "HOME": "/home/shop",
	}
	paths := SystemPaths(func(name string) string { return environment[name] })
	assert.Subset(t, paths, []string{"/etc/resolv.conf", "/etc/ssl/certs", "/usr/share/zoneinfo", "/a/root.pem", "/a/zones", "/a/certs", "/b/certs"})
	for _, secret := range []string{"/", "/etc", "/etc/ssl", "/etc/ssl/private", "/home", "/home/shop", "/proc", "/run", "/var"} {
		assert.NotContains(t, paths, secret)
	}
}
