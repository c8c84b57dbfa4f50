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

func TestHelp_OfEveryCommandIsAsRecorded_WithAnExampleOfEach(t *testing.T) {
	t.Parallel()
	helptest.Recorded(t, helptest.Pages(t, func() *cobra.Command { return rootCommand(t.Context()) }))
}

func TestUnknownCommand_NamesWhatWasMeant(t *testing.T) {
	t.Parallel()
	for line, meant := range map[string]string{"catlog": "did you mean catalog?", "conformance rum": "did you mean run?", "zzzzzzzzz": `unknown command "zzzzzzzzz" for "paysocket"` + "\n"} {
		var stderr bytes.Buffer
		assert.Equal(t, exitUsage, run(t.Context(), strings.Fields(line), io.Discard, &stderr))
		assert.Contains(t, stderr.String(), meant)
	}
}

func TestCompletion_IsReadByShells_AndKnowsCommandsAndFlags(t *testing.T) {
	t.Parallel()
	helptest.Completes(t, func() *cobra.Command { return rootCommand(t.Context()) }, map[string]string{
		"cat": "catalog", "catalog d": "doctor", "version --j": "--json",
	})
}
