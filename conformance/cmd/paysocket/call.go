package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/grpcseam"
	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

// callFlags are the flags of "call".
type callFlags struct {
	settings, sum, body, catalog string
	live, log, probe, unchecked  bool
	timeout                      time.Duration
}

func callCommand(ctx context.Context) *cobra.Command {
	var flags callFlags
	command := &cobra.Command{
		Use:   "call BINARY OPERATION [JSON]",
		Short: "Start a provider and call one operation",
		Long: `Start a provider's binary as a host would, with mutual TLS, configure it with the
file of --settings, call one operation, and print the answer.

OPERATION is a method of the .proto, such as GetStatus, and JSON its request in
the JSON of the .proto; "-" reads it from standard input. Configure takes no
JSON: it asks the gateway whether the credentials of --settings work.

For ParseWebhook, write the values of headers in base64 ("printf %s VALUE | base64
-w0") and received_at in the form of RFC 3339 ("date -u +%FT%TZ"); without
received_at it is the present time:

  paysocket call BINARY ParseWebhook --settings FILE --body body.json '
    {"method": "POST", "received_at": "2026-11-23T08:30:00Z",
     "headers": [{"name": "X-Signature", "value": "dD0xNzYzODg2NjAwLHM9YWI="}]}'

The file of --settings is YAML, and since it holds secrets, of mode 0600:

  mode: test
  settings: {api_base: "http://127.0.0.1:4520"}
  secrets: {secret_key: mk_test_memory_sandbox, webhook_secrets: whsec_memory_sandbox}

With --catalog, the name of an entry takes the place of BINARY: it is started with
its sum, settings and secrets, and with its sandbox if it has one. PATH may also be a
folder of providers, which are named after their files, and --settings is for them:

  paysocket call --catalog catalog.yaml wallet-th Configure
  paysocket call --catalog bin memory Configure --settings FILE

If the call fails, the whole error is printed, and the exit code is 1. "refused by"
says who refused: this tool checks a request as a host does, and sends nothing that
is not valid. With --unchecked it sends the request as it is, and the provider's own
checks answer. An answer is printed with its zeros; what is absent is left out.
Secrets, and the payer's phone number, are redacted as in a host. Operations that move money really move it. Keep the idempotency key, and if the
result of a call is unknown, repeat the call with the same key.`,
		Args: tool.Check(cobra.RangeArgs(2, 3)),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.run(ctx, command, args)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.settings, "settings", "", "the file with mode, settings and secrets")
	set.StringVar(&flags.catalog, "catalog", "", "the catalog, or the folder of providers, in which BINARY is a name")
	set.BoolVar(&flags.unchecked, "unchecked", false, "send the request as it is, valid or not")
	set.StringVar(&flags.sum, "sha256", "", "the binary's sum in hex; another file is not executed")
	set.StringVar(&flags.body, "body", "", "for ParseWebhook: the file with the body, byte for byte")
	set.BoolVar(&flags.live, "live", false, "allow a file of mode live: real money may move")
	set.BoolVar(&flags.probe, "probe", false, "configure with a probe, for a payment method that an account has only then")
	set.BoolVar(&flags.log, "log", false, "print the provider's log on standard error, from the level debug on")
	set.DurationVar(&flags.timeout, "timeout", 30*time.Second, "how long the call may take")
	return command
}

func (f *callFlags) run(ctx context.Context, command *cobra.Command, args []string) error {
	if err := checkSum(f.sum); err != nil {
		return err
	}
	if err := f.checkFlags(); err != nil {
		return tool.Misused(err)
	}
	operation := args[1]
	if !slices.Contains(operations(), operation) {
		return tool.Misused(fmt.Errorf("there is no operation %q; there are %s", operation, strings.Join(operations(), ", ")))
	}
	text, err := requestText(operation, args[2:], command.InOrStdin())
	if err != nil {
		return tool.Misused(err)
	}
	read := func(into proto.Message) error { return f.read(text, into) }
	if operation != "Configure" {
		if err := read(request(operation)); err != nil { // before anything is started
			return tool.Misused(err)
		}
	}
	called, err := f.target(ctx, args[0], operation)
	if err != nil {
		return err
	}
	defer called.end()
	if operation == "Configure" {
		read = called.readConfiguration
	}
	return f.call(ctx, command, called, operation, read)
}

// configuration reads the file of --settings; nil if there is none.
func (f *callFlags) configuration(operation string) (*v1.ConfigureRequest, error) {
	if f.settings == "" {
		if operation == "Configure" {
			return nil, tool.Misused(errors.New("Configure needs --settings FILE"))
		}
		return nil, nil //nolint:nilnil // what is not given is not there
	}
	configuration, err := readSettingsFile(f.settings)
	if err != nil {
		return nil, tool.Misused(err)
	}
	if configuration.GetMode() == v1.Mode_MODE_LIVE && !f.live {
		return nil, tool.Misused(fmt.Errorf("%s is of mode live, and real money may move; say --live if you mean it", f.settings))
	}
	configuration.Probe = f.probe || operation == "Configure"
	return configuration, nil
}

// call starts the provider, configures it, and prints its answer.
func (f *callFlags) call(
	ctx context.Context, command *cobra.Command, called *target, operation string, read func(proto.Message) error,
) (err error) {
	if f.log { // of one call everything is of interest
		called.options.Env = []string{plugin.LogLevelKey + "=debug"}
		called.options.Stderr = command.ErrOrStderr()
	}
	seen := &witness{}
	seam := &grpcseam.Seam{Unchecked: f.unchecked, DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(seen.intercept)}}
	client, err := plugin.Open(grpcseam.With(ctx, seam), called.path, &called.options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	near := newNearEnd(client, seen, f)
	if called.configuration != nil && operation != "Configure" && operation != "Describe" {
		if _, err := near.call(ctx, "Configure", called.readConfiguration); err != nil {
			return callError("Configure", err, near.who(), true)
		}
	}
	answer, err := near.call(ctx, operation, read)
	if err != nil {
		return callError(operation, err, near.who(), called.configuration != nil)
	}
	text, err := wire.JSON(answer)
	if err != nil {
		return fmt.Errorf("the answer cannot be shown: %w", err)
	}
	_, err = fmt.Fprintf(command.OutOrStdout(), "%s\n", text)
	return err
}
