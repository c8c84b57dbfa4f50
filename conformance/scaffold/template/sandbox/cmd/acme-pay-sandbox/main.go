// Command acme-pay-sandbox stands in for the gateway of Acme Pay. It takes no
// real money.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/scaffold/template/sandbox"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4610", "loopback `address` of the API; port 0 chooses a free one")
	manage := flag.String("manage", "127.0.0.1:4611", "loopback `address` of the control protocol gwctl/1")
	flag.Parse()
	if err := gateway.Serve(context.Background(), serve, &gateway.ServeOptions{
		Listen: *listen, Manage: *manage, Stdin: os.Stdin, Stdout: os.Stdout,
	}); err != nil {
		fmt.Fprintln(os.Stderr, "acme-pay-sandbox:", err)
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

func serve(api, manage string) (*gateway.Service, error) {
	s := sandbox.New(api)
	first := s.FirstConnection()
	return &gateway.Service{API: s.Handler(), Manage: s.ManagementHandler(), Ready: ready{
		Ready: gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
		API:   api, Scope: first.Scope, SecretKey: first.Credentials["secret_key"], WebhookSecret: first.Credentials["webhook_secret"],
	}}, nil
}
