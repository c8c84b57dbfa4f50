// Package helptest compares the help of a program with what is recorded.
package helptest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var write = flag.Bool("write-help", false, "write testdata/help.txt anew; read the difference")

// Recorded compares a text with testdata/help.txt.
func Recorded(t *testing.T, now string) {
	t.Helper()
	file := filepath.Join("testdata", "help.txt")
	if *write {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(now), 0o644))
	}
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(recorded), now, "if that is as it should be: go test -run TestHelp -write-help, in this folder")
	assert.NotContains(t, now, "\x1b", "colours are for a terminal")
}

// Pages returns the help of a command and of all below it. Each must have an example,
// unless it does nothing but list others.
func Pages(t *testing.T, root func() *cobra.Command) string {
	t.Helper()
	return pages(t, root, root())
}

func pages(t *testing.T, root func() *cobra.Command, of *cobra.Command) string {
	t.Helper()
	words := append(strings.Fields(of.CommandPath())[1:], "--help")
	var page, stderr bytes.Buffer
	fresh := root()
	fresh.SetArgs(words)
	fresh.SetOut(&page)
	fresh.SetErr(&stderr)
	require.NoError(t, fresh.ExecuteContext(t.Context()), "%v", words)
	assert.Empty(t, stderr.String())
	if isOurs(of) && (!of.HasSubCommands() || !of.HasParent()) {
		assert.NotEmpty(t, of.Example, "%s has no example", of.CommandPath())
		for line := range strings.Lines(strings.ReplaceAll(of.Example, "\\\n", "")) {
			fits(t, of.Root(), line)
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "$ %s --help\n%s\n", of.CommandPath(), page.String())
	for _, below := range of.Commands() {
		text.WriteString(pages(t, root, below))
	}
	return text.String()
}

// fits asserts that a command line of an example has no flag that its command lacks.
func fits(t *testing.T, root *cobra.Command, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " | ")
	words := strings.Fields(line)
	require.NotEmpty(t, words)
	require.Equal(t, root.Name(), words[0], line)
	of := root
	for _, word := range words[1:] {
		for _, below := range of.Commands() {
			if below.Name() == word {
				of = below
			}
		}
		if name, long := strings.CutPrefix(word, "--"); long {
			assert.NotNil(t, of.Flags().Lookup(name), line)
		} else if len(word) == 2 && word[0] == '-' {
			assert.NotNil(t, of.Flags().ShorthandLookup(word[1:]), line)
		}
	}
}

// isOurs reports whether a command is none of cobra's own.
func isOurs(command *cobra.Command) bool {
	for c := command; c.HasParent(); c = c.Parent() {
		if c.Name() == "help" || c.Name() == "completion" {
			return false
		}
	}
	return true
}
