package trust

import (
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

// roleSetuid is that of a program which a user started and which has another
// user's rights.
const roleSetuid = "setuid"

// The users of a setuid program: who owns it, and who started it.
const (
	itsOwner   = 23456
	itsStarter = 34567
)

// judgeAsSetuid prints what it believes of each file.
func judgeAsSetuid(out io.Writer, files []string) int {
	fmt.Fprintf(out, "real %d effective %d\n", os.Getuid(), os.Geteuid())
	for _, path := range files {
		content, place := "refused", "refused"
		file, err := Open(path)
		if err != nil {
			fmt.Fprintln(out, err)
			return 1
		}
		if file.CheckContent() == nil {
			content = "believed"
		}
		if file.CheckPath() == nil {
			place = "believed"
		}
		fmt.Fprintln(out, filepath.Base(path), content, place, IsOurs(file.info))
		_ = file.Close()
	}
	return 0
}

func TestRule_BelievesTheEffectiveUserAndNotTheRealOne(t *testing.T) {
	t.Parallel()
	needRoot(t)
	folder, err := os.MkdirTemp("", "paysocket-trust-") //nolint:usetesting // T.TempDir lets no other user in.
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	require.NoError(t, os.Chmod(folder, 0o755))
	program := filepath.Join(folder, "program")
	copySelf(t, program)
	require.NoError(t, os.Chown(program, itsOwner, itsOwner))
	require.NoError(t, os.Chmod(program, 0o755|os.ModeSetuid))

	var files []string
	for _, of := range []struct {
		name string
		uid  int
	}{{"owners", itsOwner}, {"starters", itsStarter}, {"roots", 0}, {"strangers", stranger}} {
		path := filepath.Join(folder, of.name)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chmod(path, 0o644))
		require.NoError(t, os.Chown(path, of.uid, of.uid))
		files = append(files, path)
	}
	command := exec.CommandContext(t.Context(), program, files...)
	command.Env = []string{roleKey + "=" + roleSetuid}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: itsStarter, Gid: itsStarter}}
	printed, err := command.Output()
	require.NoError(t, err, string(printed))
	said := string(printed)
	if !strings.HasPrefix(said, fmt.Sprintf("real %d effective %d\n", itsStarter, itsOwner)) {
		t.Skipf("SKIPPED: this system lets no setuid program have its owner's rights in %s: %s", folder, said)
	}
	_, verdicts, _ := strings.Cut(said, "\n")
	assert.Equal(t, `owners believed believed true
starters refused refused false
roots believed believed false
strangers refused refused false
`, verdicts)
}

func copySelf(t *testing.T, path string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(self)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content, 0o600))
}
