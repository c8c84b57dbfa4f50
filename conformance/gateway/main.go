package gateway

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/paysocket/paysocket/internal/commandline"
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
	// About is the text that --help begins with. Empty: what all sandboxes do.
	About string

	// Flags adds flags to those of all sandboxes. nil: none are added.
	Flags func(flags *flag.FlagSet)
}

// Main is the main function of a sandbox written in Go. It reads the command line,
// listens on two loopback addresses, calls start, prints the ready line, and serves
// until SIGINT or SIGTERM arrives or a piped standard input is closed. If it fails,
// it prints why and exits with status 1; with 2 if the command line is not valid.
//
// Without --listen and --manage the API has the given port of 127.0.0.1, and gwctl/1
// the port after it. The options that start receives have BaseURL, WebhookURL and
// Logger. "completion bash", zsh or fish prints a script for that shell.
func Main[S Running](name string, port int, start func(*ServerOptions) (S, error), options *MainOptions) {
	if options == nil {
		options = &MainOptions{}
	}
	line := newCommandLine(name, port, options)
	asked, err := line.read(os.Args[1:], os.Stdout)
	if err != nil {
		line.program.Misused(os.Stderr, err)
		os.Exit(2)
	}
	if asked {
		return
	}
	if err := run(line, start); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// commandLine is the command line of a sandbox.
type commandLine struct {
	program                 commandline.Program
	flags                   *flag.FlagSet
	listen, manage, webhook *string
}

const aboutSandboxes = `%s imitates a payment gateway on this machine, for tests and to try a provider. It
takes no real money, and listens on loopback only.

When it is ready it prints one line of JSON with its addresses and the keys of its first
account. It ends with SIGTERM, SIGINT, and when its standard input is a pipe that ends.`

func newCommandLine(name string, port int, o *MainOptions) *commandLine {
	local := func(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Main prints the error
	line := &commandLine{
		flags:   flags,
		listen:  flags.String("listen", local(port), "loopback `address` of the API and the payment pages; port 0 means a free port"),
		manage:  flags.String("manage", local(port+1), "loopback `address` of the control protocol gwctl/1; port 0 means a free port"),
		webhook: flags.String("webhook-url", "", "loopback `URL` that receives the first account's webhooks"),
	}
	if o.Flags != nil {
		o.Flags(flags)
	}
	about := o.About
	if about == "" {
		about = fmt.Sprintf(aboutSandboxes, name)
	}
	line.program = commandline.Program{Name: name, About: about, Flags: commandline.FlagsOf(flags), Examples: []string{
		"--webhook-url http://127.0.0.1:8080/webhooks/" + name,
		"--listen 127.0.0.1:0 --manage 127.0.0.1:0",
	}}
	return line
}

// read reads the arguments. It reports whether they asked for what it has printed.
func (l *commandLine) read(arguments []string, stdout io.Writer) (asked bool, err error) {
	if asked, err := l.program.Answer(stdout, arguments); asked || err != nil {
		return asked, err
	}
	err = l.flags.Parse(arguments)
	if errors.Is(err, flag.ErrHelp) {
		return l.program.Answer(stdout, []string{"--help"})
	}
	if err == nil && l.flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", l.flags.Arg(0))
	}
	return false, err
}

func run[S Running](line *commandLine, start func(*ServerOptions) (S, error)) error {
	build := func(api, manage string) (*service, error) {
		sandbox, err := start(&ServerOptions{
			BaseURL: api, WebhookURL: *line.webhook, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		})
		if err != nil {
			return nil, err
		}
		return &service{
			API: sandbox.Handler(), Manage: sandbox.ManagementHandler(), Ready: sandbox.Ready(manage), Close: sandbox.Close,
		}, nil
	}
	return serve(context.Background(), build, &serveOptions{
		Listen: *line.listen, Manage: *line.manage, Stdin: os.Stdin, Stdout: os.Stdout,
	})
}
