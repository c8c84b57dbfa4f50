package observe_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/observe"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

var alertFiles = filepath.Join("..", "..", "docs", "alerts")

// everything returns what a host exports that has a provider, sales and webhooks.
func everything(t *testing.T) string {
	t.Helper()
	metrics := observe.NewMetrics()
	providers, client := startProvider(t, &supervisor.Options{Observe: metrics.ObserveCall})
	metrics.WatchStates(providers.States)
	metrics.WatchLedger(func(context.Context) (*host.Overview, error) { return &host.Overview{}, nil })
	createPayment(t, client)
	hooks := metrics.CountWebhooks(http.NotFoundHandler(), func(string) bool { return true })
	hooks.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/tracer", nil))
	return scrape(t, metrics)
}

func TestAlerts_AskForMetricsAndLabelsThatAHostExports(t *testing.T) {
	t.Parallel()
	text := everything(t)
	exported := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^(paysocket_\w+)`).FindAllStringSubmatch(text, -1) {
		exported[match[1]] = true
	}
	asked := map[string]bool{}
	for _, file := range []string{"rules.yaml", "rules_test.yaml", "dashboard.json"} {
		content, err := os.ReadFile(filepath.Join(alertFiles, file))
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`paysocket_\w+`).FindAllString(string(content), -1) {
			asked[match] = true
			assert.True(t, exported[match], "%s asks for %s", file, match)
		}
		for _, match := range regexp.MustCompile(`(paysocket_\w+)\{([^}]*)\}`).FindAllStringSubmatch(string(content), -1) {
			series := regexp.MustCompile(`(?m)^` + match[1] + `\{.*$`).FindString(text)
			for _, label := range regexp.MustCompile(`(\w+)\\?[!=]`).FindAllStringSubmatch(match[2], -1) {
				assert.Contains(t, series, label[1]+`="`, "%s: %s", file, match[0])
			}
		}
	}
	for name := range exported {
		base := regexp.MustCompile(`_(sum|count|bucket)$`).ReplaceAllString(name, "")
		known := asked[name] || asked[base+"_bucket"] || name == "paysocket_provider_info"
		assert.True(t, known, "neither a rule nor the dashboard shows %s", name)
	}
}

func TestAlerts_FireAndAreSilent(t *testing.T) {
	t.Parallel()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "promtool") {
			require.NoError(t, err, "PAYSOCKET_REQUIRE has promtool")
		}
		t.Skip("SKIPPED, NOT TESTED: there is no promtool, which Debian has in prometheus (PAYSOCKET_REQUIRE=promtool makes this a failure)")
	}
	command := exec.CommandContext(t.Context(), promtool, "test", "rules", "rules_test.yaml")
	command.Dir = alertFiles
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.Contains(t, string(output), "SUCCESS")
}
