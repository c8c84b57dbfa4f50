package supervisor_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// readSecret plays a host that reads the file of a secret, and prints it.
func readSecret() {
	entry := supervisor.Entry{Name: "memory", Secrets: map[string]supervisor.SecretSource{"secret_key": {File: os.Args[1]}}}
	configuration, err := entry.Configuration(nil, nil)
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return
	}
	fmt.Fprintln(os.Stdout, configuration.Secrets["secret_key"].Reveal())
}

// The user and the group as which a host runs that is not root.
const (
	hostUser  = 34567
	hostGroup = 45678
)

// mounted is a volume with the secret, as Kubernetes makes one.
func mounted(t *testing.T, uid, gid int, folderMode, fileMode os.FileMode) (file string) {
	t.Helper()
	volume, err := os.MkdirTemp("/tmp", "volume") //nolint:usetesting // T.TempDir lets no other user in.
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(volume)) })
	version := filepath.Join(volume, "..2026_11_30_10_00_00.1234")
	file = filepath.Join(version, "key")
	require.NoError(t, os.Mkdir(version, 0o755))
	require.NoError(t, os.WriteFile(file, []byte("hush"), 0o600))
	require.NoError(t, os.Chown(file, uid, gid))
	require.NoError(t, os.Chmod(file, fileMode))
	require.NoError(t, os.Symlink(filepath.Base(version), filepath.Join(volume, "..data")))
	require.NoError(t, os.Symlink("..data/key", filepath.Join(volume, "key")))
	require.NoError(t, os.Chown(volume, 0, gid))
	require.NoError(t, os.Chmod(volume, folderMode))
	return filepath.Join(volume, "key")
}

func TestSecretSource_TakesFilesAsOrchestratorsMountThem(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		plugintest.Lacks(t, "root", "only root can give a file away")
	}
	const world = 0o777 | os.ModeSticky
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"of a user's own":            {mounted(t, hostUser, hostUser, 0o755, 0o400), "hush"},
		"root's, by fsGroup":         {mounted(t, 0, hostGroup, world|os.ModeSetgid, 0o440), "hush"},
		"root's, by fsGroup, 0640":   {mounted(t, 0, hostGroup, world, 0o640), "hush"},
		"the user's, by a group":     {mounted(t, hostUser, hostGroup, 0o777, 0o440), "hush"},
		"root's alone":               {mounted(t, 0, 0, world, 0o400), "permission denied; give the volume defaultMode: 0400 and, if the host does not run as root, its pod a securityContext.fsGroup"},
		"everybody's, the default":   {mounted(t, 0, hostGroup, world, 0o644), "others may use, mode 0644"},
		"everybody's":                {mounted(t, 0, 0, world, 0o444), "give the volume defaultMode: 0400"},
		"writable by the group":      {mounted(t, 0, hostGroup, world, 0o660), "others may use, mode 0660"},
		"another user's":             {mounted(t, hostUser+1, hostGroup, world, 0o440), "of another user"},
		"of a group that is another": {mounted(t, hostUser, hostGroup+1, world, 0o440), "others may use, mode 0440"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := plugintest.Command(t, roleReader, c.file)
			host.Path = "/proc/self/exe" // the file itself is in a folder that the user cannot enter
			host.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: hostUser, Gid: hostUser, Groups: []uint32{hostGroup}}}
			printed, err := host.Output()
			require.NoError(t, err)
			assert.Contains(t, string(printed), c.want)
		})
	}
}

// A host in a user namespace that knows nobody but itself cannot tell root's files
// from those of others.
func TestLoadCatalog_SaysThatItIsInAUserNamespace(t *testing.T) {
	t.Parallel()
	if !plugintest.Inside(t, plugintest.Surroundings{Unmapped: true}) {
		return
	}
	_, err := supervisor.LoadCatalog("/etc/hostname")
	require.ErrorContains(t, err, "belongs to a user whom this user namespace does not know")
	assert.ErrorContains(t, err, "map root's id")
}

// A ConfigMap's folder has mode 0777, and is mounted only for reading.
func TestLoadCatalog_TakesAConfigMap(t *testing.T) {
	t.Parallel()
	if !plugintest.Inside(t, plugintest.Surroundings{}) {
		return
	}
	folder := t.TempDir()
	require.NoError(t, syscall.Mount("none", folder, "tmpfs", 0, "mode=0777"))
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(folder, 0)) })
	version := filepath.Join(folder, "..2026_11_30_10_00_00.1234")
	require.NoError(t, os.Mkdir(version, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(version, "catalog.yaml"), []byte("providers: []\n"), 0o600))
	require.NoError(t, os.Symlink(filepath.Base(version), filepath.Join(folder, "..data")))
	catalog := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.Symlink("..data/catalog.yaml", catalog))
	_, err := supervisor.LoadCatalog(catalog)
	require.ErrorContains(t, err, "others can write to the folder", "or this test proves nothing")
	require.NoError(t, syscall.Mount("", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	_, err = supervisor.LoadCatalog(catalog)
	assert.ErrorContains(t, err, "names no providers", "it was read")
}
