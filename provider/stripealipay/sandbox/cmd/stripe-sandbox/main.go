// Command stripe-sandbox stands in for Stripe, as much of it as sells with
// Alipay. It takes no real money.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stripe-sandbox:", err)
		os.Exit(1)
	}
}

// ready is the line that is printed.
type ready struct {
	gateway.Ready

	API           string `json:"api"`
	Scope         string `json:"scope"` // of the credentials, in gwctl/1
	SecretKey     string `json:"secret_key"`
	WebhookSecret string `json:"webhook_secret"`
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("stripe-sandbox", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:4530", "loopback `address` of the API and the pay page; port 0 chooses a free one")
	manage := flags.String("manage", "127.0.0.1:4531", "loopback `address` of the control protocol gwctl/1; port 0 chooses a free one")
	webhook := flags.String("webhook-url", "", "loopback `URL` that the first account's webhooks go to")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see --help", flags.Arg(0))
	}
	build := func(api, manage string) (*gateway.Service, error) { return service(api, manage, *webhook) }
	return gateway.Serve(context.Background(), build, &gateway.ServeOptions{
		Listen: *listen, Manage: *manage, Stdin: os.Stdin, Stdout: os.Stdout,
	})
}

func service(api, manage, webhook string) (*gateway.Service, error) {
	stripe, err := sandbox.New(&sandbox.Options{
		BaseURL: api, WebhookURL: webhook,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return nil, err
	}
	first := stripe.Connection()
	return &gateway.Service{
		API:    stripe.Handler(),
		Manage: stripe.ManagementHandler(),
		Close:  stripe.Close,
		Ready: ready{
			Ready:         gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
			API:           api,
			Scope:         first.Scope,
			SecretKey:     first.Credentials["secret_key"],
			WebhookSecret: first.Credentials["webhook_secret"],
		},
	}, nil
}
