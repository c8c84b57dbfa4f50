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

// Running is a sandbox that [Main] can serve. A sandbox that embeds a [Server] has
// all methods but Handler.
type Running interface {
	// Handler serves the gateway's API and pages.
	Handler() http.Handler

	// ManagementHandler serves gwctl/1.
	ManagementHandler() http.Handler

	// Ready returns what the program prints as its ready line: a value whose JSON
	// has the fields of [Ready] and may have more. manage is the absolute URL of
	// gwctl/1.
	Ready(manage string) any

	// Close is called when both listeners are closed.
	Close()
}

// readyLine is the ready line of most sandboxes.
type readyLine struct {
	Ready

	API           string `json:"api"`
	Scope         string `json:"scope"`
	SecretKey     string `json:"secret_key"`
	WebhookSecret string `json:"webhook_secret"`
}

// Ready implements [Running]. Beside the fields of [Ready], its JSON describes the
// first account: api (the absolute URL of the gateway's API), scope (the account's
// name in gwctl/1), secret_key and webhook_secret.
func (s *Server[A]) Ready(manage string) any {
	first := s.Connection()
	return &readyLine{
		Ready: Ready{Protocol: Protocol, Manage: manage},
		API:   first.APIBase, Scope: first.Scope,
		SecretKey: first.Credentials["secret_key"], WebhookSecret: first.Credentials["webhook_secret"],
	}
}

// MainOptions configures [Main]. The zero value is valid.
type MainOptions struct {
	// About is the text that --help begins with. Empty: none.
	About string

	// Flags adds flags to those of all sandboxes. nil: none are added.
	Flags func(flags *flag.FlagSet)
}

// Main is the main function of a sandbox written in Go. It reads the command line,
// listens on two loopback addresses, calls start, prints the ready line, and serves
// until SIGINT or SIGTERM arrives or a piped standard input is closed. If it fails,
// it prints why and exits with status 1.
//
// Without --listen and --manage the API has the given port of 127.0.0.1, and gwctl/1
// the port after it. The options that start receives have BaseURL, WebhookURL and
// Logger.
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
	listen := flags.String("listen", local(port), "loopback `address` of the API and the payment pages; port 0 means a free port")
	manage := flags.String("manage", local(port+1), "loopback `address` of the control protocol gwctl/1; port 0 means a free port")
	webhook := flags.String("webhook-url", "", "loopback `URL` that receives the first account's webhooks")
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
