package machine

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"

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
		assert.Contains(t, line.Text, "since "+report.Why)
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
