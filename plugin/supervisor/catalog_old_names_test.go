package supervisor_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// entryOf returns a catalog of one entry with these lines, from line 7 on.
func entryOf(lines string) string {
	return "\nproviders:\n  - name: memory\n    path: /opt/memory\n    sha256: " + plugintest.Zeros + "\n    mode: test\n" + lines
}

func TestCatalog_AcceptsOldNamesWithAWarning(t *testing.T) {
	t.Parallel()
	old := plugintest.WriteFile(t, "catalog.yaml", entryOf(`    settings: {api_base: "{{.APIBase}}"}
    secrets:
      secret_key: {stand_in: key}
      other: {file: /etc/other}
    stand_in: {command: [/opt/sandbox, --listen]}
    sandbox: files
`), 0o600)
	present := plugintest.WriteFile(t, "catalog.yaml", entryOf(`    settings: {api_base: "{{.APIBase}}"}
    secrets:
      secret_key: {sandbox: key}
      other: {file: /etc/other}
    sandbox: {command: [/opt/sandbox, --listen]}
    confinement: files
`), 0o600)
	want, err := supervisor.LoadCatalog(present)
	require.NoError(t, err)
	assert.Empty(t, want.Warnings)
	assert.Equal(t, plugin.ConfinementFiles, want.Entries[0].Confinement)
	assert.Equal(t, &supervisor.Sandbox{Command: []string{"/opt/sandbox", "--listen"}}, want.Entries[0].Sandbox)
	assert.Equal(t, supervisor.SecretSource{Sandbox: "key"}, want.Entries[0].Secrets["secret_key"])

	got, err := supervisor.LoadCatalog(old)
	require.NoError(t, err)
	assert.Equal(t, want.Entries, got.Entries)
	assert.Equal(t, []string{
		old + ":12: provider memory: the key sandbox with a word is called confinement now; write confinement: files",
		old + ":11: provider memory: the key stand_in is called sandbox now",
		old + ":9: provider memory: secret secret_key: the key stand_in is called sandbox now",
	}, got.Warnings)
}

func TestCatalog_AcceptsEachOldNameByItself(t *testing.T) {
	t.Parallel()
	for lines, confinement := range map[string]plugin.Confinement{
		"    sandbox: on\n":                                    plugin.ConfinementFull,
		"    sandbox: full\n":                                  plugin.ConfinementFull,
		"    sandbox: files\n":                                 plugin.ConfinementFiles,
		"    sandbox: \"off\"\n":                               plugin.ConfinementOff,
		"    stand_in: {command: [x]}\n":                       "",
		"    confinement: off\n    stand_in: {command: [x]}\n": plugin.ConfinementOff,
	} {
		catalog, err := supervisor.LoadCatalog(plugintest.WriteFile(t, "catalog.yaml", entryOf(lines), 0o600))
		require.NoError(t, err, lines)
		assert.Equal(t, confinement, catalog.Entries[0].Confinement, lines)
		assert.Len(t, catalog.Warnings, 1, lines)
	}
}

func TestCatalog_RefusesAnOldNameBesideThePresentOne(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]struct {
		line int
		text string
	}{
		"    confinement: off\n    sandbox: off\n":                                        {8, "keep confinement"},
		"    sandbox: {command: [x]}\n    stand_in: {command: [x]}\n":                     {8, "keep sandbox"},
		"    sandbox: {command: [x]}\n    secrets:\n      a: {sandbox: k, stand_in: k}\n": {9, "secret a has both sandbox and stand_in"},
	} {
		path := plugintest.WriteFile(t, "catalog.yaml", entryOf(lines), 0o600)
		_, err := supervisor.LoadCatalog(path)
		var wrong *supervisor.CatalogError
		require.ErrorAs(t, err, &wrong, lines)
		require.ErrorContains(t, err, want.text)
		assert.Equal(t, want.line, wrong.Line, err)
		assert.ErrorContains(t, err, fmt.Sprintf("catalog %s:%d: ", path, want.line))
	}
}
