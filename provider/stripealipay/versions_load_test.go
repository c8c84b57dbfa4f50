package stripealipay

import (
	"encoding/json"
	"maps"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// VersionRow is an API version: what changed from the one before, and a value for
// each field that Stripe's objects have in it.
type VersionRow struct {
	Name, Change string
	Objects      map[string]map[string]any
}

// LoadVersions returns a row for each API version, from the least one on. The
// command in internal/cmd/versions writes the file, from released modules of
// Stripe's; it has the objects of the first version, and how those of each other
// one differ.
func LoadVersions(tb testing.TB) []*VersionRow {
	tb.Helper()
	content, err := os.ReadFile("testdata/versions.json")
	require.NoError(tb, err)
	var written []struct {
		Version, Change string
		Added           map[string]map[string]any
		Removed         map[string][]string
	}
	require.NoError(tb, json.Unmarshal(content, &written))
	rows := make([]*VersionRow, 0, len(written))
	objects := map[string]map[string]any{}
	for _, row := range written {
		now := map[string]map[string]any{}
		for name, fields := range objects {
			now[name] = maps.Clone(fields)
		}
		for name, fields := range row.Added {
			if now[name] == nil {
				now[name] = map[string]any{}
			}
			maps.Copy(now[name], fields)
		}
		for name, fields := range row.Removed {
			for _, field := range fields {
				delete(now[name], field)
			}
		}
		rows, objects = append(rows, &VersionRow{Name: row.Version, Change: row.Change, Objects: now}), now
	}
	return rows
}
