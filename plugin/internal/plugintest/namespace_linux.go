package plugintest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// namespacedKey names the variable that says that a test runs in namespaces of
// its own.
const namespacedKey = "PAYSOCKET_TEST_NAMESPACED"

// Lacks skips a test for want of something that PAYSOCKET_REQUIRE can name, and
// fails it where it does.
func Lacks(t *testing.T, need, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), need) {
		require.FailNow(t, "PAYSOCKET_REQUIRE has "+need, reason)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=%s makes this a failure)", reason, need)
}

// Surroundings are the namespaces in which a test runs, and its environment.
type Surroundings struct {
	// Network makes a network namespace, too, without any connection.
	Network bool

	// Unmapped makes a user namespace alone, which knows no user.
	Unmapped bool

	// User runs the test as this user, without a user namespace, so that there is a
	// root who is somebody else. Only root can. The test binary is in /mnt then, and
	// belongs to root.
	User int

	// Prepare is run by the shell before, as root of the namespaces.
	Prepare string

	// Env are variables.
	Env []string
}

// Inside reports whether the test runs in namespaces of its own: of users and of
// mounts. If it does not, Inside runs the test again in such, and returns false
// when that has ended.
func Inside(t *testing.T, s Surroundings) bool {
	t.Helper()
	if os.Getenv(namespacedKey) == t.Name() {
		return true
	}
	run := `exec "$0" -test.run="^` + t.Name() + `$" -test.count=1 -test.v`
	if !s.Unmapped && s.User == 0 {
		run = "mount --make-rprivate /\n" + s.Prepare + "\n" + run
	}
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-ec", run, Binary(t))
	cmd.Env = append(append(os.Environ(), namespacedKey+"="+t.Name()), s.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if s.Unmapped {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
	}
	need := "userns"
	if s.User != 0 {
		if os.Getuid() != 0 {
			Lacks(t, "root", "only root can run it as another user")
		}
		cmd.Args[2] = asUser(&s, run)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
		need = "mountns"
	}
	if s.Network {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWNET
		need = "netns"
	}
	printed, err := cmd.CombinedOutput()
	if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran {
		Lacks(t, need, "this system makes no such namespaces: "+err.Error())
	}
	if strings.Contains(string(printed), "mount: ") && !strings.Contains(string(printed), "=== RUN") {
		Lacks(t, "mountns", "this system lets a user namespace mount nothing: "+string(printed))
	}
	assert.NoError(t, err, string(printed))
	if strings.Contains(string(printed), "--- SKIP") {
		t.Skip(string(printed))
	}
	assert.Contains(t, string(printed), "--- PASS: "+t.Name()+" ", "it did not run")
	return false
}

// asUser returns what the shell runs for a test as another user, who may not reach the
// folder of the test binary.
func asUser(s *Surroundings, run string) string {
	const binary = "/mnt/plugin.test"
	return fmt.Sprintf(`mount --make-rprivate /
mount -t tmpfs -o mode=755 none /mnt
cp "$0" %s
cd /mnt
%s
%s`, binary, s.Prepare, strings.Replace(run, `exec "$0"`, fmt.Sprintf("exec setpriv --reuid=%d --regid=%d --clear-groups %s", s.User, s.User, binary), 1))
}
