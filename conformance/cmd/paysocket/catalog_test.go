package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func TestExitCodesOfCatalogs(t *testing.T) {
	t.Parallel()
	for arguments, code := range map[string]int{
		"catalog":                                        exitOK,
		"catalog check":                                  exitUsage,
		"catalog check nowhere":                          exitUsage,
		"catalog check main.go":                          exitFailed,
		"catalog doctor":                                 exitUsage,
		"catalog doctor nowhere":                         exitUsage,
		"catalog add x --name a":                         exitUsage,
		"catalog add x --catalog c":                      exitUsage,
		"catalog diff x":                                 exitUsage,
		"catalog diff nowhere nowhere":                   exitFailed,
		"catalog add x --catalog c --name a --mode prod": exitUsage,
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, code, run(t.Context(), strings.Fields(arguments), &stdout, &stderr), "%q: %s", arguments, &stderr)
	}
}

// checkedCatalog is a catalog of one provider, with more lines in its entry.
// It returns what "catalog check" prints.
func checkedCatalog(t *testing.T, more string, report *conformance.Report, arguments ...string) (int, string) {
	t.Helper()
	own, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(own)
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "test-provider"), content, 0o700))
	sum := fmt.Sprintf("%x", sha256.Sum256(content))
	if report != nil {
		report.Provider.SHA256 = strings.ReplaceAll(report.Provider.SHA256, "own", sum)
		require.NoError(t, replaceFile(filepath.Join(folder, "report.json"), func(w io.Writer) error { return conformance.WriteJSON(w, report) }))
	}
	catalog := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.WriteFile(catalog, []byte("providers:\n  - name: wallet\n    path: test-provider\n    mode: test\n    sha256: "+sum+"\n"+more), 0o600))
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"catalog", "check", catalog}, arguments...), &stdout, &stderr)
	return code, stdout.String()
}

const sandboxSecrets = `
    secrets: {secret_key: {sandbox: secret_key}, webhook_secrets: {env: HOOK}}
    sandbox: {command: [/bin/sh]}
`

func TestCatalogCheckReadsTheConformanceReport(t *testing.T) {
	t.Parallel()
	report := func(change func(*conformance.Report)) *conformance.Report {
		r := &conformance.Report{
			APIVersion: conformance.ReportVersion, Kind: conformance.ReportKind, Spec: contract.SpecVersion,
			Date: time.Now(), Profile: "core", Verdict: conformance.Conformant, Counts: conformance.Counts{Executed: 9},
			Provider: conformance.ProviderFacts{ID: "memory", SpecVersion: contract.SpecVersion, SHA256: "own"},
		}
		change(r)
		return r
	}
	named := "    conformance: report.json\n"
	for name, c := range map[string]struct {
		more      string
		report    *conformance.Report
		arguments []string
		code      int
		want      string
	}{
		"fits":            {named, report(func(*conformance.Report) {}), nil, exitOK, "CONFORMANT  ok"},
		"another binary":  {named, report(func(r *conformance.Report) { r.Provider.SHA256 = "00" }), nil, exitFailed, "OTHER_BINARY  BAD"},
		"partial":         {named, report(func(r *conformance.Report) { r.Verdict = conformance.Partial }), nil, exitFailed, `says "PARTIAL"`},
		"another profile": {named, report(func(*conformance.Report) {}), []string{"--conformance-profile", "refund"}, exitFailed, "OTHER_PROFILE"},
		"none there":      {named, nil, nil, exitFailed, "UNREADABLE"},
		"none asked for":  {"", nil, nil, exitOK, "-       ok"},
		"none named":      {"", nil, []string{"--require-conformance"}, exitFailed, "the entry names no conformance report"},
	} {
		code, printed := checkedCatalog(t, sandboxSecrets+c.more, c.report, c.arguments...)
		assert.Equal(t, c.code, code, "%s: %s", name, printed)
		assert.Contains(t, printed, c.want, name)
		assert.Contains(t, printed, "wallet: note: the secret webhook_secrets comes from the host's environment (HOOK)", name)
	}
}

func TestCatalogCheckLooksAtSettingsAsTheProviderWill(t *testing.T) {
	t.Parallel()
	code, printed := checkedCatalog(t, `
    settings: {timeout: soon, colour: red}
    sandbox: {command: [/nowhere/sandbox]}
    secrets: {secret_key: {sandbox: secret_key}}
`, nil)
	assert.Equal(t, exitFailed, code)
	for _, want := range []string{
		"settings[timeout] must be a duration", "settings[colour] is unknown to this provider",
		"secrets[webhook_secrets] is required", "wallet: its sandbox cannot be started: ",
	} {
		assert.Contains(t, strings.ReplaceAll(printed, "]: ", "] "), want)
	}
}

func TestCatalogCheck_WarnsOfOldNames(t *testing.T) {
	t.Parallel()
	code, printed := checkedCatalog(t, `
    secrets: {secret_key: {stand_in: secret_key}, webhook_secrets: {env: HOOK}}
    stand_in: {command: [/bin/sh]}
    sandbox: "off"
`, nil)
	assert.Equal(t, exitOK, code, printed)
	for _, want := range []string{
		"catalog.yaml:7: provider wallet: secret secret_key: the key stand_in is called sandbox now\n",
		"catalog.yaml:8: provider wallet: the key stand_in is called sandbox now\n",
		"catalog.yaml:9: provider wallet: the key sandbox with a word is called confinement now; write confinement: off\n",
	} {
		assert.Contains(t, printed, want)
	}
	assert.Equal(t, 3, strings.Count(printed, "\nwarning: "), printed)
}

func TestCatalogCheckNotesSecretsThatAreLeftOut(t *testing.T) {
	t.Parallel()
	f := &finding{descriptor: &contract.Descriptor{ConfigFields: []contract.ConfigField{
		{Name: "secret_key", Secret: true, Required: true},
		{Name: "webhook_secrets", Secret: true, Description: "of webhooks that are signed"},
		{Name: "given", Secret: true},
		{Name: "timeout"},
	}}}
	f.checkOptional(&supervisor.Entry{Secrets: map[string]supervisor.SecretSource{"given": {File: "given"}}})
	assert.Equal(t, []string{"the secret webhook_secrets is left out, and these settings may need it: of webhooks that are signed"}, f.notes)
}

func TestStrangersWordsStayInTheirLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	hostile := "x\n- name: evil\n  path: /bin/sh \u2028- a\u0085- b\x1b[2J # " + strings.Repeat("y", 500)
	entry := renderEntry(&addition{name: "wallet", mode: "test"}, folder, &contract.Descriptor{
		DisplayName: hostile, Version: "1.0.0", SpecVersion: contract.SpecVersion,
		ConfigFields: []contract.ConfigField{
			{Name: "api_base", Kind: contract.ConfigURL, Default: hostile, Description: hostile},
			{Name: "secret_key", Kind: contract.ConfigString, Required: true, Secret: true, Description: hostile},
		},
	}, &plugin.Process{Path: filepath.Join(folder, "no: [such] #file"), SHA256: strings.Repeat("0", 64)})
	path := filepath.Join(folder, "catalog.yaml")
	written, err := readCatalog(path)
	require.NoError(t, err)
	require.NoError(t, written.append(path, entry))
	catalog, err := supervisor.LoadCatalog(path)
	require.NoError(t, err, entry)
	require.Len(t, catalog.Entries, 1)
	assert.Equal(t, filepath.Join(folder, "no: [such] #file"), catalog.Entries[0].Path)
	assert.Empty(t, catalog.Entries[0].Settings)
	assert.Equal(t, map[string]supervisor.SecretSource{"secret_key": {File: filepath.Join(folder, "secrets/wallet/secret_key")}}, catalog.Entries[0].Secrets)
	assert.NotContains(t, entry, "\x1b")
}

func TestAnAdditionKeepsTheModeOfTheFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.WriteFile(path, []byte("providers:\n- {name: old, path: /x, mode: test, sha256: "+strings.Repeat("0", 64)+"}"), 0o640))
	written, err := readCatalog(path)
	require.NoError(t, err)
	require.NoError(t, written.append(path, "- {name: new-one, path: /y, mode: test, sha256: "+strings.Repeat("0", 64)+"}\n"))
	catalog, err := supervisor.LoadCatalog(path)
	require.NoError(t, err)
	assert.Len(t, catalog.Entries, 2)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing else is left in the folder")
}
