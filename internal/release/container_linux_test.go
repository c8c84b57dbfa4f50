package release

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// image assembles the files of the container, and fills its volumes.
func image(t *testing.T) string {
	t.Helper()
	built := filepath.Join(t.TempDir(), "bin")
	buildInto(t, built, "./host-example", "./provider/memory/cmd/payment-provider-memory")
	script, err := filepath.Abs(filepath.Join(checkout, "deploy", "rootfs.sh"))
	require.NoError(t, err)
	root := filepath.Join(t.TempDir(), "rootfs")
	runs(t, os.Environ(), built, script, "host-example", root)
	content, err := os.ReadFile(filepath.Join(built, "payment-provider-memory"))
	require.NoError(t, err)
	catalog := fmt.Sprintf(`providers:
  - name: memory
    path: /opt/paysocket/bin/payment-provider-memory
    sha256: %x
    mode: test
    settings: {api_base: "http://127.0.0.1:9"}
    secrets: {secret_key: {file: /etc/paysocket/key}, webhook_secrets: {file: /etc/paysocket/hook}}
`, sha256.Sum256(content))
	for path, file := range map[string]struct {
		mode    os.FileMode
		content []byte
	}{
		"opt/paysocket/bin/payment-provider-memory": {0o755, content},
		"etc/paysocket/catalog.yaml":                {0o644, []byte(catalog)},
		"etc/paysocket/key":                         {0o600, []byte("mk_test_memory_sandbox\n")},
		"etc/paysocket/hook":                        {0o600, []byte("whsec_memory_sandbox\n")},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, path), file.content, file.mode))
		require.NoError(t, os.Chmod(filepath.Join(root, path), file.mode))
	}
	for _, own := range []string{"etc/paysocket/key", "etc/paysocket/hook"} {
		require.NoError(t, os.Chown(filepath.Join(root, own), containerUser, containerUser))
	}
	return root
}

const containerUser = 65532

// enter is what an engine does: a read-only root of the image's files, the volumes, a
// /tmp, and the user.
const enter = `mount --make-rprivate /
mount --bind "$1" "$1"
mount -t tmpfs -o mode=700,uid=65532,gid=65532 none "$1/var/lib/paysocket"
mount -t tmpfs -o mode=1777 none "$1/tmp"
mount --bind /proc "$1/proc"
touch "$1/dev/null" && mount --bind /dev/null "$1/dev/null"
mount -o remount,bind,ro "$1"
! touch "$1/written" 2>/dev/null
exec chroot --userspec=65532:65532 "$1" /usr/bin/host-example serve \
  --catalog /etc/paysocket/catalog.yaml --database /var/lib/paysocket/shop.db --listen 127.0.0.1:0 --staff 127.0.0.1:0`

func TestContainer_RunsReadOnlyAsAUserWhoIsNotRoot(t *testing.T) {
	t.Parallel()
	needsTime(t)
	if os.Getuid() != 0 {
		lacks(t, "mountns", "only root can assemble a container's view of the files")
	}
	host := exec.CommandContext(t.Context(), "/bin/sh", "-ec", enter, "sh", image(t))
	host.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=/tmp", "HOME=/var/lib/paysocket"}
	host.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	log, err := host.StderrPipe()
	require.NoError(t, err)
	if err := host.Start(); err != nil {
		lacks(t, "mountns", err.Error())
	}
	var said strings.Builder
	ready := false
	for lines := bufio.NewScanner(io.TeeReader(log, &said)); !ready && lines.Scan(); {
		ready = strings.Contains(lines.Text(), "the catalog was applied")
	}
	require.True(t, ready, said.String())
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", host.Process.Pid))
	require.NoError(t, err)
	assert.Regexp(t, `Uid:\s+65532\s+65532\s+65532\s+65532`, string(status))
	assert.Regexp(t, `CapEff:\s+0000000000000000`, string(status))
	assert.Contains(t, said.String(), `full (`, "the provider is confined there, too")
	assert.NotContains(t, said.String(), "not all of its providers are ready")
	require.NoError(t, host.Process.Signal(syscall.SIGTERM))
	rest, err := io.ReadAll(log)
	require.NoError(t, err)
	require.NoError(t, host.Wait(), "%s%s", &said, rest)
}
