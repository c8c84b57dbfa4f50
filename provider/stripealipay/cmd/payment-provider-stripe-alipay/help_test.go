package main

import (
	"testing"

	"github.com/paysocket/paysocket/internal/helptest"
)

func TestHelp_IsAsRecorded_AndShellsCompleteIt(t *testing.T) {
	t.Parallel()
	program := helptest.Program{Name: "payment-provider-stripe-alipay", Env: []string{byHand + "=1"}}
	program.Explains(t, map[string]string{"--d": "--describe", "completion z": "zsh"})
}
