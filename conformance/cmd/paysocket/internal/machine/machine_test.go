package machine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
)

func TestThreads_AreBadWhereAHostHasNoRoom(t *testing.T) {
	t.Parallel()
	h := &Host{Providers: 2}
	assert.Equal(t, OK, threads(h, "", "", unlimited, unlimited).Status)
	assert.Equal(t, OK, threads(h, "", "", 200, 50).Status)
	assert.Equal(t, OK, threads(h, "", "", 200, unlimited).Status, "what is used is not known")
	line := threads(h, "the user", "write LimitNPROC=", 200, 100)
	assert.Equal(t, Bad, line.Status)
	assert.Equal(t, "the user may have 200 threads and has 100; a host with 2 providers needs about 110 more", line.Text)
	assert.Equal(t, "write LimitNPROC=", line.Remedy)
}

func TestFullest_IsTheGroupWithTheFewestThreadsLeft(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for group, files := range map[string][2]string{
		"root": {"max", "900"}, "slice": {"1000", "950"}, "service": {"500", "10"}, "unknown": {"40", ""}, "hidden": {"", "7"},
	} {
		require.NoError(t, os.Mkdir(filepath.Join(folder, group), 0o700))
		for i, name := range []string{"pids.max", "pids.current"} {
			if files[i] != "" {
				require.NoError(t, os.WriteFile(filepath.Join(folder, group, name), []byte(files[i]+"\n"), 0o600))
			}
		}
	}
	groups := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, filepath.Join(folder, name))
		}
		return paths
	}
	for _, c := range []struct {
		groups     []string
		most, used int
	}{
		{groups("service", "slice", "root"), 1000, 950},
		{groups("slice", "service"), 1000, 950},
		{groups("service", "root"), 500, 10},
		{groups("root", "hidden"), unlimited, unlimited},
		{groups("unknown", "slice"), 1000, 950},
		{groups("unknown"), 40, unlimited},
		{nil, unlimited, unlimited},
	} {
		most, used := fullest(c.groups)
		assert.Equal(t, c.most, most, "%v", c.groups)
		assert.Equal(t, c.used, used, "%v", c.groups)
	}
}

func TestThreadsOf_CountsThoseOfTheUser(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skipf("SKIPPED, NOT TESTED: %v", err)
	}
	assert.Positive(t, threadsOf(os.Geteuid()))
	assert.NotEqual(t, unlimited, threadsOf(os.Geteuid()))
	assert.Equal(t, unlimited, threadsOf(4_000_000_001), "a user without a process is not known")
}

func TestConfinement_WarnsOfWhatTheKernelLacks(t *testing.T) {
	t.Parallel()
	full := plugin.ConfinementReport{Level: plugin.ConfinementLevelFull}
	none := plugin.ConfinementReport{Level: plugin.ConfinementLevelNone, Why: "this kernel has no landlock"}
	part := plugin.ConfinementReport{Level: plugin.ConfinementLevelFull, Why: "signals are not confined by landlock ABI 5"}
	assert.Equal(t, OK, confinement(&Host{Confined: true}, full).Status)
	for _, report := range []plugin.ConfinementReport{none, part} {
		line := confinement(&Host{Confined: true}, report)
		assert.Equal(t, Warn, line.Status)
		assert.Contains(t, line.Text, "("+report.Why+")")
		assert.Contains(t, line.Remedy, "Linux 6.12")
		assert.Equal(t, OK, confinement(&Host{}, report).Status, "no provider is to be confined")
	}
}

func TestAddressOf_ShowsNoPassword(t *testing.T) {
	t.Parallel()
	for proxy, want := range map[string]string{
		"http://p.example:3128": "p.example:3128", "http://p.example": "p.example:80", "https://user:hush@p.example": "p.example:443", "http://user:hush@[::1]:9": "[::1]:9",
	} {
		address, err := addressOf(proxy)
		assert.NoError(t, err)
		assert.Equal(t, want, address)
	}
	for _, proxy := range []string{"hush", "http://user:hush@", "http://%zz:hush@"} {
		_, err := addressOf(proxy)
		assert.Error(t, err)
		assert.NotContains(t, err.Error(), "hush")
	}
}
