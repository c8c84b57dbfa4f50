package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/provider/omisealipay/internal/golive"
)

// The exit codes.
const (
	exitOK     = tool.OK
	exitFailed = tool.Failed
	exitUsage  = tool.Usage
)

const name = "payment-provider-omise-alipay"

// errNotReady is the error of an account that cannot sell. Its report was printed.
var errNotReady = errors.New("the account cannot sell yet")

// run returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := rootCommand() //nolint:contextcheck // a command has its context when it runs
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	asked, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errNotReady):
		return exitFailed
	default:
		return tool.Report(stderr, asked, err)
	}
}

func rootCommand() *cobra.Command {
	root := tool.Root(&cobra.Command{
		Use:   name,
		Short: "Take Alipay payments through Omise: a plugin for a host, and two commands for merchants",
		Long: `Take Alipay payments through Omise. It is a plugin: a host starts it and calls it. Merchants
start it by hand, with one of these commands.`,
		Example: `  payment-provider-omise-alipay --describe | jq .payment_methods
  payment-provider-omise-alipay golive --secret-key-file omise-key --webhook-secret-file omise-webhook-secret
  payment-provider-omise-alipay completion bash > ~/.local/share/bash-completion/completions/payment-provider-omise-alipay`,
	})
	// Serve answers these; here they are for help and completion.
	root.Flags().Bool("version", false, "print its version, and those of the contract and the protocol")
	root.Flags().Bool("describe", false, "print what it can do, as JSON")
	root.Flags().Bool("debug", false, "serve to a host that attaches, for a debugger (see plugin.Attach)")
	root.AddCommand(goliveCommand(), listenCommand())
	return root
}

func goliveCommand() *cobra.Command {
	var keys keyFiles
	var webhookURL string
	var asJSON bool
	command := &cobra.Command{
		Use:   "golive --secret-key-file FILE",
		Short: "Look whether an account can sell, and say what is missing",
		Long: `Look whether an Omise account can sell with this provider: its keys, payment methods and limits,
this machine's clock, and its endpoint for webhooks, to which a signed event and one with a
forged signature are sent. A host takes neither for a payment. Nothing at Omise is changed.

It exits with 0 if the account can sell, with 1 if a line failed, and with 2 if the command line
or a file that it names is not valid.`,
		Example: "  payment-provider-omise-alipay golive --secret-key-file omise-key --webhook-secret-file omise-webhook-secret",
		Args:    tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			account, err := keys.read()
			if err != nil {
				return tool.Misused(err)
			}
			defer account.client.Close()
			report, err := golive.Check(command.Context(), &golive.Options{
				Client: account.client, Configuration: account.configuration, Verifier: account.verifier,
				WebhookURL: webhookURL, Sandbox: account.sandbox,
			})
			if err != nil {
				return err
			}
			if err := printReport(command.OutOrStdout(), report, asJSON); err != nil {
				return err
			}
			if !report.Ready {
				return errNotReady
			}
			return nil
		},
	}
	keys.flags(command)
	command.Flags().StringVar(&keys.public, "public-key-file", "", "a file with the public key, if the host has it")
	command.Flags().StringVar(&webhookURL, "webhook-url", "", "the endpoint to try, if it is not set in the dashboard yet")
	command.Flags().BoolVar(&asJSON, "json", false, "print the report as one JSON object")
	return command
}

func printReport(w io.Writer, report *golive.Report, asJSON bool) error {
	if !asJSON {
		return report.WriteText(w)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

func listenCommand() *cobra.Command {
	var keys keyFiles
	var forwardTo string
	var since time.Duration
	var asJSON bool
	command := &cobra.Command{
		Use:   "listen --secret-key-file FILE --webhook-secret-file FILE --forward-to URL",
		Short: "Forward an account's events to a host on this machine, which no webhook reaches",
		Long: `Read the account's events every two seconds, and send each new one to a host on this machine,
signed with the webhook secret as Omise would sign it, once. Omise sends an event once, too: what
the host did not take, --since sends again.

It ends with Ctrl-C, and exits with 0 then.`,
		Example: "  payment-provider-omise-alipay listen --secret-key-file omise-test-key --webhook-secret-file secret \\\n" +
			"    --forward-to http://127.0.0.1:8080/webhooks/omise-test",
		Args: tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error {
			to, err := golive.ParseLoopback(forwardTo)
			if err != nil {
				return tool.Misused(fmt.Errorf("--forward-to: %w", err))
			}
			if keys.webhook == "" {
				return tool.Misused(errors.New("--webhook-secret-file is missing: name the file with the secret that the host checks signatures with"))
			}
			if since < 0 || since > 7*24*time.Hour {
				return tool.Misused(errors.New("--since must be 0 to 168h"))
			}
			account, err := keys.read()
			if err != nil {
				return tool.Misused(err)
			}
			defer account.client.Close()
			out, stderr := command.OutOrStdout(), command.ErrOrStderr()
			return golive.Forward(command.Context(), &golive.ForwardOptions{
				Client: account.client, Verifier: account.verifier, To: to, Since: since,
				Began:  func() { fmt.Fprintln(stderr, "Forwarding the account's events to "+to.String()+"; Ctrl-C ends it.") },
				Sent:   func(event *golive.Forwarded) { printForwarded(out, event, asJSON) },
				Missed: func(err error) { fmt.Fprintln(stderr, name+":", err) },
			})
		},
	}
	keys.flags(command)
	command.Flags().StringVar(&forwardTo, "forward-to", "", "the `URL` of the host's endpoint for webhooks, on this machine")
	command.Flags().DurationVar(&since, "since", 0, "forward also what happened that long ago, such as 10m")
	command.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each event")
	return command
}

func printForwarded(w io.Writer, event *golive.Forwarded, asJSON bool) {
	if asJSON {
		_ = json.NewEncoder(w).Encode(event) // fails only if nobody reads it
		return
	}
	became := fmt.Sprintf("%d %s", event.Status, http.StatusText(event.Status))
	if event.Error != "" {
		became = "no answer: " + event.Error
	}
	fmt.Fprintf(w, "%s  %-16s %s  %s\n", event.At.Format(time.TimeOnly), event.Key, event.ID, became)
}
