package main

import (
	"context"

	"github.com/spf13/cobra"
)

func catalogCommand(ctx context.Context) *cobra.Command {
	command := &cobra.Command{
		Use:   "catalog",
		Short: "Look after the file that names a host's providers",
		Long: `A host reads from its catalog which providers it may execute, with which sums,
and configured how; "go doc supervisor.Catalog" has its form. These commands tell
beforehand what a host will say.`,
		Args: usage(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(catalogCheckCommand(ctx), catalogAddCommand(ctx), catalogDiffCommand())
	return command
}
