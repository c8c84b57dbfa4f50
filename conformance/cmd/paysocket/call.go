package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

// callFlags are the flags of "call".
type callFlags struct {
	settings, sum, body string
	live, log, probe    bool
	timeout             time.Duration
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

If the provider returns an error, the whole error is printed, and the exit code is
1. Operations that move money really move it. Keep the idempotency key, and if the
result of a call is unknown, repeat the call with the same key.`,
		Args: usage(cobra.RangeArgs(2, 3)),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.run(ctx, command, args)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.settings, "settings", "", "the file with mode, settings and secrets")
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
	if f.timeout <= 0 {
		return &usageError{errors.New("--timeout must be more than 0")}
	}
	operation := args[1]
	if !slices.Contains(operations(), operation) {
		return &usageError{fmt.Errorf("there is no operation %q; there are %s", operation, strings.Join(operations(), ", "))}
	}
	configuration, err := f.configuration(operation)
	if err != nil {
		return &usageError{err}
	}
	text, err := requestText(operation, args[2:], command.InOrStdin())
	if err != nil {
		return &usageError{err}
	}
	read := func(into proto.Message) error { return f.read(text, into) }
	if operation == "Configure" {
		read = func(into proto.Message) error { proto.Merge(into, configuration); return nil }
	}
	if err := read(request(operation)); err != nil { // before a process is started
		return &usageError{err}
	}
	return f.call(ctx, command, args[0], configuration, operation, read)
}

// configuration reads the file of --settings; nil if there is none.
func (f *callFlags) configuration(operation string) (*v1.ConfigureRequest, error) {
	if f.settings == "" {
		if operation == "Configure" {
			return nil, errors.New("Configure needs --settings FILE")
		}
		return nil, nil //nolint:nilnil // what is not given is not there
	}
	configuration, err := readSettingsFile(f.settings)
	if err != nil {
		return nil, err
	}
	if configuration.GetMode() == v1.Mode_MODE_LIVE && !f.live {
		return nil, fmt.Errorf("%s is of mode live, and real money may move; say --live if you mean it", f.settings)
	}
	configuration.Probe = f.probe || operation == "Configure"
	return configuration, nil
}

// maxRequest bounds what is read from standard input and from files.
const maxRequest = 1 << 20

func requestText(operation string, args []string, stdin io.Reader) ([]byte, error) {
	none := operation == "Describe" || operation == "Configure"
	switch {
	case none && len(args) > 0:
		return nil, fmt.Errorf("%s takes no JSON", operation)
	case none:
		return []byte("{}"), nil
	case len(args) == 0:
		return nil, fmt.Errorf(`the JSON of the %s is missing; "-" reads it from standard input`, request(operation).ProtoReflect().Descriptor().Name())
	case args[0] != "-":
		return []byte(args[0]), nil
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxRequest+1))
	if err == nil && len(text) > maxRequest {
		err = fmt.Errorf("it is longer than %d bytes", maxRequest)
	}
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return text, nil
}

// read makes the request of its JSON.
func (f *callFlags) read(text []byte, into proto.Message) error {
	if err := protojson.Unmarshal(text, into); err != nil {
		// The package draws between a space and a narrow one.
		words := strings.ReplaceAll(err.Error(), "\u00a0", " ")
		return fmt.Errorf("the JSON is not a %s: %s%s", into.ProtoReflect().Descriptor().Name(), strings.TrimPrefix(words, "proto: "), formHint(words))
	}
	if err := checkIntegers(text, into.ProtoReflect().Descriptor()); err != nil {
		return fmt.Errorf("the JSON is not a %s: %w", into.ProtoReflect().Descriptor().Name(), err)
	}
	webhook, ok := into.(*v1.ParseWebhookRequest)
	if !ok && f.body != "" {
		return errors.New("--body goes with ParseWebhook only")
	}
	if !ok {
		return nil
	}
	webhook.ReceivedAt = cmp.Or(webhook.GetReceivedAt(), timestamppb.Now())
	if f.body == "" {
		return nil
	}
	body, err := os.ReadFile(f.body)
	webhook.Body = body
	return err
}

// formHint says how the two kinds of value are written that JSON does not have.
func formHint(problem string) string {
	switch {
	case strings.Contains(problem, "bytes field"):
		return `; bytes are written in base64: "t=1,s=ab" is "dD0xLHM9YWI="`
	case strings.Contains(problem, "google.protobuf.Timestamp"):
		return `; a time is written as in RFC 3339: "2026-11-23T08:30:00Z"`
	default:
		return ""
	}
}

// call starts the provider, configures it, and prints its answer.
func (f *callFlags) call(
	ctx context.Context, command *cobra.Command, path string, configuration *v1.ConfigureRequest,
	operation string, read func(proto.Message) error,
) (err error) {
	options := &plugin.OpenOptions{SHA256: f.sum}
	if f.log { // of one call everything is of interest
		options.Env = []string{plugin.LogLevelKey + "=debug"}
		options.Stderr = command.ErrOrStderr()
	}
	client, err := plugin.Open(ctx, path, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	near := newNearEnd(client, f.timeout)
	if configuration != nil && operation != "Configure" && operation != "Describe" {
		_, err := near.call(ctx, "Configure", func(into proto.Message) error { proto.Merge(into, configuration); return nil })
		if err != nil {
			return callError("Configure", err, true)
		}
	}
	answer, err := near.call(ctx, operation, read)
	if err != nil {
		return callError(operation, err, configuration != nil)
	}
	text, err := wire.JSON(answer)
	if err != nil {
		return fmt.Errorf("the answer cannot be shown: %w", err)
	}
	_, err = fmt.Fprintf(command.OutOrStdout(), "%s\n", text)
	return err
}
