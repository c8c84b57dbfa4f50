package conformance_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
)

// hostThat is the manifest of a host that is started by a shell command.
func hostThat(t *testing.T, command string) *conformance.HostManifest {
	t.Helper()
	file := filepath.Join(t.TempDir(), "host.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`apiVersion: paysocket.host/v1
implementation: {organization: example.org, project: a host, version: "1.2"}
profile: core
start: [/bin/sh, -c, '`+command+`', "{{.Catalog}}", "{{.Hostctl}}"]
processes: 1
database: none
stop: TERM
pace: {call_timeout: 8s, min_time_left: 1s, notice: 10s, quiet: 5s, start: 5s, stop: 5s}
`), 0o600))
	m, err := conformance.LoadHostManifest(file)
	require.NoError(t, err)
	return m
}

// notRead is a file in the place of the provider that the suite plays, for hosts that load
// none.
func notRead(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "payment-provider-scripted")
	require.NoError(t, os.WriteFile(file, nil, 0o700))
	return file
}

func TestHostThatDoesNotStart_IsInconclusive(t *testing.T) {
	t.Parallel()
	report, err := conformance.RunHost(t.Context(), hostThat(t, "echo no database >&2; exit 3"), &conformance.Options{Provider: notRead(t)})
	require.NoError(t, err)
	assert.Equal(t, conformance.Inconclusive, report.Verdict)
	assert.Equal(t, conformance.ExitInconclusive, report.ExitCode(true))
	assert.Equal(t, "HostConformanceReport", report.Kind)
	assert.Contains(t, report.Problem, "the host does not start")
	assert.Zero(t, report.Counts.Executed)
	for i := range report.Clauses {
		assert.Equal(t, conformance.Errored, report.Clauses[i].Status, report.Clauses[i].ID)
	}
	var text, page, junit, encoded bytes.Buffer
	require.NoError(t, conformance.WriteText(&text, report, false))
	assert.Contains(t, text.String(), "host      not known (/bin/sh, sha256 ")
	require.NoError(t, conformance.WriteHTML(&page, report))
	assert.Contains(t, page.String(), "<dt>Host</dt>")
	assert.Contains(t, page.String(), "nothing about the host, good or bad")
	require.NoError(t, conformance.WriteJUnit(&junit, report, false))
	assert.Contains(t, junit.String(), `<property name="host"`)
	require.NoError(t, conformance.WriteJSON(&encoded, report))
	assert.NotContains(t, encoded.String(), `"provider"`, "nobody may take it for the report of a provider")
}

func TestRunAboutAHost_RefusesWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		options conformance.Options
		want    string
	}{
		"a clause about providers": {conformance.Options{Run: "CRE-001"}, `"paysocket conformance host list" shows all`},
		"a profile of providers":   {conformance.Options{Profile: "redirect-wallet"}, "write one of core, full, webhooks"},
		"no provider to play":      {conformance.Options{Provider: "/nowhere/payment-provider-scripted"}, "the provider that the suite plays is not there"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			if c.options.Provider == "" {
				c.options.Provider = notRead(t)
			}
			_, err := conformance.RunHost(t.Context(), hostThat(t, "exit 1"), &c.options)
			require.ErrorAs(t, err, new(*conformance.UsageError))
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func TestExplain_SaysHowAClauseAboutHostsIsChecked(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, conformance.Explain(&out, hostCatalogue(t), "hky-001"))
	assert.Contains(t, out.String(), "commits the key before the first call")
	assert.Contains(t, out.String(), "paysocket conformance host run -f MANIFEST --run HKY-001")
}
