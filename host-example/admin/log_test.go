package admin_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/admin"
	"github.com/paysocket/paysocket/host-example/internal/shoptest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// TestLog_HasTheHostsOwnFailuresWithWhatToDo tells them from the faults of who asks.
func TestLog_HasTheHostsOwnFailuresWithWhatToDo(t *testing.T) {
	t.Parallel()
	f := shoptest.New(t)
	providers := supervisor.New(nil)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	require.Error(t, providers.Apply(t.Context(), &supervisor.Catalog{Entries: []supervisor.Entry{{
		Name: "gone", Path: "/nowhere", Mode: contract.ModeTest,
	}}}))
	var log bytes.Buffer
	a := admin.New(providers, f.Shop, &admin.Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))})
	answers := func(path, body string, status int) map[string]any {
		log.Reset()
		got, _ := send(t, a, request(t, http.MethodPost, path, body))
		assert.Equal(t, status, got, path)
		var line map[string]any
		assert.NoError(t, json.Unmarshal(log.Bytes(), &line), "%s: %s", path, &log)
		return line
	}
	for path, status := range map[string]int{"/sales": 400, "/sales/none/cancel": 404, "/none": 404, "/healthz": 405, "/providers/none/restart": 404} {
		assert.Equal(t, "INFO", answers(path, "", status)["level"], path)
	}
	require.NoError(t, f.Shop.Disable(t.Context(), shoptest.Provider, "ann"))
	line := answers("/sales", validOrder, http.StatusServiceUnavailable)
	assert.Equal(t, "INFO", line["level"], "that is what the staff wants")
	assert.Contains(t, line["error"], "the shop's staff has disabled "+shoptest.Provider)
	require.NoError(t, f.Shop.Close())
	for path, c := range map[string]struct {
		body   string
		status int
	}{"/sales": {validOrder, 503}, "/sales/order-1/cancel": {"", 503}, "/providers/gone/restart": {"", 502}} {
		line := answers(path, c.body, c.status)
		assert.Equal(t, "ERROR", line["level"], path)
		assert.NotEmpty(t, line["remedy"], path)
		assert.NotEmpty(t, line["error"], path)
	}
}
