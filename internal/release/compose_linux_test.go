package release

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/pgtest"
)

// enterComposed is what an engine does for the service "shop": as enter, with the socket of
// the database, the secret of its password, and a network of its own.
const enterComposed = `mount --make-rprivate /
mkdir -p "$1/run/postgresql" "$1/run/secrets"
mount --bind "$1" "$1"
mount -t tmpfs -o mode=700,uid=65532,gid=65532 none "$1/var/lib/paysocket"
mount -t tmpfs -o mode=1777 none "$1/tmp"
mount --bind /proc "$1/proc"
touch "$1/dev/null" && mount --bind /dev/null "$1/dev/null"
mount --bind "$2" "$1/run/postgresql"
install -m 400 -o 65532 -g 65532 "$3" "$1/run/secrets/shop-database-password"
mount -o remount,bind,ro "$1"
root=$1
shift 3
exec chroot --userspec=65532:65532 "$root" /usr/bin/host-example "$@"`

func TestCompose_RunsTheShopOnTheDatabaseBehindTheSocket(t *testing.T) {
	t.Parallel()
	needsTime(t)
	if os.Getuid() != 0 {
		lacks(t, "mountns", "only root can assemble a container's view of the files")
	}
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte("abc+/=\n"), 0o600))
	folder := databaseWith(t, "abc+/=")
	words := append([]string{"-ec", enterComposed, "sh", image(t), folder, password}, composed(t).Services["shop"].Command...)
	host := exec.CommandContext(t.Context(), "/bin/sh", words...)
	host.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=/tmp", "HOME=/var/lib/paysocket"}
	host.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET}
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
	assert.NotContains(t, said.String(), "not all of its providers are ready")
	require.NoError(t, host.Process.Signal(syscall.SIGTERM))
	rest, err := io.ReadAll(log)
	require.NoError(t, err)
	require.NoError(t, host.Wait(), "%s%s", &said, rest)
}

// databaseWith starts a server with the role and the database that compose makes, which
// asks for the password. It returns the folder of its socket.
func databaseWith(t *testing.T, password string) string {
	t.Helper()
	rules := filepath.Join(t.TempDir(), "rules")
	require.NoError(t, os.Chmod(filepath.Dir(rules), 0o755)) // the server has another user
	require.NoError(t, os.Chmod(filepath.Dir(filepath.Dir(rules)), 0o755))
	require.NoError(t, os.WriteFile(rules, []byte("local all postgres trust\nlocal shop shop scram-sha-256\n"), 0o644))
	server := pgtest.Start(t, "", "hba_file="+rules)
	var folder string
	for field := range strings.FieldsSeq(server.Database(t)) {
		if value, found := strings.CutPrefix(field, "host="); found {
			folder = value
		}
	}
	require.NotEmpty(t, folder)
	require.NoError(t, os.Chmod(folder, 0o755)) // as in its image: everybody reaches the socket
	require.NoError(t, server.Execute(t.Context(), "CREATE ROLE shop LOGIN PASSWORD '"+password+"'"))
	require.NoError(t, server.Execute(t.Context(), "CREATE DATABASE shop OWNER shop"))
	return folder
}
