package commandline_test

import (
	"bytes"
	"errors"
	"flag"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/commandline"
	"github.com/paysocket/paysocket/internal/helptest"
)

// odd has what shells read as something else.
func odd() *commandline.Program {
	set := flag.NewFlagSet("odd", flag.ContinueOnError)
	set.String("dials", "", `the gateway's dials as `+"`JSON`"+`, such as {"a":[1]} or $(x) \ "%s"`)
	set.String("listen", "127.0.0.1:1", "loopback `address`; it's [one] of two: API")
	set.Bool("trouble", false, "have trouble, which a gateway doesn't")
	return &commandline.Program{Name: "odd-sandbox", About: "An odd one.", Examples: []string{"--listen 127.0.0.1:0"}, Flags: commandline.FlagsOf(set)}
}

func TestHelp_HasUsageExamplesFlagsAndDefaults(t *testing.T) {
	t.Parallel()
	helptest.Recorded(t, odd().Help())
}

func TestCompletion_OfOddTexts_IsReadByShells(t *testing.T) {
	t.Parallel()
	for _, shell := range commandline.Shells() {
		helptest.Reads(t, shell, odd().Completion(shell))
	}
}

func TestCompletion_IsWhatFishOffers(t *testing.T) {
	t.Parallel()
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("SKIPPED, NOT TESTED: there is no fish")
	}
	for typed, offered := range map[string]string{
		"odd-sandbox --li": "--listen\tloopback address; it's [one] of two: API\n", "odd-sandbox comp": "completion\t", "odd-sandbox completion z": "zsh\n",
	} {
		output, err := exec.CommandContext(t.Context(), fish, "--no-config", "-c", odd().Completion("fish")+"\ncomplete -C '"+typed+"'").CombinedOutput()
		require.NoError(t, err, string(output))
		assert.Contains(t, string(output), offered, typed)
	}
}

func TestAnswer_LeavesTheRestToTheProgram(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--listen", "--help"}, {"serve"}} {
		var out bytes.Buffer
		asked, err := odd().Answer(&out, args)
		require.NoError(t, err)
		assert.False(t, asked, args)
		assert.Empty(t, out.String())
	}
	for _, args := range [][]string{{"completion"}, {"completion", "tcsh"}, {"completion", "bash", "x"}} {
		var out bytes.Buffer
		_, err := odd().Answer(&out, args)
		require.ErrorContains(t, err, "bash, zsh, fish", args)
		assert.Empty(t, out.String())
	}
}

func TestMisused_SaysWhatToTry(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	odd().Misused(&stderr, errors.New("flag provided but not defined: -port"))
	assert.Equal(t, "odd-sandbox: unknown flag: --port\n\"odd-sandbox --help\" says what there is\n", stderr.String())
}
