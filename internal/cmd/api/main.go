// Command api compares what the promised packages export with what docs/api
// records, or records it.
//
// CONTRIBUTING.md lists the promised packages. For each of them docs/api has a file
// of declarations without bodies, in Go, so that a review sees the API change.
// golang.org/x/exp/cmd/apidiff compiles these declarations and compares them with
// the code; it decides what is incompatible. The Makefile runs both (make api, make
// api-write).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

const (
	recordFolder = "docs/api"
	promises     = "CONTRIBUTING.md"

	// maxSymbols is how many symbols the promised packages may export, without
	// the contract, generated code, and host.
	maxSymbols = 400

	// maxHostSymbols is how many package host may export.
	maxHostSymbols = 40
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	apidiff := flags.String("apidiff", "", "the `program` apidiff")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *apidiff == "" || flags.NArg() != 1 {
		return errors.New("usage: api -apidiff PROGRAM check|write, in the root of the module")
	}
	listed, err := os.ReadFile(promises)
	if err != nil {
		return err
	}
	folders, err := promised(string(listed))
	if err != nil {
		return fmt.Errorf("%s: %w", promises, err)
	}
	packages, err := load(ctx, folders)
	if err != nil {
		return err
	}
	if err := printSymbols(out, packages); err != nil {
		return err
	}
	switch flags.Arg(0) {
	case "check":
		return check(ctx, out, *apidiff, packages)
	case "write":
		return write(ctx, out, *apidiff, packages)
	default:
		return fmt.Errorf("command %q is unknown; write check or write", flags.Arg(0))
	}
}
