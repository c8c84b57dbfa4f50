package main

import (
	"testing"

	"github.com/paysocket/paysocket/internal/helptest"
)

func TestHelp_OfEveryCommandIsAsRecorded(t *testing.T) {
	t.Parallel()
	helptest.Recorded(t, helptest.Pages(t, rootCommand))
}

func TestCompletion_IsReadByShells_AndKnowsCommandsAndFlags(t *testing.T) {
	t.Parallel()
	helptest.Completes(t, rootCommand, map[string]string{"go": "golive", "--desc": "--describe", "listen --for": "--forward-to"})
}
