package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

func describeCommand(ctx context.Context) *cobra.Command {
	var sum string
	command := &cobra.Command{
		Use: "describe BINARY",
		Example: `  paysocket describe bin/payment-provider-memory
  paysocket describe bin/payment-provider-memory | jq .payment_methods`,
		Short: "Start a provider and print its descriptor as JSON",
		Long: `Start a provider's binary as a host would, and print what it can do: its
operations, payment methods, limits, settings and secrets.

It is not configured, so it needs no keys and sends nothing to its gateway.
The JSON is that of the .proto: durations such as "1800s", amounts in quotes and
in the currency's smallest unit. Absent fields are left out.`,
		Args: tool.Check(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			if err := checkSum(sum); err != nil {
				return err
			}
			waiting := newWaiting(command.ErrOrStderr())
			defer waiting.end()
			waiting.on("starting " + filepath.Base(args[0]))
			return describe(ctx, command.OutOrStdout(), args[0], sum, waiting.end)
		},
	}
	command.Flags().StringVar(&sum, "sha256", "", "the binary's sum in hex; another file is not executed")
	return command
}

func checkSum(sum string) error {
	if raw, err := hex.DecodeString(sum); err != nil || sum != "" && len(raw) != 32 {
		return tool.Misused(errors.New("--sha256 must be 64 hexadecimal digits"))
	}
	return nil
}

func describe(ctx context.Context, out io.Writer, path, sum string, started func()) (err error) {
	client, err := plugin.Open(ctx, path, &plugin.OpenOptions{SHA256: sum})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	started()
	text, err := wire.DescriptorJSON(client.Descriptor())
	if err != nil {
		return fmt.Errorf("the descriptor cannot be shown: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}
