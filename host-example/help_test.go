package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/internal/helptest"
)

func TestHelp_OfEveryCommandIsAsRecorded(t *testing.T) {
	t.Parallel()
	helptest.Recorded(t, helptest.Pages(t, func() *cobra.Command { return rootCommand(t.Context()) }))
}

func TestCompletion_IsReadByShells_AndKnowsCommandsAndFlags(t *testing.T) {
	t.Parallel()
	helptest.Completes(t, func() *cobra.Command { return rootCommand(t.Context()) }, map[string]string{
		"se": "serve", "serve --cat": "--catalog",
	})
}

func TestCommandLine_SaysWhatToTry(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"serv":                "did you mean serve?",
		"serve --catalogue x": `"host-example serve --help" says what there is`,
		"demo":                "--catalog is missing",
	} {
		var stderr bytes.Buffer
		assert.Equal(t, exitUsage, run(t.Context(), strings.Fields(line), io.Discard, &stderr), line)
		assert.Contains(t, stderr.String(), says)
	}
}
