// Command omise-sandbox serves an imitation of Omise on loopback, for tests
// and tutorials.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// The ports are fixed so that a tutorial can be pasted.
const (
	defaultListen = "127.0.0.1:4510"
	defaultManage = "127.0.0.1:4511"
)

func main() {
	if err := command().ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "omise-sandbox:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	options := &flags{}
	c := &cobra.Command{
		Use:   "omise-sandbox",
		Short: "An imitation of Omise's API for Alipay, for tests on this machine",
		Long: "omise-sandbox imitates the part of Omise's API that sells with Alipay, in memory, with the pay page\n" +
			"and signed webhooks. It takes test keys only and listens on loopback only. Never use it for real payments.\n\n" +
			"When it is ready it prints one line of JSON with its addresses and the keys of its first account.",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return run(c.Context(), options) },
	}
	c.Flags().StringVar(&options.listen, "listen", defaultListen, "loopback address of Omise's API; 127.0.0.1:0 chooses a port")
	c.Flags().StringVar(&options.manage, "manage", defaultManage, "loopback address of the tester's door; 127.0.0.1:0 chooses a port")
	c.Flags().StringVar(&options.seed, "seed", "", "make keys and ids of the first account repeatable (default: fixed keys, random ids)")
	c.Flags().StringVar(&options.webhookURL, "webhook-url", "", "where events of the first account are delivered, on this machine")
	return c
}

type flags struct {
	listen, manage, seed, webhookURL string
}

// ready is the line that says where everything is.
type ready struct {
	gateway.Ready

	API string `json:"api"`
	sandbox.Credentials
}

func run(ctx context.Context, options *flags) error {
	build := func(api, manage string) (*gateway.Service, error) {
		standIn, err := sandbox.New(&sandbox.Options{
			APIBase:    api,
			Seed:       options.seed,
			WebhookURL: options.webhookURL,
			Log:        slog.New(slog.NewTextHandler(os.Stderr, nil)),
		})
		if err != nil {
			return nil, err
		}
		return &gateway.Service{
			API:    standIn.Handler(),
			Manage: standIn.ManagementHandler(),
			Ready: &ready{
				Ready:       gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
				API:         api,
				Credentials: standIn.Credentials(),
			},
			Close: standIn.Close,
		}, nil
	}
	return gateway.Serve(ctx, build, &gateway.ServeOptions{
		Listen: options.listen, Manage: options.manage, Stdin: os.Stdin, Stdout: os.Stdout,
	})
}
