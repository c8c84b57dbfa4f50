package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin"
)

// versions are those that decide what works with what.
type versions struct {
	Paysocket string `json:"paysocket"`
	Contract  string `json:"contract"`
	Protocol  int    `json:"protocol"`
	Go        string `json:"go"`
	System    string `json:"system"`
}

func ownVersions() versions {
	return versions{
		Paysocket: version(), Contract: contract.SpecVersion, Protocol: plugin.ProtocolVersion,
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

func versionCommand() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "version",
		Short: "Print the version, and those of the contract and the protocol",
		Args:  tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			v := ownVersions()
			if asJSON {
				return writeJSON(command.OutOrStdout(), v)
			}
			_, err := fmt.Fprintf(command.OutOrStdout(), "paysocket %s (contract %s, protocol %d, %s %s)\n", v.Paysocket, v.Contract, v.Protocol, v.Go, v.System)
			return err
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

// version is what the go command put into the binary.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	return cmp.Or(info.Main.Version, "(unknown)")
}
