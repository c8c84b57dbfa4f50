package plugin_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func create(t *testing.T, client contract.PaymentProvider, reference string) {
	t.Helper()
	_, err := client.CreatePayment(t.Context(), payment(reference))
	require.NoError(t, err)
}

func TestAProvidersLogArrivesWithItsLevels(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	client := opened(t, plugin.OpenOptions{Logger: logger})
	create(t, client, logText+"something is odd")
	require.Eventually(t, log.has("something is odd"), patience, 1e6)

	record := log.record("something is odd")
	assert.Equal(t, "WARN", record["level"])
	assert.InDelta(t, client.Process().PID, record["pid"], 0)
	assert.Equal(t, "plugin.test", record["plugin"])
	assert.Contains(t, log.String(), `"order":1234567890123456789`, "a number must not be rounded")
}

func TestWhatAProviderPrintsBesidesItsLogIsCaught(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	all := &captured{}
	client := opened(t, plugin.OpenOptions{Logger: logger, Stderr: all})
	create(t, client, printOut+"printed to stdout")
	create(t, client, printErr+"printed to stderr")
	for _, stream := range []string{"stdout", "stderr"} {
		line := `"stream":"` + stream + `","line":"printed to ` + stream + `"`
		require.Eventually(t, func() bool { return strings.Contains(log.String(), line) }, patience, 1e6)
		assert.Contains(t, all.String(), "printed to "+stream+"\n")
	}
}

func TestALineThatMimicsTheLogDoesNoHarm(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	client := opened(t, plugin.OpenOptions{Logger: logger})
	for _, line := range []string{
		`{"@level":1,"@message":2,"@timestamp":3}`, `{"@message":"no level"}`, `{"@level":"error"`, `[]`, `null`,
	} {
		create(t, client, printErr+line)
	}
	create(t, client, printErr+`{"@level":"error","@message":"from another library","level":"x","msg":"y"}`)
	require.Eventually(t, log.has("from another library"), patience, 1e6)
	record := log.record("from another library")
	assert.Equal(t, "ERROR", record["level"])
	assert.Equal(t, map[string]any{"level": "x", "msg": "y"}, record["fields"], "a provider must not write in the host's place")
}

func TestALongLineIsCutAndTheNextOneIsWhole(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	client := opened(t, plugin.OpenOptions{Logger: logger})
	for _, webhook := range []string{"/70000", "/200000"} {
		_, err := client.ParseWebhook(t.Context(), &contract.WebhookRequest{
			Method: "POST", Path: webhook, Query: "log", ReceivedAt: epoch,
		})
		require.NoError(t, err)
	}
	create(t, client, logText+"after the long lines")
	require.Eventually(t, log.has("after the long lines"), patience, 1e6)
	assert.NotNil(t, log.record("a log line was dropped: it was too long"), "a plugin bounds its own lines")
	assert.True(t, strings.Contains(log.String(), strings.Repeat("z", 65000)))
	assert.False(t, strings.Contains(log.String(), strings.Repeat("z", 66000)), "the host bounds those of others")
}

func TestASecretIsStruckOutOfWhatAProviderPrints(t *testing.T) {
	t.Parallel()
	logger, log := capture()
	all := &captured{}
	client := opened(t, plugin.OpenOptions{Logger: logger, Stderr: all})
	create(t, client, tellAll)
	create(t, client, logText+"told")
	require.Eventually(t, log.has("told"), patience, 1e6)
	require.Eventually(t, func() bool { return strings.Count(all.String(), "secret [redacted]") == 2 }, patience, 1e6)
	assert.Contains(t, all.String(), `"secret":"[redacted]"`)
	assert.NotContains(t, log.String()+all.String(), canary)
}
