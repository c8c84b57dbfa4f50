package supervisor_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func FuzzCatalog_IsReadOrRefused(f *testing.F) {
	f.Add("providers:\n  - {name: memory, path: /x, mode: test, sha256: " + strings.Repeat("0", 64) + "}\n")
	f.Add("providers: [{secrets: {a: b}}]")
	f.Add("a: &a [*a]")
	f.Add("providers: &p [*p, *p]")
	f.Add("providers:\n- <<: *x")
	f.Add("providers: {name: 1}\n---\n")
	f.Add("providers:\n- secrets: &s {k: {file: *s}}")
	f.Add("providers:\n- {sandbox: {<<: *x}, stand_in: 3, secrets: {k: {stand_in: a}}}")
	f.Add("providers:\n- {name: aa, path: /x, mode: test, sha256: " + plugintest.Zeros + ", sandbox: off, stand_in: {command: [x]}}")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "catalog.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		catalog, err := supervisor.LoadCatalog(path)
		if err != nil {
			var wrong *supervisor.CatalogError
			require.ErrorAs(t, err, &wrong)
			return
		}
		require.NotEmpty(t, catalog.Entries)
		for _, entry := range catalog.Entries {
			require.Len(t, entry.SHA256, 64)
			require.True(t, filepath.IsAbs(entry.Path))
		}
	})
}
