package standin

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Running is a stand-in with a first account, for people.
type Running interface {
	// Handler serves the gateway's API and pages.
	Handler() http.Handler

	// ManagementHandler serves gwctl/1.
	ManagementHandler() http.Handler

	// Connection describes the first account.
	Connection() *gateway.Connection

	Close()
}

// Ready is the line that a stand-in's program prints when it serves.
type Ready struct {
	gateway.Ready

	API           string `json:"api"`
	Scope         string `json:"scope"` // of the credentials, in gwctl/1
	SecretKey     string `json:"secret_key"`
	WebhookSecret string `json:"webhook_secret"`
}

// Main is a stand-in's program: it reads the command line, serves on the port
// and the one after it unless that says otherwise, and ends the process where
// it cannot. start is given the address of the API, and where the first
// account's webhooks go.
func Main(name string, port int, start func(baseURL, webhookURL string, logger *slog.Logger) (Running, error)) {
	if err := run(os.Args[1:], name, port, start); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

func run(arguments []string, name string, port int, start func(string, string, *slog.Logger) (Running, error)) error {
	local := func(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
	flags := flag.NewFlagSet(name, flag.ExitOnError)
	listen := flags.String("listen", local(port), "loopback `address` of the API and the pay page; port 0 chooses a free one")
	manage := flags.String("manage", local(port+1), "loopback `address` of the control protocol gwctl/1; port 0 chooses a free one")
	webhook := flags.String("webhook-url", "", "loopback `URL` that the first account's webhooks go to")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see --help", flags.Arg(0))
	}
	build := func(api, manage string) (*gateway.Service, error) {
		standIn, err := start(api, *webhook, slog.New(slog.NewTextHandler(os.Stderr, nil)))
		if err != nil {
			return nil, err
		}
		first := standIn.Connection()
		return &gateway.Service{
			API: standIn.Handler(), Manage: standIn.ManagementHandler(), Close: standIn.Close,
			Ready: Ready{
				Ready:         gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
				API:           api,
				Scope:         first.Scope,
				SecretKey:     first.Credentials["secret_key"],
				WebhookSecret: first.Credentials["webhook_secret"],
			},
		}, nil
	}
	return gateway.Serve(context.Background(), build, &gateway.ServeOptions{
		Listen: *listen, Manage: *manage, Stdin: os.Stdin, Stdout: os.Stdout,
	})
}
