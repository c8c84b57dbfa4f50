package plugin_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestServe_CollectsGarbageSeldomUnlessTheOperatorDecides(t *testing.T) {
	t.Parallel()
	asByDefault, asGoDoes := collections(t), collections(t, "GOGC=100")
	assert.Less(t, asByDefault, asGoDoes/2)
}

// collections returns how often a provider has collected its garbage when it has
// answered two thousand calls.
func collections(t *testing.T, env ...string) int {
	t.Helper()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger, Env: append(env, "GODEBUG=gctrace=1")})
	for range 2000 {
		plugintest.Pay(t, client, "order 1")
	}
	require.NoError(t, client.Close())
	last := 0
	for _, line := range regexp.MustCompile(`\bgc (\d+) @`).FindAllStringSubmatch(log.String(), -1) {
		n, err := strconv.Atoi(line[1])
		require.NoError(t, err)
		last = max(last, n)
	}
	require.Positive(t, last)
	return last
}

func TestPercentFor_IsGosOwnForWhatIsLarge(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for live, want := range map[uint64]int{
		0: 400, 2 * mib: 400, 6 * mib: 400, 8 * mib: 300, 12 * mib: 166, 16 * mib: 100, 24 * mib: 100, 1000 * mib: 100,
	} {
		assert.Equal(t, want, plugin.PercentFor(live), live)
	}
}
