package selftest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v3"
)

func TestManifestOfAMutantStartsItFromAnyFolder(t *testing.T) {
	t.Parallel()
	text, err := manifestOf([]byte("# A shop.\nstart:\n  - ../bin/shop\n  - --catalog={{.Catalog}}\nknownFailing: open.txt\n"), "/repository/shop", "/tmp/mutant")
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, yaml.Unmarshal(text, &read))
	assert.Equal(t, map[string]any{
		"start": []any{"/tmp/mutant", "--catalog={{.Catalog}}"}, "knownFailing": "/repository/shop/open.txt",
	}, read)

	for _, none := range []string{"profile: shop\n", "start: []\n", "start: x\n"} {
		_, err := manifestOf([]byte(none), "/", "/tmp/mutant")
		require.ErrorContains(t, err, "it starts no program", none)
	}
}
