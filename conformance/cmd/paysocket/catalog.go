package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
)

func catalogCommand(ctx context.Context) *cobra.Command {
	command := tool.Group(&cobra.Command{
		Use:   "catalog",
		Short: "Check and change the file that lists a host's providers",
		Long: `The catalog of a host lists the providers that it may execute, with their sums and
settings; "go doc supervisor.Catalog" describes its form. With these commands you
find out what a host will do with a catalog before it reads it. "check", "add" and
"doctor" also take a folder of providers.`,
	})
	command.AddCommand(catalogCheckCommand(ctx), catalogAddCommand(ctx), catalogDiffCommand(), catalogDoctorCommand(ctx))
	return command
}
