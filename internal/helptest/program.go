package helptest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exitUsage is the exit code of a command line that is not valid, in all programs.
const exitUsage = 2

// Program is a program that the test binary plays.
type Program struct {
	Name string
	Env  []string // what makes the test binary the program
}

// run runs the program, and returns what it printed and its exit code.
func (p *Program) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), binary, args...)
	command.Args[0] = p.Name
	command.Env = append(os.Environ(), p.Env...)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	_ = command.Run() // its exit code is looked at
	return out.String(), said.String(), command.ProcessState.ExitCode()
}

// Explains asserts that the program prints the help that is recorded, that the shells which
// are there complete its command line with these words, and that it says what to try where
// it does not understand.
func (p *Program) Explains(t *testing.T, words map[string]string) {
	t.Helper()
	page, stderr, code := p.run(t, "--help")
	require.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr)
	Recorded(t, "$ "+p.Name+" --help\n"+page)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script, stderr, code := p.run(t, "completion", shell)
		require.Equal(t, 0, code, stderr)
		Reads(t, shell, script)
		if shell == "bash" {
			for typed, offered := range words {
				assert.Contains(t, offeredByBash(t, script, p.Name, typed), offered, typed)
			}
		}
	}
	for _, wrong := range [][]string{{"--no-such-flag"}, {"no-such-argument"}, {"completion", "tcsh"}} {
		stdout, stderr, code := p.run(t, wrong...)
		assert.Equal(t, exitUsage, code, wrong)
		assert.Empty(t, stdout, wrong)
		assert.Regexp(t, "^"+p.Name+": .+\\n\""+p.Name+"( completion)? --help\" says what there is\\n$", stderr, wrong)
	}
}

// Completes asserts that shells read the scripts of a program with commands, and that it
// completes what is typed.
func Completes(t *testing.T, root func() *cobra.Command, words map[string]string) {
	t.Helper()
	ask := func(args ...string) string {
		var out bytes.Buffer
		fresh := root()
		fresh.SetArgs(args)
		fresh.SetOut(&out)
		fresh.SetErr(&bytes.Buffer{})
		require.NoError(t, fresh.ExecuteContext(t.Context()), "%v", args)
		return out.String()
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		Reads(t, shell, ask("completion", shell))
	}
	for typed, offered := range words {
		assert.Contains(t, ask(append([]string{"__complete"}, strings.Fields(typed)...)...), offered+"\t", typed)
	}
}

// Reads asserts that a shell reads a script, if that shell is there.
func Reads(t *testing.T, shell, script string) {
	t.Helper()
	reader, err := exec.LookPath(shell)
	if err != nil {
		t.Logf("SKIPPED, NOT TESTED: there is no %s to read its script", shell)
		return
	}
	command := exec.CommandContext(t.Context(), reader, "-n")
	command.Stdin = strings.NewReader(script)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s: %s", shell, output)
}

// offeredByBash returns what bash offers for a command line that ends in what is typed.
func offeredByBash(t *testing.T, script, name, typed string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("SKIPPED, NOT TESTED: there is no bash")
	}
	file := filepath.Join(t.TempDir(), "completion")
	require.NoError(t, os.WriteFile(file, []byte(script), 0o600))
	const ask = `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
function=$(complete -p "$1"); function=${function##*-F }; "${function%% *}"; printf '%s\n' "${COMPREPLY[@]}"`
	words := append([]string{"-c", ask, "bash", file, name}, strings.Split(typed, " ")...)
	output, err := exec.CommandContext(t.Context(), bash, words...).CombinedOutput()
	require.NoError(t, err, string(output))
	return strings.Fields(string(output))
}
