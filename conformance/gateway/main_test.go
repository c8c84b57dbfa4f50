package gateway_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// TestMain lets the test binary be the sandboxes that the tests launch.
func TestMain(m *testing.M) {
	if manner := os.Getenv("SANDBOX"); manner != "" {
		os.Exit(sandbox(manner))
	}
	if err := os.Setenv("MERCHANT_SECRET", "must not reach a sandbox"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// readyLine is the one that tests of a sandbox in Go print.
type readyLine struct {
	gateway.Ready

	API         string   `json:"api"`
	Environment []string `json:"environment"`
}

func sandbox(manner string) int {
	switch manner {
	case "fine":
		return fine(os.Stdout)
	case "talkative":
		return fine(flood{})
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
		say(`{"protocol":"gwctl/1","manage":"http://127.0.0.1:1"}`)
		select {}
	case "silent":
		_, _ = io.Copy(io.Discard, os.Stdin)
		return 0
	case "dying":
		fmt.Fprintln(os.Stderr, "out of paper")
		return 7
	case "last words":
		say(`{"protocol":"gwctl/1","manage":"http://127.0.0.1:1"}`)
		return 0
	case "endless line":
		say(strings.Repeat("x", 1<<20))
	default:
		say(manner) // whatever the test wants to be said
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

func say(line string) { _, _ = os.Stdout.WriteString(line + "\n") }

func fine(stdout io.Writer) int {
	err := gateway.Serve(context.Background(), func(api, manage string) (*gateway.Service, error) {
		return &gateway.Service{
			API:    gateway.Handler(&till{}),
			Manage: gateway.Handler(&till{}),
			Ready: readyLine{
				Ready:       gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
				API:         api,
				Environment: os.Environ(),
			},
		}, nil
	}, &gateway.ServeOptions{Stdin: os.Stdin, Stdout: stdout})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// flood prints the ready line and never stops printing.
type flood struct{}

func (flood) Write(line []byte) (int, error) {
	written, err := os.Stdout.Write(line)
	go func() {
		rest := strings.Repeat("x", 1<<16)
		for printed := error(nil); printed == nil; _, printed = os.Stdout.WriteString(rest) {
		}
	}()
	return written, err
}
