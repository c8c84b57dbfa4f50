// Command omise-sandbox serves an imitation of Omise on loopback, for tests
// and tutorials.
package main

import (
	"context"
	"fmt"
	"io"
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

const long = `omise-sandbox imitates the part of Omise's API that sells with Alipay, in memory,
with the pay page and signed webhooks. It takes test keys only and listens on
loopback only. Never use it for real payments.

When it is ready it prints one line of JSON with its addresses and the keys of
its first account, which are always the same. It ends with SIGTERM, SIGINT, and
when its standard input is a pipe that ends.`

func main() {
	if err := command(os.Stdin, os.Stdout, os.Stderr).ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "omise-sandbox:", err)
		os.Exit(1)
	}
}

type flags struct {
	listen, manage, seed, webhookURL, dials string
	trouble                                 bool
}

func command(stdin *os.File, stdout, stderr io.Writer) *cobra.Command {
	given := &flags{}
	c := &cobra.Command{
		Use:           "omise-sandbox",
		Short:         "An imitation of Omise's API for Alipay, for tests on this machine",
		Long:          long,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error {
			return run(c.Context(), given, stdin, stdout, stderr)
		},
	}
	c.SetOut(stderr) // standard output is for the ready line
	f := c.Flags()
	f.StringVar(&given.listen, "listen", defaultListen, "loopback address of Omise's API; 127.0.0.1:0 chooses a port")
	f.StringVar(&given.manage, "manage", defaultManage, "loopback address of the tester's door; 127.0.0.1:0 chooses a port")
	f.StringVar(&given.seed, "seed", "", "make keys and ids of the first account repeatable (default: fixed keys, random ids)")
	f.StringVar(&given.webhookURL, "webhook-url", "", "where events of the first account are delivered, on this machine")
	f.StringVar(&given.dials, "dials", "", `dials of every account as JSON, such as {"api_version":"2019-05-29"}`)
	f.BoolVar(&given.trouble, "trouble", false, "answer in legal but seldom-seen ways; --seed repeats them")
	return c
}

// ready is the line that says where everything is.
type ready struct {
	gateway.Ready

	API string `json:"api"`
	sandbox.Credentials
}

func run(ctx context.Context, given *flags, stdin *os.File, stdout, stderr io.Writer) error {
	dials, err := readDials(given)
	if err != nil {
		return err
	}
	build := func(api, manage string) (*gateway.Service, error) {
		standIn, err := sandbox.New(&sandbox.Options{
			APIBase:    api,
			Seed:       given.seed,
			WebhookURL: given.webhookURL,
			Dials:      *dials,
			Log:        slog.New(slog.NewTextHandler(stderr, nil)),
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
		Listen: given.listen, Manage: given.manage, Stdin: stdin, Stdout: stdout,
	})
}

func readDials(given *flags) (*sandbox.Dials, error) {
	dials := &sandbox.Dials{}
	if given.dials != "" {
		read, err := sandbox.ReadDials([]byte(given.dials))
		if err != nil {
			return nil, fmt.Errorf("--dials: %w", err)
		}
		dials = read
	}
	if given.trouble {
		dials.Trouble = sandbox.AllTrouble(given.seed)
	}
	return dials, nil
}
