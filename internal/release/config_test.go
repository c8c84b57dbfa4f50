package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// program is one program of a release.
type program struct {
	ID      string   `yaml:"id"`
	Main    string   `yaml:"main"`
	Binary  string   `yaml:"binary"`
	GOOS    []string `yaml:"goos"`
	GOARCH  []string `yaml:"goarch"`
	Env     []string `yaml:"env"`
	Flags   []string `yaml:"flags"`
	LDFlags []string `yaml:"ldflags"`
}

// configuration is what of .goreleaser.yaml decides about the files of a release.
type configuration struct {
	Builds   []program `yaml:"builds"`
	Archives []struct {
		NameTemplate string `yaml:"name_template"`
	} `yaml:"archives"`
	Signs []struct {
		Args      []string `yaml:"args"`
		Signature string   `yaml:"signature"`
	} `yaml:"signs"`
}

func readConfiguration(t *testing.T) *configuration {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, ".goreleaser.yaml"))
	require.NoError(t, err)
	var c configuration
	require.NoError(t, yaml.Unmarshal(text, &c))
	require.Len(t, c.Archives, 1)
	require.Len(t, c.Signs, 1)
	return &c
}

// fill replaces what goreleaser would.
func fill(template string, values map[string]string) string {
	for name, value := range values {
		template = strings.ReplaceAll(template, name, value)
	}
	return template
}

func TestRelease_HasThePrograms_ThatMakeBuildBuilds_ForFourSystems(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join(checkout, "Makefile"))
	require.NoError(t, err)
	_, after, found := strings.Cut(string(makefile), "\nMAINS := \\\n")
	require.True(t, found)
	list, _, _ := strings.Cut(after, "\n\n")
	var mains []string
	for _, b := range readConfiguration(t).Builds {
		mains = append(mains, b.Main)
		assert.Equal(t, filepath.Base(b.Main), b.Binary)
		assert.Equal(t, []string{"linux", "darwin"}, b.GOOS, b.ID)
		assert.Equal(t, []string{"amd64", "arm64"}, b.GOARCH, b.ID)
	}
	assert.ElementsMatch(t, strings.Fields(strings.ReplaceAll(list, "\\", " ")), mains)
}

func TestRelease_IsReadByGoreleaser(t *testing.T) {
	t.Parallel()
	tool := os.Getenv("PAYSOCKET_GORELEASER")
	if tool == "" {
		lacks(t, "goreleaser", "PAYSOCKET_GORELEASER does not name goreleaser, which make release-check builds")
	}
	check := exec.CommandContext(t.Context(), tool, "check")
	check.Dir = checkout
	output, err := check.CombinedOutput()
	require.NoError(t, err, string(output))
}
