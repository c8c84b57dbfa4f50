package plugin_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestOutput_LogsAProvidersRecordsWithTheirLevels(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	plugintest.Pay(t, client, plugintest.LogText+"something is odd")
	require.Eventually(t, log.Has("something is odd"), plugintest.Patience, 1e6)

	record := log.Record("something is odd")
	assert.Equal(t, "WARN", record["level"])
	assert.InDelta(t, client.Process().PID, record["pid"], 0)
	assert.Equal(t, "plugin.test", record["plugin"])
	assert.Contains(t, log.String(), `"order":1234567890123456789`, "a number must not be rounded")
}

func TestOutput_LogsWhatAProviderPrintsBesidesItsLog(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	all := &plugintest.Log{}
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger, Stderr: all})
	plugintest.Pay(t, client, plugintest.PrintOut+"printed to stdout")
	plugintest.Pay(t, client, plugintest.PrintErr+"printed to stderr")
	for _, stream := range []string{"stdout", "stderr"} {
		line := `"stream":"` + stream + `","line":"printed to ` + stream + `"`
		require.Eventually(t, func() bool { return strings.Contains(log.String(), line) }, plugintest.Patience, 1e6)
		assert.Contains(t, all.String(), "printed to "+stream+"\n")
	}
}

func TestOutput_IsNotMisledByALineThatMimicsTheLog(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	for _, line := range []string{
		`{"@level":1,"@message":2,"@timestamp":3}`, `{"@message":"no level"}`, `{"@level":"error"`, `[]`, `null`,
	} {
		plugintest.Pay(t, client, plugintest.PrintErr+line)
	}
	plugintest.Pay(t, client, plugintest.PrintErr+`{"@level":"error","@message":"from another library","level":"x","msg":"y"}`)
	require.Eventually(t, log.Has("from another library"), plugintest.Patience, 1e6)
	record := log.Record("from another library")
	assert.Equal(t, "ERROR", record["level"])
	assert.Equal(t, map[string]any{"level": "x", "msg": "y"}, record["fields"], "a provider must not write in the host's place")
}

func TestOutput_CutsALongLineAndKeepsTheNextWhole(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger})
	for _, webhook := range []string{"/70000", "/200000"} {
		_, err := client.ParseWebhook(t.Context(), &contract.WebhookRequest{
			Method: "POST", Path: webhook, Query: "log", ReceivedAt: plugintest.Epoch(),
		})
		require.NoError(t, err)
	}
	plugintest.Pay(t, client, plugintest.LogText+"after the long lines")
	require.Eventually(t, log.Has("after the long lines"), plugintest.Patience, 1e6)
	assert.NotNil(t, log.Record("a log line was dropped: it was too long"), "a plugin bounds its own lines")
	assert.Contains(t, log.String(), strings.Repeat("z", 65000))
	assert.NotContains(t, log.String(), strings.Repeat("z", 66000), "the host bounds those of others")
}

func TestOutput_RedactsTheSecretsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	logger, log := plugintest.NewLog()
	all := &plugintest.Log{}
	client := plugintest.Open(t, plugin.OpenOptions{Logger: logger, Stderr: all})
	plugintest.Pay(t, client, plugintest.TellAll)
	plugintest.Pay(t, client, plugintest.LogText+"told")
	require.Eventually(t, log.Has("told"), plugintest.Patience, 1e6)
	require.Eventually(t, func() bool { return strings.Count(all.String(), "secret [redacted]") == 2 }, plugintest.Patience, 1e6)
	assert.Contains(t, all.String(), `"secret":"[redacted]"`)
	assert.NotContains(t, log.String()+all.String(), plugintest.Canary)
}
