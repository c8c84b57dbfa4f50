package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var writeHelp = flag.Bool("write-help", false, "write testdata/help.txt anew; read the difference")

// pages returns the help of a command and of all below it.
func pages(t *testing.T, command *cobra.Command) string {
	t.Helper()
	words := append(strings.Fields(command.CommandPath())[1:], "--help")
	var page, stderr bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), words, &page, &stderr), "%v: %s", words, &stderr)
	assert.Empty(t, stderr.String())
	var text strings.Builder
	fmt.Fprintf(&text, "$ %s --help\n%s\n", command.CommandPath(), page.String())
	for _, below := range command.Commands() {
		text.WriteString(pages(t, below))
	}
	return text.String()
}

func TestHelp_OfEveryCommandIsAsRecorded(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "help.txt")
	now := pages(t, rootCommand(t.Context()))
	if *writeHelp {
		require.NoError(t, os.WriteFile(file, []byte(now), 0o600))
	}
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(recorded), now, "if that is as it should be: go test ./conformance/cmd/paysocket -run TestHelp -write-help")
	assert.NotContains(t, now, "\x1b", "colours are for a terminal")
}

func TestHelp_OfEveryCommandWithArgumentsOrAManifestHasAnExample(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "describe", "new-provider", "catalog check", "catalog doctor", "conformance run", "bug-report"} {
		command, _, err := rootCommand(t.Context()).Find(strings.Fields(path))
		require.NoError(t, err)
		require.NotEmpty(t, command.Example, path)
		for line := range strings.Lines(command.Example) {
			assert.Contains(t, line, command.Root().Name()+" ")
		}
	}
}

func TestUnknownCommand_NamesWhatWasMeant(t *testing.T) {
	t.Parallel()
	for line, meant := range map[string]string{"catlog": "did you mean catalog?", "conformance rum": "did you mean run?", "zzzzzzzzz": `unknown command "zzzzzzzzz" for "paysocket"` + "\n"} {
		var stderr bytes.Buffer
		assert.Equal(t, exitUsage, run(t.Context(), strings.Fields(line), io.Discard, &stderr))
		assert.Contains(t, stderr.String(), meant)
	}
}

func TestCompletion_IsReadByBash_AndKnowsCommandsAndFlags(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var script bytes.Buffer
		require.Equal(t, exitOK, run(t.Context(), []string{"completion", shell}, &script, io.Discard), shell)
		assert.Contains(t, script.String(), "paysocket", shell)
		reader, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("SKIPPED, NOT TESTED: there is no %s to read its script", shell)
			continue
		}
		check := exec.CommandContext(t.Context(), reader, "-n")
		check.Stdin = &script
		output, err := check.CombinedOutput()
		require.NoError(t, err, "%s: %s", shell, output)
	}
	for typed, offered := range map[string]string{"__complete cat": "catalog\t", "__complete catalog d": "doctor\t", "__complete version --j": "--json\t"} {
		var out bytes.Buffer
		require.Equal(t, exitOK, run(t.Context(), strings.Fields(typed), &out, io.Discard))
		assert.Contains(t, out.String(), offered, typed)
	}
}
