package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/internal/selftest"
)

// conformanceHostSelftestCommand returns the command for the hosts' mutants.
func conformanceHostSelftestCommand(ctx context.Context) *cobra.Command {
	command, _ := selftestCommand(ctx, selftest.Hosts)
	return command
}
