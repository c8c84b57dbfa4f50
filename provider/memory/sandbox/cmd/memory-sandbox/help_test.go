package main

import (
	"testing"

	"github.com/paysocket/paysocket/internal/helptest"
)

func TestHelp_IsAsRecorded_AndShellsCompleteIt(t *testing.T) {
	t.Parallel()
	program := helptest.Program{Name: "memory-sandbox", Env: []string{"BE_MEMORY_SANDBOX=1"}}
	program.Explains(t, map[string]string{"--man": "--manage", "completion f": "fish"})
}
