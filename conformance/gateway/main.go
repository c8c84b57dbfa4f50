package gateway

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
)

// Running is a sandbox that can be served: one that embeds a [Server] has all of
// it but Handler.
type Running interface {
	// Handler serves the gateway's API and pages.
	Handler() http.Handler

	// ManagementHandler serves gwctl/1.
	ManagementHandler() http.Handler

	// Ready is what the program prints, as one line of JSON with the fields of
	// [Ready] and more, when gwctl/1 answers at the absolute URL manage.
	Ready(manage string) any

	Close()
}

// ReadyLine is what the program of most sandboxes prints when it serves.
type ReadyLine struct {
	Ready

	API           string `json:"api"`
	Scope         string `json:"scope"` // of the credentials, in gwctl/1
	SecretKey     string `json:"secret_key"`
	WebhookSecret string `json:"webhook_secret"`
}

// Ready implements [Running]: it describes the first account in a [ReadyLine].
func (s *Server[A]) Ready(manage string) any {
	first := s.Connection()
	return &ReadyLine{
		Ready: Ready{Protocol: Protocol, Manage: manage},
		API:   first.APIBase, Scope: first.Scope,
		SecretKey: first.Credentials["secret_key"], WebhookSecret: first.Credentials["webhook_secret"],
	}
}

// MainOptions change a sandbox's program. The zero value is the default.
type MainOptions struct {
	// About is what --help says first. Empty: nothing.
	About string

	// Flags adds flags to those of all sandboxes. nil: none.
	Flags func(flags *flag.FlagSet)
}

// Main is the main of a sandbox written in Go. It reads the command line, listens
// on two loopback addresses (unless that says otherwise, on the port and the one
// after it), starts the sandbox, prints its ready line, and serves until SIGINT or
// SIGTERM arrives or a piped standard input ends. Where it cannot, it says why and
// ends the process with status 1. start is given the address of the API, where the
// first account's webhooks go, and a logger.
func Main[S Running](name string, port int, start func(*ServerOptions) (S, error), options *MainOptions) {
	if options == nil {
		options = &MainOptions{}
	}
	if err := run(os.Args[1:], name, port, start, options); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

func run[S Running](arguments []string, name string, port int, start func(*ServerOptions) (S, error), o *MainOptions) error {
	local := func(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
	flags := flag.NewFlagSet(name, flag.ExitOnError)
	listen := flags.String("listen", local(port), "loopback `address` of the API and the pay page; port 0 chooses a free one")
	manage := flags.String("manage", local(port+1), "loopback `address` of the control protocol gwctl/1; port 0 chooses a free one")
	webhook := flags.String("webhook-url", "", "loopback `URL` that the first account's webhooks go to")
	if o.Flags != nil {
		o.Flags(flags)
	}
	usage := flags.Usage
	flags.Usage = func() {
		if o.About != "" {
			fmt.Fprintf(flags.Output(), "%s\n\n", o.About)
		}
		usage()
	}
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see --help", flags.Arg(0))
	}
	build := func(api, manage string) (*service, error) {
		sandbox, err := start(&ServerOptions{
			BaseURL: api, WebhookURL: *webhook, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		})
		if err != nil {
			return nil, err
		}
		return &service{
			API: sandbox.Handler(), Manage: sandbox.ManagementHandler(), Ready: sandbox.Ready(manage), Close: sandbox.Close,
		}, nil
	}
	return serve(context.Background(), build, &serveOptions{
		Listen: *listen, Manage: *manage, Stdin: os.Stdin, Stdout: os.Stdout,
	})
}
