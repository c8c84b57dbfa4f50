package main

import (
	"os"
	"testing"

	"github.com/paysocket/paysocket/internal/helptest"
)

const byHand = "PAYSOCKET_TEST_BY_HAND"

// TestMain makes the test binary the program if a test says so.
func TestMain(m *testing.M) {
	if os.Getenv(byHand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestHelp_IsAsRecorded_AndShellsCompleteIt(t *testing.T) {
	t.Parallel()
	program := helptest.Program{Name: "payment-provider-scripted", Env: []string{byHand + "=1"}}
	program.Explains(t, map[string]string{"--h": "--help"})
}
